"""The whole product is started, hurt and stopped."""

import json
import os
import signal
import socket
from collections.abc import Iterator

import pytest
from tests.support.installation import Installation, installation
from tests.support.waiting import processes_with, until

from ghiseu.runtime import restore
from ghiseu.runtime.database import embedded


@pytest.fixture(scope="module")
def place() -> Iterator[Installation]:
    with installation() as made:
        yield made


@pytest.mark.slow
class TestUp:
    def test_comes_back_after_its_web_server_and_its_database_are_killed_and_stops_clean(self, place):
        with place.up("--without-simulators") as process:
            assert place.url in place.output()
            servers = processes_with(f"--port\0{place.port}\0")
            for pid in servers:
                kill(pid)
            until(
                lambda: processes_with(f"--port\0{place.port}\0") - servers and place.is_ready(),
                what="a new web server",
            )

            (postmaster, *_) = sorted(processes_with(f"-D\0{place.data}"))
            kill(postmaster)
            until(lambda: "The database ended" in place.output(), what="notice of the database's end")
            until(place.is_ready, what="a new database")
            before = jobs_done(place)
            until(lambda: jobs_done(place) > before, what="a job done by a new worker", limit=60)

            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert place.output().endswith("Stopped.\n")
        assert place.processes() == set()

    def test_refuses_a_second_start_and_obeys_the_hold_on_deliveries(self, place):
        with place.up("--without-simulators"):
            second = place.run("up", "--without-simulators")
            until(lambda: states_of_worker(place), what="the worker")
            hold_deliveries(place)
            until(lambda: states_of_worker(place)[-1] == "held", what="the hold")
            checked = place.run("check-config")
            verified = place.run("journal", "verify")
            resumed = place.run("resume-deliveries")
            until(lambda: states_of_worker(place)[-1] == "delivering", what="the end of the hold")

        assert (second.returncode, "already uses" in second.stderr) == (1, True)
        assert checked.returncode == 1
        assert "FAULT  deliveries: on hold (a test)" in checked.stdout
        assert "ok     database" in checked.stdout
        assert "ok     journal key" in checked.stdout
        assert (verified.returncode, verified.stderr) == (0, "")
        assert verified.stdout.splitlines()[-1].startswith("no findings in ")
        assert resumed.stdout == "Deliveries go out again.\n"

    def test_leaves_nothing_behind_when_it_is_killed_itself(self, place):
        with place.up("--without-simulators") as process:
            assert place.processes() != set()
            process.kill()
            process.wait()

            until(lambda: place.processes() == set(), what="the end of everything", limit=60)
            assert place.processes() == set()

    def test_names_the_port_that_is_taken(self, place):
        with socket.socket() as other:
            other.bind(("127.0.0.1", place.port))
            other.listen()

            done = place.run("up", "--without-simulators")

        assert done.returncode == 1
        assert f"port {place.port}, needed for the product, is not free" in done.stderr

    def test_refuses_a_port_that_is_no_number(self, place):
        wrong = Installation(data=place.data, port=place.port, extra={"PORT": "web"})

        done = wrong.run("up")

        assert done.returncode == 1
        assert "PORT is 'web'" in done.stderr


def jobs_done(place: Installation) -> int:
    """Return how many jobs the worker has finished."""
    server = embedded(place.data)
    server.attach()
    with server.connected() as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'").fetchone()
    return row[0] if row else 0


def hold_deliveries(place: Installation) -> None:
    """Put deliveries on hold as a restore does."""
    server = embedded(place.data)
    server.attach()
    restore.hold_deliveries(server.url(), reason="a test")


def states_of_worker(place: Installation) -> list[str]:
    """Return how the worker began each time, the last one last."""
    log = place.data / "logs" / "worker.log"
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return [line["state"] for line in lines if line["event"] == "worker.started"]


def kill(pid: int) -> None:
    """Kill a process that may have ended by now."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
