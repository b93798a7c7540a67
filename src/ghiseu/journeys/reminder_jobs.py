"""The hourly look at what people are to be reminded of."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to
from ghiseu.foundation.jobs import job
from ghiseu.journeys import remind
from ghiseu.journeys.send_message import is_connected
from ghiseu.modules.centres.models import Centre


@job(name="notifications.remind", queue="sweeps", every="11 * * * *")
def remind_people(**later_arguments: str | int | bool | None) -> None:
    """Remind of what is due on the next working day. May run twice, or late; does nothing where none can be sent."""
    if not is_connected():
        return
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(Scope(centre_id=centre_id)):
            remind.remind(at=at)
