"""Writing down how far events were read. Callers open the transaction."""

from datetime import datetime, timedelta

from django.db.models import Q

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.submissions.event_feed import KEPT_THERE, Event
from ghiseu.modules.submissions.event_models import FeedPosition, SeenEvent
from ghiseu.modules.submissions.models import Submission

# Long after the platform has forgotten an event, it cannot come again.
SEEN_KEPT = 6 * KEPT_THERE
LONGEST_NAME = 500


def position(feed: str, *, at: datetime) -> FeedPosition:
    """Return the locked row of the feed; a new one begins now, with nothing missed. Raises NoTransaction."""
    require_transaction()
    FeedPosition.objects.get_or_create(feed=feed, defaults={"confirmed_at": at})
    return FeedPosition.objects.select_for_update(of=("self",)).get(feed=feed)


def may_have_missed(found: FeedPosition, *, at: datetime) -> bool:
    """Tell whether the platform has forgotten what we did not read yet."""
    return found.confirmed_at is not None and at - found.confirmed_at > KEPT_THERE


def remember(event: Event, *, outcome: str, at: datetime) -> bool:
    """Write down that the event came; tell whether it is the first time. Raises NoTransaction."""
    require_transaction()
    _, is_new = SeenEvent.objects.get_or_create(
        source=event.source[:LONGEST_NAME],
        event_id=event.event_id[:LONGEST_NAME],
        defaults={"type": event.type[:LONGEST_NAME], "seen_at": at, "outcome": outcome},
    )
    return is_new


def ask_all_soon(*, at: datetime) -> int:
    """Let every open file of the centre in scope be asked about at the next sweep. Returns how many."""
    require_transaction()
    later = Q(next_poll_at__gt=at)
    return Submission.objects.filter(later).update(next_poll_at=at)


def forget_old(*, at: datetime, after: timedelta = SEEN_KEPT) -> int:
    """Remove what was seen so long ago that it cannot come again. Returns how many."""
    require_transaction()
    return SeenEvent.objects.filter(seen_at__lt=at - after).delete()[0]
