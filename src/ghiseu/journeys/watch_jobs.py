"""The night's look at who looked."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import findings
from ghiseu.foundation.jobs import job
from ghiseu.journeys.watch_access import watch
from ghiseu.modules.centres.models import Centre

# At the first night; later the work goes on after the last day that was looked at, however long the worker stood still.
DAYS_BACK = 4
# So many days in one night; the next night goes on.
MOST_AT_ONCE = 62


@job(name="journal.watch", queue="sweeps", every="53 3 * * *")
def watch_days(**later_arguments: str | int | bool | None) -> None:
    """Let the rules of detection look at the days that ended, centre by centre. May run twice, or late."""
    at = clock.now()
    for centre in Centre.objects.order_by("id"):
        with scoped_to(Scope(centre_id=centre.pk)):
            for day in _days(centre, at=at):
                _watch_one(centre, day, at=at)


def _watch_one(centre: Centre, day: date, *, at: datetime) -> None:
    with transaction():
        watch(centre=centre, day=day, at=at)
        findings.note_watched(centre_id=centre.pk, day=day, at=at)


def _days(centre: Centre, *, at: datetime) -> Iterator[date]:
    """Return the days of the centre that ended and were not looked at, the earliest first."""
    today = clock.today(centre.time_zone, at=at)
    with transaction():
        last = findings.watched_until(centre.pk) or today - timedelta(days=DAYS_BACK + 1)
    count = min((today - last).days - 1, MOST_AT_ONCE)
    return (last + timedelta(days=number) for number in range(1, count + 1))
