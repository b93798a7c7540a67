"""`python -m simulators.programari --port N --system-port M --data DIR --product URL`."""

from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.programari.book import SCHEMA, Book
from simulators.programari.control import add_control_of_bookings
from simulators.programari.interface import interface
from simulators.programari.plan import Plan


def make(launch: Launch) -> Simulator:
    """Make eProgramări: its interface for systems, and the page of what is booked."""
    simulator = new_simulator(launch, title="eProgramări", schema=SCHEMA)
    plan = Plan.read()
    book = Book(simulator.ledger)
    simulator.system.register_blueprint(interface(simulator, plan=plan, book=book))
    add_control_of_bookings(simulator, plan=plan, book=book)
    return simulator


if __name__ == "__main__":
    run("programari", make)
