"""MPower as a server of its own, and the adapter that asks it over mutual TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mpower import MPower
from ghiseu.foundation.wire.exchange import Limits
from simulators.common.process import Running, running


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Run the simulator for one module of tests."""
    with running("mpower", data=Path(tmp_path_factory.mktemp("simulators"))) as started:
        yield started


@pytest.fixture
def registry(process: Running) -> Running:
    """Return the simulator with the powers it starts with, behaving."""
    process.reset()
    return process


@pytest.fixture
def mpower(registry: Running) -> Iterator[MPower]:
    """Return the adapter, with limits short enough for tests of silence."""
    certificate = certificate_of(registry.folder.parent)
    adapter = MPower(
        url=f"{registry.system_url}/clients-api",
        limits=Limits(connect=2, answer=1),
        tls=certificate.client_context(),
        certificate=certificate,
    )
    yield adapter
    adapter.close()
