"""A whole installation in a folder of its own: the command is run as a person would run it."""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from tests.support.waiting import processes_with, until

from ghiseu.runtime.plan import plan_of

START_LIMIT = 90.0


@dataclass(kw_only=True)
class Installation:
    """A data folder and the environment that points the command at it."""

    data: Path
    port: int
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """Return our environment without what the test run put there."""
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("GHISEU_", "DATABASE_", "DJANGO_"))
        }
        return {**kept, "PORT": str(self.port), "GHISEU_DATA_DIR": str(self.data), "WEB_WORKERS": "1", **self.extra}

    def command(self, *arguments: str) -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", "ghiseu.runtime.command_line", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, text=True, check=False, timeout=120
        )

    @contextmanager
    def up(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run `ghiseu up` until the end of the block; wait until it is ready."""
        output = (self.data.parent / "up.out").open("w+")
        process = subprocess.Popen(
            self.command("up", *arguments), env=self.environment(), stdout=output, stderr=output, text=True
        )
        try:
            until(
                lambda: self.url in self.output() or process.poll() is not None, what="the product", limit=START_LIMIT
            )
            assert process.poll() is None, (self.data.parent / "up.out").read_text()
            yield process
        finally:
            output.close()
            process.terminate()
            process.wait(60)

    def is_ready(self) -> bool:
        """Tell whether the product answers that it is ready."""
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def output(self) -> str:
        """Return what `up` has said."""
        return (self.data.parent / "up.out").read_text()

    def processes(self) -> set[int]:
        """Return every process of this installation that can be known by its folder or port."""
        return processes_with(str(self.data)) | processes_with(f"--port\0{self.port}\0")


def free_port() -> int:
    """Return a port that nobody listens on, nor on the next ones: the simulators stand there.

    It lies below the ports that the system gives to outgoing connections.
    """
    needed = [port - 1 for port in plan_of({"PORT": "1"}, with_simulators=True).ports().values()]
    # Not the shared generator: every test process begins with the same seed, and would try the same ports.
    for port in random.SystemRandom().sample(range(20_000, 32_000, 100), 100):
        if all(_is_free(port + step) for step in needed):
            return port
    raise AssertionError("the ports that an installation needs are nowhere free")


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def installation() -> Iterator[Installation]:
    """Make an empty installation and remove it."""
    root = Path(tempfile.mkdtemp(prefix="in-", dir="/tmp"))
    root.chmod(0o711)
    try:
        yield Installation(data=root / "data", port=free_port())
    finally:
        shutil.rmtree(root, ignore_errors=True)
