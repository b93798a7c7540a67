"""`python -m simulators.interior --port N --data DIR --product URL`."""

from simulators.common.institution.build import add_desk, institution_desk
from simulators.common.institution.desk import Desk
from simulators.common.server import run
from simulators.common.simulator import Launch, Simulator
from simulators.interior.portal import PROFILE, portal


def make(launch: Launch) -> Simulator:
    """Make the portal with its desk; it calls nobody."""
    simulator, dossiers, papers = institution_desk(launch, PROFILE)
    add_desk(simulator, Desk(dossiers, papers, None))
    simulator.app.register_blueprint(portal(dossiers, simulator.behaviour))
    return simulator


if __name__ == "__main__":
    run(PROFILE.name, make)
