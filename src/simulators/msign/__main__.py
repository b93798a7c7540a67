"""`python -m simulators.msign --port N --data DIR --product URL`."""

from simulators.common import clock
from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.msign.authority import Authority
from simulators.msign.book import SCHEMA, Book
from simulators.msign.control import add_control_of_signing
from simulators.msign.pages import Desk, pages
from simulators.msign.service import service
from simulators.msign.switch import Switch


def make(launch: Launch) -> Simulator:
    """Make MSign with its authority; DATA/msign/trust is the folder that a verifier has to trust."""
    simulator = new_simulator(launch, title="MSign", schema=SCHEMA)
    at, book = clock.now(), Book(simulator.ledger)
    right = Authority(launch.folder / "authority", name="MSign test authority", at=at)
    unknown = Authority(launch.folder / "unknown-authority", name="Another authority", at=at)
    trust = launch.folder / "trust"
    trust.mkdir(exist_ok=True)
    (trust / "root.pem").write_bytes((launch.folder / "authority" / "root.pem").read_bytes())
    desk = Desk(book=book, right=right, unknown=unknown, switch=Switch())
    simulator.app.register_blueprint(pages(simulator, desk))
    simulator.system.register_blueprint(service(simulator, book=book, authority=right))
    add_control_of_signing(simulator, desk)
    return simulator


if __name__ == "__main__":
    run("msign", make)
