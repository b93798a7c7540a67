"""Start every simulator as a child process, each on its own port, and stop them all together."""

import argparse
import importlib.util
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from simulators.common.process import launch_process, stop

# The place in the list is the distance from the first port.
NAMES = (
    "mpass",
    "mconnect",
    "asp",
    "cnas",
    "cadastre",
    "interior",
    "mpay",
    "trust",
    "msign",
    "mpower",
    "mnotify",
    "mlog",
    "mdocs",
    "mdelivery",
    "mevents",
    "programari",
)
# How far a simulator's system port lies behind its other one.
SYSTEM_PORTS = 40


def missing() -> list[str]:
    """Return the simulators that this copy of the program does not have."""
    return [name for name in NAMES if importlib.util.find_spec(f"simulators.{name}") is None]


def main(arguments: Sequence[str]) -> int:
    """Run until SIGTERM, SIGINT or the end of any child. Returns 0 when told to stop, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m simulators all")
    parser.add_argument("--first-port", type=int, default=8001)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--product", default="http://127.0.0.1:8000")
    given = parser.parse_args(arguments)
    absent = missing()
    if absent:
        sys.stderr.write(f"these simulators are missing: {', '.join(absent)}\n")
        return 1
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: stopping.append(number))
    signal.signal(signal.SIGINT, lambda number, _frame: stopping.append(number))
    children = {
        name: launch_process(
            name,
            data=given.data,
            product=given.product,
            port=given.first_port + distance,
            system_port=given.first_port + distance + SYSTEM_PORTS,
        )
        for distance, name in enumerate(NAMES)
    }
    try:
        return _watch(children, stopping)
    finally:
        _stop_all(children)


def _watch(children: dict[str, subprocess.Popen[bytes]], stopping: list[int]) -> int:
    while not stopping:
        for name, child in children.items():
            if child.poll() is not None:
                sys.stderr.write(f"simulator {name} ended with {child.returncode}\n")
                return 1
        time.sleep(0.2)
    return 0


def _stop_all(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Tell all of them first, then wait for each."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        stop(child)
