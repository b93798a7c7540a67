"""Child processes that are restarted when they die and never outlive us."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ghiseu.runtime import leash

FIRST_PAUSE = 0.5  # seconds before a restart; doubled at every further death
LONGEST_PAUSE = 30.0
LONG_ENOUGH = 60.0  # a child that lived this long starts again with the first pause
LARGEST_LOG = 20_000_000
LAST_LINES = 6


@dataclass(frozen=True, kw_only=True)
class Service:
    """A program to keep running. `grace` is how many seconds it gets between being asked and being made to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    grace: float = 10.0


@dataclass(kw_only=True)
class Kept:
    """One service as it runs now."""

    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_again_at: float = 0.0
    deaths: int = 0
    said_before: int = 0  # bytes in the log when it was started last


class Supervisor:
    """Keeps services running; the caller calls `look_after` again and again, from one thread."""

    def __init__(self, *, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._clock = clock
        self._kept: list[Kept] = []

    def start(self, service: Service) -> None:
        """Start a service and keep it running."""
        kept = Kept(service=service)
        self._kept.append(kept)
        self._spawn(kept)

    def look_after(self) -> None:
        """Notice who has died and start again whoever has waited long enough."""
        for kept in self._kept:
            if kept.process is not None and kept.process.poll() is not None:
                self._note_death(kept, kept.process.returncode)
            if kept.process is None and self._clock() >= kept.start_again_at:
                self._spawn(kept)

    def pid(self, name: str) -> int | None:
        """Return the process id of the guard of a service."""
        return next((kept.process.pid for kept in self._kept if kept.service.name == name and kept.process), None)

    def deaths(self, name: str) -> int:
        """Return how often a service has died by itself."""
        return next(kept.deaths for kept in self._kept if kept.service.name == name)

    def stop(self) -> None:
        """Ask all to stop, the last started first, and wait for them; nothing they started is left."""
        running = [(kept, kept.process) for kept in reversed(self._kept) if kept.process is not None]
        for _, process in running:
            process.terminate()
        for kept, process in running:
            try:
                process.wait(kept.service.grace + 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._kept.clear()

    def _spawn(self, kept: Kept) -> None:
        log = kept.service.log
        kept.said_before = log.stat().st_size if log.exists() else 0
        kept.process = spawn(kept.service)
        kept.started_at = self._clock()

    def _note_death(self, kept: Kept, code: int) -> None:
        kept.process = None
        kept.deaths += 1
        if self._clock() - kept.started_at > LONG_ENOUGH:
            kept.pause = FIRST_PAUSE
        kept.start_again_at = self._clock() + kept.pause
        self._say(f"{kept.service.name} ended with {code}; starting it again in {kept.pause:g} s")
        for line in last_lines(kept.service.log, since=kept.said_before) if code else []:
            self._say(f"  {line}")
        kept.pause = min(kept.pause * 2, LONGEST_PAUSE)


def spawn(service: Service) -> subprocess.Popen[bytes]:
    """Start a program under a guard of its own, in a session of its own: Ctrl-C reaches us, and we stop it in order."""
    guard = [sys.executable, "-I", "-S", leash.__file__, "guard", str(os.getpid()), str(service.grace)]
    service.log.parent.mkdir(parents=True, exist_ok=True)
    if service.log.exists() and service.log.stat().st_size > LARGEST_LOG:
        service.log.replace(service.log.with_suffix(".old.log"))
    descriptor = os.open(service.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own commands
            [*guard, *service.command],
            env=dict(service.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def run_to_the_end(service: Service) -> int:
    """Run a program once, under a guard; returns its exit code. An interruption stops it first."""
    process = spawn(service)
    try:
        return process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            process.wait()


def last_lines(log: Path, *, since: int = 0) -> list[str]:
    """Return the end of a log, as far as it was written after `since` bytes."""
    with log.open("rb") as file:
        file.seek(since)
        return file.read().decode(errors="replace").splitlines()[-LAST_LINES:]
