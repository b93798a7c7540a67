"""Reading messages: which are due, and those of a case."""

from datetime import datetime

from django.db.models import QuerySet

from ghiseu.modules.notifications.models import Message

AT_ONCE = 500


def due(*, at: datetime) -> list[int]:
    """Return ids of messages of this centre to be sent or asked about now, those that wait longest first."""
    found = Message.objects.filter(next_try_at__lte=at).order_by("next_try_at", "id")
    return list(found.values_list("id", flat=True)[:AT_ONCE])


def of_case(case_id: int) -> QuerySet[Message]:
    """Return the messages about a case, oldest first."""
    return Message.objects.filter(case_id=case_id).order_by("id")


def known_ids(*, but: int, since: datetime) -> set[str]:
    """Return the platform's ids of this centre's other messages that were sent since then."""
    found = Message.objects.exclude(pk=but).filter(sent_at__gte=since).exclude(notification_id="")
    return set(found.order_by("id").values_list("notification_id", flat=True))
