"""What one simulator is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from markupsafe import Markup

from simulators.common.behaviour import Behaviour
from simulators.common.ledger import Ledger


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How one simulator was started. `folder` is its own; `data` is the one that all simulators share.

    `product` is the address of the product without a slash at the end.
    """

    name: str
    host: str
    port: int
    data: Path
    product: str

    @property
    def folder(self) -> Path:
        return self.data / self.name


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """A running simulator's parts. `panels` add HTML to its control page, `resets` forget state in memory.

    `starts` run once when the address is known, before the first call; `stops` run after the last one.
    """

    launch: Launch
    title: str
    app: Flask
    ledger: Ledger
    behaviour: Behaviour
    panels: list[Callable[[], Markup]] = field(default_factory=list)
    resets: list[Callable[[], None]] = field(default_factory=list)
    starts: list[Callable[[str], None]] = field(default_factory=list)
    stops: list[Callable[[], None]] = field(default_factory=list)
