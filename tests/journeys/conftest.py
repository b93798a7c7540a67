"""A stocked counter, with registers and institutions running as servers of their own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from tests.support import counter
from tests.support.paying import mpay, mpay_identity, mpay_process, order, product_url
from tests.support.platform_place import registers_of

from ghiseu.adapters.institution_api import InstitutionApi
from ghiseu.foundation.access import scoped_to
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions.ports import lookups, news, providers
from ghiseu.modules.visits.models import Visit
from simulators.common.process import Running, running, start, stop

__all__ = ["mpay", "mpay_identity", "mpay_process", "order", "product_url"]
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
    adapter = registers_of(exchange_process, connect_seconds=2, total_seconds=4)
    with registers.serving("mconnect", adapter):
        yield exchange_process
    adapter.close()


@pytest.fixture(scope="session")
def institution_processes(simulators_folder: Path) -> Iterator[dict[str, Running]]:
    """Hold the institutions' servers that a test has asked for; they stop with the session."""
    started: dict[str, Running] = {}
    yield started
    for one in started.values():
        stop(one.process)


@pytest.fixture
def institution(
    simulators_folder: Path, institution_processes: dict[str, Running], settings: Settings
) -> Iterator[Callable[[str], Running]]:
    """Serve an institution's ports by its server, behaving and with an empty ledger."""
    settings.RESULT_TRUST = simulators_folder / "trust"
    with ExitStack() as served:

        def connect(name: str, *, code: str = "") -> Running:
            if name not in institution_processes:
                institution_processes[name] = start(name, data=simulators_folder)
            process = institution_processes[name]
            process.reset()
            adapter = InstitutionApi(
                name,
                url=process.url,
                callback_certificates=[(process.folder / "certificate.pem").read_bytes()],
                limits=Limits(connect=2, answer=4),
            )
            served.callback(adapter.close)
            for port in (providers, lookups, news):
                served.enter_context(port.serving(code or name, adapter))
            return process

        yield connect


@pytest.fixture
def asp(institution: Callable[[str], Running]) -> Running:
    return institution("asp")


@pytest.fixture
def unreachable() -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager: inside it nothing listens at the address of ASP."""

    @contextmanager
    def nothing_listens() -> Iterator[None]:
        adapter = InstitutionApi("asp", url="http://127.0.0.1:9", limits=Limits(connect=1, answer=1))
        with providers.serving("asp", adapter):
            yield
        adapter.close()

    return nothing_listens


@pytest.fixture
def rested(exchange: Running) -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager: inside it the registers are asked by a process that remembers no failure."""

    @contextmanager
    def asked_afresh() -> Iterator[None]:
        adapter = registers_of(exchange, connect_seconds=2, total_seconds=4)
        with registers.serving("mconnect", adapter):
            yield
        adapter.close()

    return asked_afresh


@pytest.fixture
def lozova(db: None, as_owner: Owner, request: pytest.FixtureRequest) -> Iterator[AtDesk]:
    """Stock the counter with the services named by the module's SERVICES, and sit Lidia at Lozova's first desk."""
    with as_owner():
        counter.stock(*getattr(request.module, "SERVICES", ()))
    desk = counter.place()
    with scoped_to(desk.scope):
        yield desk


@pytest.fixture
def visit(lozova: AtDesk, exchange: Running) -> Visit:
    """Let Eugenia come to the desk."""
    return counter.come("2099010100376", to=lozova)


@pytest.fixture
def number(lozova: AtDesk, visit: Visit, asp: Running) -> str:
    """Bring Eugenia's request for her birth extract to the institution."""
    number = counter.ask_for("asp.civil.extract-birth", visit=visit, to=lozova)
    counter.complete_and_submit(number, to=lozova)
    counter.deliver(number)
    assert counter.case_of(number).state == "with_institution"
    return number
