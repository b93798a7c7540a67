"""`python -m simulators.mpay --port N --data DIR --product URL`.

SIMULATOR_MPAY_SERVICE names the address of the product's payments endpoint when that is not the product's own.
"""

import os

from simulators.common import clock
from simulators.common.keys import identity_of
from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mpay.book import SCHEMA, Book
from simulators.mpay.caller import Caller
from simulators.mpay.control import add_control_of_payments
from simulators.mpay.pages import pages
from simulators.mpay.papers import papers
from simulators.mpay.postman import Postman
from simulators.mpay.switch import Switch
from simulators.mpay.terminal import terminal

ENDPOINT_VARIABLE = "SIMULATOR_MPAY_SERVICE"
ORGANISATION = "Agenția de Guvernare Electronică (simulator)"


def make(launch: Launch) -> Simulator:
    """Make MPay: its pages, its control interface, its certificate and one that nobody has pinned."""
    simulator = new_simulator(launch, title="MPay", schema=SCHEMA)
    at = clock.now()
    right = identity_of(launch.folder, common_name="MPay", organisation=ORGANISATION, at=at)
    wrong = identity_of(launch.folder / "unpinned", common_name="MPay", organisation=ORGANISATION, at=at)
    book, switch = Book(simulator.ledger), Switch()
    endpoint = (os.environ.get(ENDPOINT_VARIABLE) or launch.product).rstrip("/")
    caller = Caller(address=f"{endpoint}/mpay/service", right=right, wrong=wrong, book=book)
    postman = Postman(caller=caller, book=book, switch=switch, behaviour=simulator.behaviour)
    simulator.app.register_blueprint(pages(simulator, caller=caller, postman=postman))
    simulator.app.register_blueprint(terminal(simulator, postman=postman))
    simulator.system.register_blueprint(papers(simulator, caller=caller))
    add_control_of_payments(simulator, postman=postman, switch=switch, book=book)
    simulator.starts.append(postman.start)
    simulator.stops.append(postman.stop)
    return simulator


if __name__ == "__main__":
    run("mpay", make)
