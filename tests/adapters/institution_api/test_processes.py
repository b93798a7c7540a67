"""Simulators as processes: the starter takes its children with it, and a restart forgets nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.adapters.institution_api.conftest import acting_for, api_of, parcel_of
from tests.support.installation import free_port

from simulators.common.process import running

SOURCE = Path(__file__).parents[3] / "src"
TWO = "from simulators import all as every; every.NAMES = {names}; raise SystemExit(every.main({arguments}))"


@contextmanager
def starter(data: Path, first: int, names: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
    arguments = ["--first-port", str(first), "--data", str(data)]
    program = TWO.format(names=names, arguments=arguments)
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1).status_code == 200
    except httpx.TransportError:
        return False


def wait(until: bool, *ports: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if all(answers(port) is until for port in ports):
            return
        time.sleep(0.1)
    raise AssertionError(f"ports {ports} are not {until}")


class TestStarter:
    @pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
    def test_leaves_no_process_behind(self, tmp_path, ending):
        first = free_port()
        with starter(tmp_path, first, ("asp", "interior")) as process:
            wait(True, first, first + 1)

            process.send_signal(ending)

            process.wait(20)
            wait(False, first, first + 1)
            assert process.returncode == (-signal.SIGKILL if ending == signal.SIGKILL else 0)

    def test_ends_when_a_child_cannot_run(self, tmp_path):
        first = free_port()
        with (
            socket.create_server(("127.0.0.1", first + 1)),
            starter(tmp_path, first, ("asp", "interior")) as process,
        ):
            assert process.wait(30) == 1
            assert not answers(first)
            assert "simulator interior ended" in process.stderr.read()

    def test_says_which_simulators_are_missing(self, tmp_path):
        with starter(tmp_path, free_port(), ("asp", "weather")) as process:
            assert process.wait(20) == 1
            assert "these simulators are missing: weather" in process.stderr.read()


class TestRestart:
    def test_keeps_dossiers_and_keys_and_finishes_documents(self, tmp_path):
        with running("asp", data=tmp_path) as before:
            api_of(before).deliver(parcel_of(), acting=acting_for())
            certificate = (before.folder / "certificate.pem").read_bytes()
            url = f"{before.url}/control/dossiers/GH-2026-000001/approve"
            httpx.post(url, json={}, timeout=10).raise_for_status()
            before.process.kill()
            before.process.wait()
        with running("asp", data=tmp_path) as after:
            deadline = time.monotonic() + 20
            while not after.ledger()["results"] and time.monotonic() < deadline:
                time.sleep(0.1)

            assert (after.folder / "certificate.pem").read_bytes() == certificate
            assert [row["number"] for row in after.ledger()["results"]] == ["GH-2026-000001"]

    def test_removes_its_address_when_it_stops(self, tmp_path):
        with running("interior", data=tmp_path) as started:
            assert (started.folder / "url").read_text() == started.url

        assert not (started.folder / "url").exists()
        assert started.process.returncode == 0
