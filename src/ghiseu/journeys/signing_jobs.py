"""Asking MSign about those who never came back. Apart from the other jobs, because sending a file needs those."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import defer, job
from ghiseu.journeys import find_signature
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.signatures import queries

Argument = str | int | bool | None


@job(name="signatures.ask", queue="polls")
def ask(*, request_id: int, centre_id: int, **later_arguments: Argument) -> None:
    """Ask what became of one request to sign. May be repeated."""
    with scoped_to(Scope(centre_id=centre_id)):
        find_signature.find_out(request_id, at=clock.now())


@job(name="signatures.sweep", queue="sweeps", every="* * * * *")
def sweep(**later_arguments: Argument) -> None:
    """Find requests to sign that are to be asked about, whoever came back or did not. May be repeated."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            for request_id in queries.due(at=at):
                arguments = {"request_id": request_id, "centre_id": centre_id}
                defer(ask, arguments=arguments, once=f"signature-{request_id}")
