"""The event platform's simulator, and a feed that reads it."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mevents import MConnectEvents
from ghiseu.foundation.wire.exchange import Limits
from simulators.common.process import Running, running

Publish = Callable[..., list[dict[str, object]]]


@pytest.fixture(scope="session")
def events_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mevents", data=Path(tmp_path_factory.mktemp("simulators"))) as started:
        yield started


@pytest.fixture
def there(events_process: Running) -> Running:
    events_process.reset()
    return events_process


@pytest.fixture
def feed(there: Running) -> Iterator[MConnectEvents]:
    ours = certificate_of(there.folder.parent)
    made = MConnectEvents(
        url=there.system_url,
        limits=Limits(connect=2, answer=1.5),
        tls=ours.client_context(),
        ours=ours,
    )
    yield made
    made.close()


@pytest.fixture
def publish(there: Running) -> Publish:
    """Return a function that publishes events about these numbers of ours."""

    def published(*subjects: str, at: str = "", **changed: object) -> list[dict[str, object]]:
        events = [event_about(subject, **changed) for subject in subjects]
        httpx.post(f"{there.url}/control/events", params={"at": at} if at else {}, json=events).raise_for_status()
        return events

    return published


def event_about(subject: str, **changed: object) -> dict[str, object]:
    event: dict[str, object] = {
        "specversion": "1.0",
        "source": "urn:cups",
        "id": str(uuid.uuid4()),
        "type": "CUPS.Platform.Application.Completed",
        "time": "2026-01-15T08:00:00Z",
        "datacontenttype": "application/json",
        "subject": subject,
        "partitionkey": f"application:{subject}",
        "data": {"ApplicationNumber": subject},
        **changed,
    }
    return {name: value for name, value in event.items() if value is not None}
