"""`python -m simulators.mdocs --port N --system-port M --data DIR --product URL`."""

from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mdocs.book import SCHEMA, Book
from simulators.mdocs.interface import interface
from simulators.mdocs.pages import add_control_of_forms, pages
from simulators.mdocs.switch import Switch


def make(launch: Launch) -> Simulator:
    """Make MDocs: its interface for systems, the person's page, its control."""
    simulator = new_simulator(launch, title="MDocs", schema=SCHEMA)
    book, switch = Book(simulator.ledger), Switch()
    simulator.system.register_blueprint(interface(simulator, book=book, switch=switch))
    simulator.app.register_blueprint(pages(book))
    add_control_of_forms(simulator, switch=switch, book=book)
    return simulator


if __name__ == "__main__":
    run("mdocs", make)
