"""A stocked counter, with registers and institutions running as servers of their own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests.support import counter

from ghiseu.adapters.institution_api import InstitutionApi
from ghiseu.adapters.mconnect import MConnectRegisters
from ghiseu.foundation.access import scoped_to
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions.ports import lookups, providers
from simulators.common.process import Running, running

Owner = Callable[[], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def simulators_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("simulators"))


@pytest.fixture(scope="session")
def exchange_process(simulators_folder: Path) -> Iterator[Running]:
    with running("mconnect", data=simulators_folder) as started:
        yield started


@pytest.fixture
def exchange(exchange_process: Running) -> Iterator[Running]:
    """Serve the registers' port by the simulated exchange platform, behaving and with an empty ledger."""
    exchange_process.reset()
    adapter = MConnectRegisters(url=exchange_process.url, connect_seconds=2, total_seconds=4)
    with registers.serving("mconnect", adapter):
        yield exchange_process
    adapter.close()


@pytest.fixture
def institution(simulators_folder: Path) -> Iterator[Callable[[str], Running]]:
    """Start an institution's server and serve its ports; it stops with the test."""
    opened: list[AbstractContextManager[object]] = []

    def connect(name: str, *, code: str = "") -> Running:
        process = running(name, data=simulators_folder)
        opened.append(process)
        started = process.__enter__()
        started.reset()
        adapter = InstitutionApi(
            name, url=started.url, callback_certificates=[(started.folder / "certificate.pem").read_bytes()]
        )
        for port in (providers, lookups):
            served = port.serving(code or name, adapter)
            opened.append(served)
            served.__enter__()
        return started

    yield connect
    for one in reversed(opened):
        one.__exit__(None, None, None)


@pytest.fixture
def lozova(db: None, as_owner: Owner, request: pytest.FixtureRequest) -> Iterator[AtDesk]:
    """Stock the counter with the services named by the module's SERVICES, and sit Lidia at Lozova's first desk."""
    with as_owner():
        counter.stock(*getattr(request.module, "SERVICES", ()))
    desk = counter.place()
    with scoped_to(desk.scope):
        yield desk
