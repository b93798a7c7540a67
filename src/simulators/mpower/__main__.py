"""`python -m simulators.mpower --port N --system-port M --data DIR`."""

from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mpower.book import SCHEMA, Book
from simulators.mpower.clients_api import add_clients_api
from simulators.mpower.control import add_control_of_powers
from simulators.mpower.rights import Rights


def make(launch: Launch) -> Simulator:
    """Make MPower with the powers of the fixture people."""
    simulator = new_simulator(launch, title="MPower", schema=SCHEMA)
    book, rights = Book(simulator.ledger), Rights()
    book.stock()
    simulator.resets.append(book.stock)
    simulator.resets.append(rights.forget)
    add_clients_api(simulator, book=book, rights=rights)
    add_control_of_powers(simulator, book=book, rights=rights)
    return simulator


if __name__ == "__main__":
    run("mpower", make)
