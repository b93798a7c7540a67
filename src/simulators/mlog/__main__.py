"""`python -m simulators.mlog --port N --system-port N --data DIR --product URL`."""

from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mlog.book import SCHEMA
from simulators.mlog.interface import add_interface
from simulators.mlog.pages import add_pages
from simulators.mlog.switch import Switch


def make(launch: Launch) -> Simulator:
    """Make MLog: systems on one port, people on the other."""
    simulator = new_simulator(launch, title="MLog: legal events", schema=SCHEMA)
    switch = Switch()
    add_interface(simulator, switch=switch)
    add_pages(simulator, switch=switch)
    return simulator


if __name__ == "__main__":
    run("mlog", make)
