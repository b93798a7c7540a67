"""Events of the platform: each counts once, what it names is asked about, poison and gaps lose nothing."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from tests.support.counter import LATER, NOON, all_of, as_worker
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mevents import MConnectEvents
from ghiseu.foundation.access import transaction
from ghiseu.foundation.outcomes import TryLater
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.journeys import receive_events
from ghiseu.modules.submissions.event_feed import event_feeds
from ghiseu.modules.submissions.event_models import FeedPosition, SeenEvent
from ghiseu.modules.submissions.models import Quarantined, Submission
from simulators.common.process import Running, running

SERVICES = ["asp.civil.extract-birth"]
SOURCE = "urn:cups"


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mevents", data=Path(tmp_path_factory.mktemp("mevents"))) as started:
        yield started


@pytest.fixture
def there(process: Running) -> Iterator[Running]:
    """Serve the feed by the simulated platform, behaving and empty."""
    process.reset()
    ours = certificate_of(process.folder.parent)
    feed = MConnectEvents(url=process.system_url, limits=Limits(connect=2, answer=1.5), tls=ours.client_context())
    with event_feeds.serving(receive_events.FEED, feed):
        yield process
    feed.close()


def publish(there: Running, *subjects: str, **changed: object) -> list[str]:
    events = [
        {"specversion": "1.0", "source": SOURCE, "id": str(uuid.uuid4()), "type": "A.B.C.D", "subject": one, **changed}
        for one in subjects
    ]
    httpx.post(f"{there.url}/control/events", json=events).raise_for_status()
    return [str(event["id"]) for event in events]


def receive(*, at=NOON) -> int:
    with as_worker():
        return receive_events.receive(at=at)


def asked_soon() -> int:
    """Return how many jobs wait that ask an institution."""
    with transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'submissions.ask'")
        return cursor.fetchone()[0]


def outcomes() -> list[str]:
    with as_worker():
        return [row.outcome for row in all_of(SeenEvent)]


def test_an_event_about_a_file_of_ours_has_the_institution_asked_soon(number, there):
    receive()
    publish(there, number)
    before = asked_soon()

    new = receive()

    assert (new, outcomes()) == (1, ["asked"])
    assert asked_soon() == before + 1


def test_the_same_event_again_counts_once(number, there):
    receive()
    publish(there, number)
    there.behave("duplicate", times=1)

    assert receive() == 1
    assert receive() == 0
    assert outcomes() == ["asked"]


def test_a_batch_that_could_not_be_confirmed_comes_again_and_changes_nothing(number, there):
    receive()
    publish(there, number, "ANOTHER-1")
    there.behave("before_commit_timeout", operations=["confirm"], seconds=2)
    first = receive()
    there.behave("normal")

    second = receive()

    assert (first, second) == (2, 0)
    assert sorted(outcomes()) == ["asked", "not-ours"]


def test_a_batch_is_kept_whole_or_not_at_all(number, there, monkeypatch):
    receive()
    publish(there, number, number, number)
    taken = receive_events._take
    seen = []

    def fails_at_the_third(event, *, at):
        seen.append(event)
        if len(seen) == 3:
            raise TryLater("the machine stopped")
        return taken(event, at=at)

    with monkeypatch.context() as patch:
        patch.setattr(receive_events, "_take", fails_at_the_third)
        assert receive() == 0
    assert outcomes() == []

    assert receive() == 3


def test_an_event_that_cannot_be_read_is_kept_aside_here_and_there(number, there):
    receive()
    publish(there, "x", specversion="0.3")
    publish(there, number)

    assert receive() == 2

    (kept,) = all_of(Quarantined)
    assert (kept.institution, kept.why) == ("mconnect-events", "not an event of CloudEvents 1.0")
    assert len(there.ledger()["dead"]) == 1
    assert outcomes() == ["set-aside", "asked"]


def test_a_consumer_that_is_gone_is_opened_anew_and_nothing_is_lost(number, there):
    receive()
    publish(there, number)
    httpx.post(f"{there.url}/control/end-consumers").raise_for_status()

    assert (receive(), receive()) == (0, 1)


def test_more_than_five_days_without_reading_has_everything_asked_about(number, there):
    receive()
    long_after = NOON + timedelta(days=6)
    with as_worker(), transaction():
        Submission.objects.update(next_poll_at=long_after + timedelta(hours=1))

    receive(at=long_after)

    (position,) = all_of(FeedPosition)
    assert position.gap_found_at == long_after
    assert [row.next_poll_at for row in all_of(Submission)] == [long_after]
    receive(at=long_after + timedelta(minutes=1))
    assert all_of(FeedPosition)[0].gap_found_at == long_after


def test_without_the_platform_nothing_is_done(number):
    assert receive(at=LATER) == 0
    assert all_of(FeedPosition) == []


def test_a_platform_that_is_down_stops_nothing_else(number, there):
    there.behave("5xx")

    assert receive() == 0
    assert receive(at=LATER) == 0
