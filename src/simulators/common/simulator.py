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

    `product` is the address of the product without a slash at the end. `system_port` is the port of the interface for
    systems (TLS, both ends prove themselves); 0 takes any free one.
    """

    name: str
    host: str
    port: int
    data: Path
    product: str
    system_port: int = 0

    @property
    def folder(self) -> Path:
        return self.data / self.name


@dataclass(frozen=True, kw_only=True)
class Simulator:
    """A running simulator's parts. `app` answers browsers and the control page, `system` registered systems.

    `system` is served when a view was added to it. `panels` add HTML to its control page, `resets` forget state in
    memory.

    `starts` run once when the address is known, before the first call; `stops` run after the last one.
    """

    launch: Launch
    title: str
    app: Flask
    ledger: Ledger
    behaviour: Behaviour
    system: Flask
    panels: list[Callable[[], Markup]] = field(default_factory=list)
    resets: list[Callable[[], None]] = field(default_factory=list)
    starts: list[Callable[[str], None]] = field(default_factory=list)
    stops: list[Callable[[], None]] = field(default_factory=list)

    @property
    def has_system_port(self) -> bool:
        """Tell whether there is anything to serve to systems."""
        return bool(self.system.view_functions)
