"""Going on with places at platforms that are not settled. Rows hold the truth, jobs only ids."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import defer, job
from ghiseu.journeys import calendar_steps
from ghiseu.modules.appointments import calendar_operations
from ghiseu.modules.centres.models import Centre

Argument = str | int | bool | None


@job(name="appointments.settle", queue="polls")
def settle(*, booking_id: int, centre_id: int, **later_arguments: Argument) -> None:
    """Ask what became of one place, and finish it or give it free. May be repeated."""
    with scoped_to(Scope(centre_id=centre_id)):
        calendar_steps.go_on(booking_id, now=clock.now, by_worker=True)


@job(name="appointments.settle-sweep", queue="sweeps", every="* * * * *")
def settle_sweep(**later_arguments: Argument) -> None:
    """Find places at platforms that wait to be asked about, confirmed or given up. May be repeated."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            for booking_id in calendar_operations.due(at=at):
                arguments = {"booking_id": booking_id, "centre_id": centre_id}
                defer(settle, arguments=arguments, once=f"place-{booking_id}")
