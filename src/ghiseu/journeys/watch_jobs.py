"""The night's look at who looked."""

from datetime import timedelta

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to
from ghiseu.foundation.jobs import job
from ghiseu.journeys.watch_access import watch
from ghiseu.modules.centres.models import Centre

# A worker that stood still over a holiday catches up; a day that was looked at gives nothing new.
DAYS_BACK = 4


@job(name="journal.watch", queue="sweeps", every="53 3 * * *")
def watch_days(**later_arguments: str | int | bool | None) -> None:
    """Let the rules of detection look at the days that ended, centre by centre. May run twice, or late."""
    at = clock.now()
    for centre in Centre.objects.order_by("id"):
        today = clock.today(centre.time_zone, at=at)
        for back in range(1, DAYS_BACK + 1):
            with scoped_to(Scope(centre_id=centre.pk)):
                watch(centre=centre, day=today - timedelta(days=back), at=at)
