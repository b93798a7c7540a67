"""Real processes are killed; what must be gone is looked for in the process table."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.waiting import is_alive, processes_with, until

from ghiseu.runtime.supervisor import Service, Supervisor, run_to_the_end, spawn

# Starts a child that ignores being asked to stop, says who both are, and waits.
PARENT = """
import os, signal, subprocess, sys
mark, stubborn = sys.argv[1:]
stays = "import signal\\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\\nprint('ready', flush=True)\\nsignal.pause()"
child = subprocess.Popen([sys.executable, "-c", stays, mark], stdout=subprocess.PIPE)
child.stdout.readline()
if stubborn == "yes":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(os.getpid(), child.pid, flush=True)
signal.pause()
"""
OVERSEER = """
import sys, time
from pathlib import Path
from ghiseu.runtime.supervisor import Service, Supervisor
code, mark, log = sys.argv[1:]
supervisor = Supervisor(say=print)
supervisor.start(Service(name="s", command=[sys.executable, "-c", code, mark, "no"], environment={}, log=Path(log)))
while True:
    supervisor.look_after()
    time.sleep(0.05)
"""


def family(log: Path) -> tuple[int, int]:
    """Return the last (service, its child) that wrote its ids to the log."""
    lines = log.read_text().splitlines()
    first, second = lines[-1].split()
    return int(first), int(second)


@pytest.fixture
def mark(tmp_path) -> Iterator[str]:
    """Return a text that is in the command line of all processes of one test, and of no other."""
    text = f"mark-{os.getpid()}-{tmp_path.name}"
    yield text
    for left in processes_with(text):
        os.kill(left, signal.SIGKILL)


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "service.log"


@pytest.fixture
def said() -> list[str]:
    return []


def service(log: Path, mark: str, *, stubborn: str = "no", grace: float = 10.0) -> Service:
    command = [sys.executable, "-c", PARENT, mark, stubborn]
    return Service(name="s", command=command, environment={}, log=log, grace=grace)


def has_spoken(log: Path, *, times: int = 1) -> bool:
    return log.exists() and len(log.read_text().splitlines()) >= times


class TestSupervisor:
    def test_starts_again_what_was_killed_and_says_so(self, log, mark, said):
        supervisor = Supervisor(say=said.append)
        supervisor.start(service(log, mark))
        until(lambda: has_spoken(log), what="the first start")
        killed, orphan = family(log)

        os.kill(killed, signal.SIGKILL)

        def restarted() -> bool:
            supervisor.look_after()
            return has_spoken(log, times=2)

        until(restarted, what="the restart")
        assert not is_alive(orphan)
        assert said[0] == "s ended with 137; starting it again in 0.5 s"
        supervisor.stop()
        assert processes_with(mark) == set()

    def test_waits_longer_after_every_death(self, log, said):
        moment = [0.0]
        supervisor = Supervisor(say=said.append, clock=lambda: moment[0])
        supervisor.start(Service(name="s", command=["/bin/false"], environment={}, log=log))

        for deaths in range(1, 4):
            until(lambda wanted=deaths: died(supervisor) >= wanted, what="a death")
            moment[0] += 30

        assert [line.rpartition("in ")[2] for line in said] == ["0.5 s", "1 s", "2 s"]
        supervisor.stop()

    def test_leaves_nothing_behind_even_of_those_who_refuse_to_stop(self, log, mark, said):
        supervisor = Supervisor(say=said.append)
        supervisor.start(service(log, mark, stubborn="yes", grace=0.2))
        until(lambda: has_spoken(log), what="the start")

        supervisor.stop()

        assert processes_with(mark) == set()

    def test_leaves_nothing_behind_when_it_is_killed_itself(self, log, mark):
        overseer = subprocess.Popen([sys.executable, "-c", OVERSEER, PARENT, mark, str(log)])
        until(lambda: has_spoken(log), what="the start")
        assert len(processes_with(mark)) >= 4

        overseer.kill()
        overseer.wait()

        until(lambda: processes_with(mark) == set(), what="the end of all")
        assert not any(is_alive(pid) for pid in family(log))

    def test_keeps_what_a_service_says_for_its_owner_alone(self, log, mark, said):
        supervisor = Supervisor(say=said.append)
        supervisor.start(service(log, mark))
        until(lambda: has_spoken(log), what="the start")
        supervisor.stop()

        assert log.stat().st_mode & 0o777 == 0o600


def died(supervisor: Supervisor) -> int:
    supervisor.look_after()
    return supervisor.deaths("s")


class TestGuard:
    def test_hands_on_the_exit_code(self, log):
        ended = Service(name="s", command=["/bin/sh", "-c", "exit 7"], environment={}, log=log)

        assert run_to_the_end(ended) == 7

    def test_says_that_a_program_is_not_there(self, log):
        ended = Service(name="s", command=["/nowhere/at/all"], environment={}, log=log)

        assert run_to_the_end(ended) == 127
        assert "No such file" in log.read_text()

    def test_ends_the_service_when_it_is_killed_itself(self, log, mark):
        guard = spawn(service(log, mark))
        until(lambda: has_spoken(log), what="the start")
        main, _ = family(log)

        guard.kill()
        guard.wait()

        until(lambda: not is_alive(main), what="the service's end")
        assert not is_alive(main)
