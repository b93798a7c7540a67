"""Timed work on the events of the government's platform."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.jobs import job
from ghiseu.journeys import receive_events
from ghiseu.modules.submissions import event_operations

Argument = str | int | bool | None


@job(name="events.receive", queue="events", every="* * * * *")
def receive(*, timestamp: int, **later_arguments: Argument) -> None:
    """Read the events that wait. May run twice or late: each counts once, and five days are kept there."""
    receive_events.receive(at=clock.now())


@job(name="events.forget", queue="sweeps", every="17 3 * * *")
def forget(*, timestamp: int, **later_arguments: Argument) -> None:
    """Forget events that cannot come again. May run twice, or late."""
    with transaction():
        event_operations.forget_old(at=clock.now())
