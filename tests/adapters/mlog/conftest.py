"""MLog's simulator as a process of its own, the adapter that speaks to it, and an event to speak of."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mlog import MLog
from ghiseu.foundation.audit.ports import LegalEvent
from ghiseu.foundation.wire.exchange import Limits
from simulators.common.process import Running, running

VECTORS = Path(__file__).parent / "vectors"
AT = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def event(number: int = 1, **other: object) -> LegalEvent:
    """Return an access to somebody's data; `other` replaces what is told of it."""
    values: dict[str, object] = {
        "id": f"{number:064x}", "at": AT, "type": "PersonalData.Access", "correlation": "c" * 32,
        "source": "Ghiseu/LOZ", "message": "S-au citit datele dvs.", "legal_entity": "1000000000007",
        "legal_basis": "Legea exemplu nr. 0/2026", "legal_reason": "cererea GH-2026-000001",
        "user": "2000000000004", "subject": "2000000000015", "subject_type": "Person",
        "object": "GH-2026-000001", "object_type": "Application",
    }  # fmt: skip
    return LegalEvent(**{**values, **other})


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mlog", data=tmp_path_factory.mktemp("simulators")) as started:
        yield started


@pytest.fixture
def there(process: Running) -> Running:
    """Return the simulator with an empty ledger; it looks at once at what it took."""
    process.reset()
    treat(process, after=0)
    return process


def treat(there: Running, **told: object) -> None:
    """Tell the simulator how to treat us."""
    httpx.post(f"{there.url}/control/mlog", json=told, timeout=10).raise_for_status()


@pytest.fixture
def adapter_to(there: Running) -> Iterator[Callable[..., MLog]]:
    made: list[MLog] = []

    def make(**other: object) -> MLog:
        values = {"url": there.system_url, "certificate": certificate_of(there.folder.parent)}
        values |= {"limits": Limits(connect=2, answer=1)}
        made.append(MLog(**{**values, **other}))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def mlog(adapter_to: Callable[..., MLog]) -> MLog:
    return adapter_to()


@pytest.fixture
def plain(there: Running) -> Iterator[httpx.Client]:
    """Return a client of the system port that sends whatever a test wants."""
    tls = certificate_of(there.folder.parent).client_context()
    with httpx.Client(base_url=there.system_url, verify=tls) as client:
        yield client
