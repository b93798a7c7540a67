"""Events of the government's platform: somebody says that something changed, and we ask the institution itself.

Nothing in an event is believed but the number of ours that it names. An event that cannot be read is kept aside, with
us and there, and holds up no other.
"""

from datetime import datetime

import structlog

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.identifiers.numbers import InvalidNumber
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError
from ghiseu.journeys import jobs
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.submissions import event_operations as operations
from ghiseu.modules.submissions.event_feed import Event, EventFeed, event_feeds
from ghiseu.modules.submissions.operations import quarantine

FEED = "mconnect-events"
MOST_BATCHES = 50  # of one run; the next one goes on

log = structlog.get_logger()


def receive(*, at: datetime) -> int:
    """Read what waits, batch by batch, and tell how many events were new. May be repeated, or run late.

    A batch is kept whole or not at all, and only then confirmed: after a crash it comes again and counts once.
    Without a connected platform nothing is done.
    """
    if FEED not in event_feeds.keys():  # noqa: SIM118 - a port is no mapping
        return 0
    feed, new = event_feeds.get(FEED), 0
    try:
        consumer = _consumer(feed, at=at)
        for _ in range(MOST_BATCHES):
            events = feed.next(consumer)
            if not events:
                break
            new += _keep(events, at=at)
            _give_aside(feed, consumer, events)
            feed.confirm(consumer, offset=events[-1].offset)
            _note_confirmed(at=at)
        else:
            return new
        _note_confirmed(at=at)
    except NotFoundThere:
        _leave(at=at)  # the platform ends consumers that nobody uses; the next run opens another
    except OutsideError as error:
        log.warning("events.not_read", reason=error.reason)
    return new


def _consumer(feed: EventFeed, *, at: datetime) -> str:
    """Return the address of our consumer, opened when there is none; look for a gap first."""
    with transaction():
        found = operations.position(FEED, at=at)
        known, has_gap = found.consumer, operations.may_have_missed(found, at=at)
    if has_gap:
        _fill_gap(at=at)
    if known:
        return known
    opened = feed.open()
    with transaction():
        found = operations.position(FEED, at=at)
        found.consumer = opened
        found.save(update_fields=["consumer"])
    return opened


def _fill_gap(*, at: datetime) -> None:
    """Events may have been lost: ask every institution about everything that is open with it."""
    asked = 0
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            asked += operations.ask_all_soon(at=at)
    with transaction():
        found = operations.position(FEED, at=at)
        found.gap_found_at, found.confirmed_at = at, at
        found.save(update_fields=["gap_found_at", "confirmed_at"])
    log.warning("events.gap_filled", count=asked)


def _keep(events: tuple[Event, ...], *, at: datetime) -> int:
    """Write a whole batch down, and let the worker ask about what it names. Returns how many were new."""
    with transaction():
        return sum(_take(event, at=at) for event in events)


def _take(event: Event, *, at: datetime) -> bool:
    if event.fault:
        if not operations.remember(event, outcome="set-aside", at=at):
            return False
        quarantine(institution=FEED, raw=event.raw, why=event.fault, at=at)
        return True
    centre_id = _centre_of(event.subject)
    is_new = operations.remember(event, outcome="not-ours" if centre_id is None else "asked", at=at)
    if is_new and centre_id is not None:
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            jobs.ask_soon(number=str(numbers.parse(event.subject)), centre_id=centre_id)
    return is_new


def _give_aside(feed: EventFeed, consumer: str, events: tuple[Event, ...]) -> None:
    for event in events:
        if event.fault:
            feed.set_aside(consumer, event)


def _centre_of(subject: str) -> int | None:
    """Return the centre that made the number, or None for another system's."""
    try:
        code = numbers.parse(subject).centre
    except InvalidNumber:
        return None
    return Centre.objects.filter(code=code).values_list("id", flat=True).first()


def _note_confirmed(*, at: datetime) -> None:
    with transaction():
        found = operations.position(FEED, at=at)
        found.confirmed_at = at
        found.save(update_fields=["confirmed_at"])


def _leave(*, at: datetime) -> None:
    with transaction():
        found = operations.position(FEED, at=at)
        found.consumer = ""
        found.save(update_fields=["consumer"])
