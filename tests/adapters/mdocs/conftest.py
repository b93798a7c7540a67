"""The simulated MDocs, and the adapter that meets it over mutual TLS."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mdocs import Form, MDocs
from ghiseu.foundation.wire.exchange import Limits
from simulators.common.process import Running, running


@pytest.fixture(scope="module")
def mdocs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mdocs", data=tmp_path_factory.mktemp("simulators")) as started:
        yield started


@pytest.fixture
def store(mdocs: Running) -> Iterator[MDocs]:
    """Return the adapter in the library's form; MDocs behaves and is empty."""
    mdocs.reset()
    adapter = store_in(mdocs)
    yield adapter
    adapter.close()


def store_in(mdocs: Running, *, form: Form = Form.LIBRARY, types: tuple[str, ...] = ("Unknown",)) -> MDocs:
    """Return an adapter for this MDocs with short limits."""
    data: Path = mdocs.folder.parent
    limits = Limits(connect=2, answer=1)
    return MDocs(url=f"{mdocs.system_url}/api", certificate=certificate_of(data), limits=limits, form=form, types=types)
