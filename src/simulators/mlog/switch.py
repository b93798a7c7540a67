"""How MLog treats us at the moment, told on the control page: how fast it looks, and what it does not want."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

DAY = 86_400


class NotUnderstood(ValueError):
    """The control interface was given something that is no such thing."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """`after` seconds pass between taking a message and looking at it.

    `is_known` False answers 401; `takes_unsigned` lets lines without a signature be registered. A message with the
    text `declines` in it is answered with 400 at once; an event with the text `refuses` in it is taken and never
    registered, the others of its message are.
    """

    after: float = 5.0
    is_known: bool = True
    takes_unsigned: bool = False
    declines: str = ""
    refuses: str = ""


class Switch:
    """The present instruction. Kept in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told = Told()

    def told(self) -> Told:
        """Return what holds now."""
        with self._lock:
            return self._told

    def forget(self) -> None:
        """Treat us as usual again."""
        with self._lock:
            self._told = Told()

    def tell(self, given: Mapping[str, object]) -> None:
        """Change what is named and leave the rest. Raises NotUnderstood."""
        changes: dict[str, object] = {}
        for name, value in given.items():
            if name == "after":
                changes[name] = _seconds(value)
            elif name in {"is_known", "takes_unsigned"}:
                changes[name] = value is True or str(value).lower() in {"yes", "true", "1", "on"}
            elif name in {"declines", "refuses"}:
                changes[name] = str(value)
            else:
                raise NotUnderstood(f"{name} is not one of the names")
        with self._lock:
            self._told = replace(self._told, **changes)  # type: ignore[arg-type]  # checked name by name above


def _seconds(value: object) -> float:
    try:
        found = float(str(value))
    except ValueError as error:
        raise NotUnderstood("after is a number of seconds") from error
    if not 0 <= found <= DAY:
        raise NotUnderstood("after is between 0 and a day")
    return found
