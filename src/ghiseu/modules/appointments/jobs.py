"""Work of the worker process: one call for every centre, and the rows hold the truth."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import job
from ghiseu.modules.appointments import operations
from ghiseu.modules.centres.models import Centre


@job(name="appointments.release-expired-holds", queue="sweeps", every="*/5 * * * *")
def release_expired_holds(**given: str | int | bool | None) -> None:
    """Give up places that were held and never confirmed. May run twice, or late: no place waits for it."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("pk").values_list("pk", flat=True):
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            operations.release_expired_holds(centre_id=centre_id, at=at)
