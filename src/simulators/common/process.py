"""Start a simulator as its own process and talk to its control interface: for tests and benches."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from simulators.common.behaviour import Instruction, Mode
from simulators.common.server import PARENT_VARIABLE

START_SECONDS = 30.0
STOP_SECONDS = 10.0
SOURCE = Path(__file__).resolve().parents[2]


class SimulatorDidNotStart(RuntimeError):
    """The process ended or never answered."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """A simulator that answers at `url`; `folder` holds its certificate.pem and its ledger.

    `system_url` is the address of its interface for systems, empty when it has none.
    """

    name: str
    url: str
    system_url: str
    folder: Path
    process: subprocess.Popen[bytes]

    def behave(
        self,
        mode: Mode | str,
        *,
        times: int | None = None,
        seconds: float | None = None,
        operations: Sequence[str] = (),
        until: str | None = None,
    ) -> None:
        """Tell it to misbehave (`Mode.NORMAL` ends it)."""
        told = {"mode": str(mode), "times": times, "seconds": seconds, "until": until}
        self._post("/control/behaviour", {**told, "operations": list(operations)})

    def reset(self) -> None:
        """Empty its ledger and let it behave."""
        self._post("/control/reset", {})

    def ledger(self) -> dict[str, list[dict[str, object]]]:
        """Return every table of its ledger: rows as dictionaries, by table name."""
        answer = httpx.get(f"{self.url}/control/ledger", timeout=10)
        answer.raise_for_status()
        tables: dict[str, list[dict[str, object]]] = answer.json()
        return tables

    def told(self) -> Instruction:
        """Return what it is told to do now."""
        given = httpx.get(f"{self.url}/control/behaviour", timeout=10).json()
        return Instruction(mode=Mode(given["mode"]), times=given["times"])

    def _post(self, path: str, body: dict[str, object]) -> None:
        httpx.post(f"{self.url}{path}", json=body, timeout=10).raise_for_status()


def start(name: str, *, data: Path, product: str = "http://127.0.0.1:9", port: int = 0) -> Running:
    """Start one simulator and wait until it answers. Port 0 takes a free one. Raises SimulatorDidNotStart."""
    address = data.resolve() / name / "url"
    for stale in (address, address.with_name("system_url")):
        stale.unlink(missing_ok=True)
    process = launch_process(name, data=data, product=product, port=port)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SimulatorDidNotStart(f"{name} ended with {process.returncode}")
        if address.exists():
            url = address.read_text()
            if _answers(url):
                systems = address.with_name("system_url")
                system_url = systems.read_text() if systems.exists() else ""
                return Running(name=name, url=url, system_url=system_url, folder=address.parent, process=process)
        time.sleep(0.05)
    stop(process)
    raise SimulatorDidNotStart(f"{name} did not answer within {START_SECONDS:.0f} s")


@contextmanager
def running(name: str, *, data: Path, product: str = "http://127.0.0.1:9", port: int = 0) -> Iterator[Running]:
    """Run one simulator for the length of the block."""
    started = start(name, data=data, product=product, port=port)
    try:
        yield started
    finally:
        stop(started.process)


def launch_process(name: str, *, data: Path, product: str, port: int, system_port: int = 0) -> subprocess.Popen[bytes]:
    """Start the process of one simulator as our child; it ends when we end."""
    ports = ["--port", str(port), "--system-port", str(system_port)]
    command = [sys.executable, "-m", f"simulators.{name}", *ports, "--data", str(data)]
    path = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": path, PARENT_VARIABLE: str(os.getpid())}
    return subprocess.Popen([*command, "--product", product], env=environment)  # noqa: S603 - our own modules


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to stop; kill it when it does not."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=2).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
