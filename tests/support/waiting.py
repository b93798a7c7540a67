"""Waiting for something that happens in another process, with a limit and without guessing how long it takes."""

import os
import time
from collections.abc import Callable
from pathlib import Path

LIMIT = 30.0
STEP = 0.02


class NeverHappened(AssertionError):
    """The limit passed first."""


def until(happened: Callable[[], object], *, what: str, limit: float = LIMIT) -> None:
    """Return as soon as `happened()` is true. Raises NeverHappened."""
    deadline = time.monotonic() + limit
    while not happened():
        if time.monotonic() > deadline:
            raise NeverHappened(f"{what}: not within {limit:.0f} s")
        time.sleep(STEP)


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def processes_with(mark: str) -> set[int]:
    """Return the processes whose command line contains the mark, ourselves left out."""
    found = set()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if mark.encode() in command:
            found.add(int(entry.name))
    return {pid for pid in found if is_alive(pid)}
