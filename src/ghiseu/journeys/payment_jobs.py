"""Timed work on payments. Apart from the other jobs, because sending a file needs those."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to
from ghiseu.foundation.jobs import job
from ghiseu.journeys import collect_payment
from ghiseu.modules.centres.models import Centre


@job(name="payments.expire", queue="sweeps", every="*/15 * * * *")
def expire(**later_arguments: str | int | bool | None) -> None:
    """Give back the cases whose payment order ran out. May run twice, or late."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)):
            collect_payment.expire(at=at)
