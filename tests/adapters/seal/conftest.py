import pytest
from tests.support.trust import seal_beside

from simulators.common.process import running


@pytest.fixture(scope="session")
def trust_process(tmp_path_factory):
    with running("trust", data=tmp_path_factory.mktemp("trust")) as started:
        yield started


@pytest.fixture
def trust(trust_process):
    trust_process.reset()
    return trust_process


@pytest.fixture
def seal(trust):
    with seal_beside(trust) as one:
        yield one
