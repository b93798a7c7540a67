"""Put an institution together: interface, desk, documents, callbacks."""

import shutil

from simulators.common import clock
from simulators.common.institution.desk import Desk
from simulators.common.institution.dossiers import SCHEMA, Dossiers
from simulators.common.institution.interface import institution_interface
from simulators.common.institution.papers import PaperMaker
from simulators.common.institution.profile import Profile
from simulators.common.institution.push import Pushes
from simulators.common.keys import document_signer_of, identity_of
from simulators.common.server import new_simulator
from simulators.common.simulator import Launch, Simulator


def make_institution(launch: Launch, profile: Profile) -> Simulator:
    """Make an institution that speaks the interface, with its own ledger, keys and document maker."""
    simulator, dossiers, papers = institution_desk(launch, profile)
    identity = identity_of(launch.folder, common_name=profile.name, organisation=profile.organisation, at=clock.now())
    pushes = Pushes(dossiers, simulator.behaviour, key=identity.key, product=launch.product)
    simulator.starts.append(pushes.start)
    simulator.stops.append(pushes.stop)
    add_desk(simulator, Desk(dossiers, papers, pushes))
    simulator.app.register_blueprint(institution_interface(dossiers, simulator.behaviour, pushes.wake))
    papers.when_made(pushes.wake)
    return simulator


def institution_desk(launch: Launch, profile: Profile) -> tuple[Simulator, Dossiers, PaperMaker]:
    """Make the parts that every institution has, with or without an interface."""
    simulator = new_simulator(launch, title=profile.title, schema=SCHEMA)
    dossiers = Dossiers(simulator.ledger, profile)
    authority, signer = document_signer_of(
        launch.folder, name=profile.name, organisation=profile.organisation, at=clock.now()
    )
    trust = launch.data / "trust"
    trust.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(authority.certificate_path, trust / f"{profile.name}.pem")
    papers = PaperMaker(dossiers, authority=authority, signer=signer)
    simulator.starts.append(papers.start)
    simulator.stops.append(papers.stop)
    return simulator, dossiers, papers


def add_desk(simulator: Simulator, desk: Desk) -> None:
    """Put the desk on the control page."""
    simulator.app.register_blueprint(desk.routes())
    simulator.panels.append(desk.panel)
    simulator.starts.append(desk.start)
    simulator.stops.append(desk.stop)
