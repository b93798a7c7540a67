"""How the next payments or their notices are wrong."""

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

NORMAL: Final = "normal"
# What the person's payment is like; it stays so in every notice about it.
OF_PAYMENTS: Final = ("wrong_amount", "wrong_currency", "unknown_key", "late", "held")
# What one notice is like; the next one about the same payment may be right.
OF_NOTICES: Final = (
    "twice",
    "fifty_times",
    "reorder",
    "tampered_body",
    "wrong_certificate",
    "old_timestamp",
    "sha1",
)
NAMES: Final = (NORMAL, *OF_PAYMENTS, *OF_NOTICES)


@dataclass(frozen=True, kw_only=True)
class Told:
    """The present fault; `times` None means until told otherwise. `seconds` is how late `late` is."""

    fault: str = NORMAL
    times: int | None = None
    seconds: float = 20.0


class Switch:
    """Kept in memory: a restarted simulator behaves."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told = Told()

    def tell(self, told: Told) -> None:
        """Replace the fault."""
        with self._lock:
            self._told = told

    def told(self) -> Told:
        """Return the present fault without using it up."""
        with self._lock:
            return self._told

    def take(self, shows: Collection[str]) -> Told:
        """Return the fault when the caller can show it, and use up one of its times."""
        with self._lock:
            told = self._told
            if told.fault not in shows:
                return Told()
            if told.times is not None:
                self._told = replace(told, times=told.times - 1) if told.times > 1 else Told()
            return told
