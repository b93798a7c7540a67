"""`python -m simulators.mnotify --port N --data DIR --product URL`."""

from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mnotify import people
from simulators.mnotify.book import SCHEMA, Book
from simulators.mnotify.interface import Interface
from simulators.mnotify.pages import add_control_of_messages, pages
from simulators.mnotify.switch import Switch


def make(launch: Launch) -> Simulator:
    """Make MNotify: its interface for systems, and the messages as citizens see them."""
    simulator = new_simulator(launch, title="MNotify", schema=SCHEMA)
    book, switch, known = Book(simulator.ledger), Switch(), people.load()
    simulator.system.register_blueprint(Interface(simulator, book=book, people=known, switch=switch).blueprint())
    simulator.app.register_blueprint(pages(book=book, people=known))
    add_control_of_messages(simulator, book=book, people=known, switch=switch)
    return simulator


if __name__ == "__main__":
    run("mnotify", make)
