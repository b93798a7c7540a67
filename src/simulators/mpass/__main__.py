"""`python -m simulators.mpass --port N --data DIR --product URL`."""

from flask import Response
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.keys import identity_of
from simulators.common.server import new_simulator, run
from simulators.common.simulator import Launch, Simulator
from simulators.mpass import login, logout
from simulators.mpass.book import SCHEMA, Book
from simulators.mpass.faults import Keys
from simulators.mpass.messages import metadata
from simulators.mpass.signing import Signer
from simulators.mpass.switch import add_switch

ORGANISATION = "Agenția de Guvernare Electronică (simulator)"


def make(launch: Launch) -> Simulator:
    """Make MPass: its pages, its control interface, its certificate and one that nobody has pinned."""
    simulator = new_simulator(launch, title="MPass", schema=SCHEMA)
    at = clock.now()
    right = identity_of(launch.folder, common_name="MPass", organisation=ORGANISATION, at=at)
    wrong = identity_of(launch.folder / "unpinned", common_name="MPass", organisation=ORGANISATION, at=at)
    desk = login.Desk(
        simulator=simulator,
        book=Book(simulator.ledger),
        switch=add_switch(simulator),
        keys=Keys(
            right=Signer(key=right.key, certificate=right.certificate),
            wrong=Signer(key=wrong.key, certificate=wrong.certificate),
        ),
    )
    simulator.app.register_blueprint(login.pages(desk))
    simulator.app.register_blueprint(logout.pages(desk))

    @simulator.app.get("/meta/saml")
    def meta() -> ResponseReturnValue:
        content = metadata(entity=desk.entity, certificate=right.certificate)
        return Response(content, content_type="application/samlmetadata+xml")

    return simulator


if __name__ == "__main__":
    run("mpass", make)
