"""eProgramări as a server of its own, and the adapter that calls it over mutual TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.programari import Programari
from ghiseu.foundation.wire.exchange import Limits
from simulators.common.process import Running, running


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the simulator for one module of tests."""
    with running("programari", data=Path(tmp_path_factory.mktemp("simulators"))) as started:
        yield started


@pytest.fixture
def there(process: Running) -> Running:
    """Return the simulator with nothing booked, behaving."""
    process.reset()
    return process


@pytest.fixture
def programari(there: Running) -> Iterator[Programari]:
    """Return the adapter, with limits short enough for tests of silence."""
    certificate = certificate_of(there.folder.parent)
    adapter = Programari(
        url=f"{there.system_url}/api/v2",
        limits=Limits(connect=2, answer=1),
        tls=certificate.client_context(),
        certificate=certificate,
    )
    yield adapter
    adapter.close()
