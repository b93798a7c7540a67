"""`python -m simulators.mdelivery --port N --data DIR --product URL`."""

import threading

from simulators.common import clock
from simulators.common.authority import authority_in
from simulators.common.ingress import ingress
from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mdelivery.book import SCHEMA, Book
from simulators.mdelivery.caller import Caller, Shows
from simulators.mdelivery.pages import add_control_of_deliveries, pages
from simulators.mdelivery.postman import Postman


def make(launch: Launch) -> Simulator:
    """Make MDelivery, its client certificate, and the ingress through which it reaches the service."""
    simulator = new_simulator(launch, title="MDelivery", schema=SCHEMA)
    authority, at = authority_in(launch.data, at=clock.now()), clock.now()
    pair = authority.issue(Shows.RIGHT, at=at)
    (launch.folder / "certificate.pem").write_bytes(pair.certificate.read_bytes())
    (launch.folder / "serial").write_text(f"{pair.load().serial_number:x}")
    door = ingress(product=launch.product, authority=authority, host=launch.host)
    caller = Caller(ingress=f"https://localhost:{door.port}", authority=authority)
    book = Book(simulator.ledger)
    postman = Postman(caller=caller, book=book, behaviour=simulator.behaviour)
    simulator.app.register_blueprint(pages(simulator, caller=caller, book=book))
    add_control_of_deliveries(simulator, book=book, postman=postman)
    serving = threading.Thread(target=door.serve_forever, daemon=True)
    simulator.starts.extend((lambda _url: serving.start(), postman.start))
    simulator.stops.extend((postman.stop, door.shutdown, door.server_close))
    return simulator


if __name__ == "__main__":
    run("mdelivery", make)
