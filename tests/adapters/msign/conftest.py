"""MSign running as a server of its own, and our adapter that meets it over mutual TLS."""

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pikepdf
import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.msign import MSign, Place
from ghiseu.foundation.wire.exchange import Limits
from simulators.common.process import Running, running

Act = Callable[..., None]


def connect(simulator: Running, *, answer: float = 10) -> MSign:
    certificate = certificate_of(simulator.folder.parent)
    place = Place(
        service_url=f"{simulator.system_url}/MSign.svc", page_url=simulator.url, trust=simulator.folder / "trust"
    )
    limits = Limits(connect=2, answer=answer)
    return MSign(place, limits=limits, tls=certificate.client_context(), certificate=certificate)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("msign", data=Path(tmp_path_factory.mktemp("simulators"))) as started:
        yield started


@pytest.fixture
def adapter(simulator: Running) -> Iterator[MSign]:
    simulator.reset()
    made = connect(simulator)
    yield made
    made.close()


@pytest.fixture
def impatient(simulator: Running) -> Iterator[MSign]:
    simulator.reset()
    made = connect(simulator, answer=0.7)
    yield made
    made.close()


@pytest.fixture
def tell(simulator: Running) -> Act:
    """Return how somebody acts on a request at MSign: sign, cancel, expire, forget; or how it signs: signing."""

    def act(what: str, request_id: str = "", **given: str) -> None:
        path = f"requests/{request_id}/{what}" if request_id else what
        httpx.post(f"{simulator.url}/control/{path}", json=given, timeout=20).raise_for_status()

    return act


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """Return a small document of one page that is ready to be signed."""
    with pikepdf.new() as document:
        document.add_blank_page()
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), SigFlags=3)
        written = BytesIO()
        document.save(written)
    return written.getvalue()
