"""Work of the worker on results for the document store; rows hold the truth, jobs only ids."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import defer, job
from ghiseu.journeys import store_result
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.documents import sharing

Argument = str | int | bool | None


@job(name="documents.share", queue="deliveries")
def share(*, sharing_id: int, centre_id: int, **later_arguments: Argument) -> None:
    """Make one attempt for a result. May run twice: the lease lets one through; the sweep makes the next one."""
    with scoped_to(Scope(centre_id=centre_id)):
        store_result.advance(sharing_id=sharing_id, at=clock.now(), now=clock.now)


@job(name="documents.sharing-sweep", queue="sweeps", every="* * * * *")
def sweep(**later_arguments: Argument) -> None:
    """Find results that wait for the document store, whatever happened to their jobs. May be repeated."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            for sharing_id in sharing.due(at=at):
                enqueue(sharing_id, centre_id)


def enqueue(sharing_id: int, centre_id: int) -> None:
    """Let the worker take it up, in the caller's transaction; while it waits to be taken up, once."""
    arguments = {"sharing_id": sharing_id, "centre_id": centre_id}
    defer(share, arguments=arguments, once=f"share-{sharing_id}")
