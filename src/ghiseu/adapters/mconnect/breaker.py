"""A register that does not answer is left alone for a while: it costs the operator one wait, not many.

Local to the process and lost with it: a fresh process asks again, which is harmless.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

REST_SECONDS = 30.0
FAST_FAILURES = 3


@dataclass
class _Register:
    """What is remembered of one register. `rests_until` is on the given clock; 0 means it is not resting."""

    failures: int = 0
    rests_until: float = 0.0


class Breaker:
    """Decides, register by register, whether a call may be made now. Safe to use from many threads."""

    def __init__(self, *, seconds: Callable[[], float]) -> None:
        """`seconds` is a clock that only goes forward, such as time.monotonic."""
        self._seconds = seconds
        self._lock = threading.Lock()
        self._registers: dict[str, _Register] = {}

    def may_call(self, register: str) -> bool:
        """Tell whether the register is not resting. After a rest one caller is let through to try."""
        with self._lock:
            known = self._registers.setdefault(register, _Register())
            if not known.rests_until:
                return True
            now = self._seconds()
            if now < known.rests_until:
                return False
            known.rests_until = now + REST_SECONDS  # the others wait for what this one finds
            return True

    def answered(self, register: str) -> None:
        """Note that the register is well."""
        with self._lock:
            self._registers[register] = _Register()

    def failed_fast(self, register: str) -> None:
        """Note a failure that cost no time; the third in a row lets the register rest."""
        with self._lock:
            known = self._registers.setdefault(register, _Register())
            known.failures += 1
            if known.failures >= FAST_FAILURES:
                known.rests_until = self._seconds() + REST_SECONDS

    def kept_waiting(self, register: str) -> None:
        """Note that the register used up the time limit; it rests at once."""
        with self._lock:
            known = self._registers.setdefault(register, _Register())
            known.failures += 1
            known.rests_until = self._seconds() + REST_SECONDS
