"""Sending messages. Apart from the other jobs, because what moves a case needs this one."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import defer, job
from ghiseu.journeys import send_message
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.notifications import queries

Argument = str | int | bool | None


@job(name="notifications.work-on", queue="messages")
def work_on(*, message_id: int, centre_id: int, **later_arguments: Argument) -> None:
    """Send one message, or ask what became of it. May run twice: the lease lets one through."""
    with scoped_to(Scope(centre_id=centre_id)):
        again_at = send_message.work_on(message_id=message_id, at=clock.now(), ended=clock.now)
        if again_at is not None:
            with transaction():
                defer(
                    work_on,
                    arguments={"message_id": message_id, "centre_id": centre_id},
                    once=f"message-later-{message_id}",
                    not_before=again_at,
                )


@job(name="notifications.sweep", queue="sweeps", every="* * * * *")
def sweep(**later_arguments: Argument) -> None:
    """Find messages that are due, whatever happened to their jobs. May run twice, or late."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            for message_id in queries.due(at=at):
                enqueue(message_id, centre_id=centre_id)


def enqueue(message_id: int, *, centre_id: int) -> None:
    """Let the worker take the message soon. In the caller's transaction; may be repeated."""
    arguments = {"message_id": message_id, "centre_id": centre_id}
    defer(work_on, arguments=arguments, once=f"message-{message_id}")
