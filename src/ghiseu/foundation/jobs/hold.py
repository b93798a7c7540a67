"""Deliveries on hold: after a restore nothing goes out until a person has looked."""

from datetime import datetime

from ghiseu.foundation.jobs.models import RuntimeFlag

DELIVERIES_PAUSED = "deliveries_paused"
# The queues whose jobs speak to institutions, and to people.
HELD_QUEUES = frozenset({"deliveries", "polls", "messages"})


def pause_deliveries(*, reason: str, at: datetime) -> None:
    """Put deliveries on hold; doing so again keeps the first reason and moment."""
    RuntimeFlag.objects.get_or_create(name=DELIVERIES_PAUSED, defaults={"reason": reason, "set_at": at})


def resume_deliveries() -> bool:
    """Let deliveries go out again. Returns whether they were on hold."""
    deleted, _ = RuntimeFlag.objects.filter(name=DELIVERIES_PAUSED).delete()
    return deleted > 0


def deliveries_paused() -> RuntimeFlag | None:
    """Return the hold with its reason, or None when deliveries go out."""
    return RuntimeFlag.objects.filter(name=DELIVERIES_PAUSED).first()
