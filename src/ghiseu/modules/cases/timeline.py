"""The sentences of a case's timeline: keys here, words in each language on the pages."""

from datetime import datetime

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.cases.models import Case, CaseEvent

KEYS = frozenset(
    {
        "opened",
        "agreement-signed",
        "agreement-withdrawn",
        "request-signed",
        "request-touched",
        "request-spoken",
        "request-signed-electronically",
        "signature-failed",
        "signature-expired",
        "signature-not-accepted",
        "signature-outdated",
        "payment-asked",
        "paid",
        "payment-expired",
        "power-does-not-hold",
        "power-not-known",
        "sent",
        "received",
        "not-known-yet",
        "not-accepted",
        "in-examination",
        "papers-missing",
        "papers-sent",
        "result-ready",
        "refused",
        "stopped",
        "resumed",
        "handed-to-portal",
        "number-filed",
        "handed-over",
        "shared-electronically",
        "share-ended",
        "delivery-ordered",
        "delivery-ready",
        "delivery-begun",
        "delivery-problem",
        "delivery-returned",
        "delivery-cancelled",
        "delivered",
        "answered",
        "told-to-pay",
        "booked",
        "place-not-known",
        "place-not-booked",
        "place-wished",
        "already-granted",
        "closed",
        "abandoned",
        "called",
        "message-sent",
        "message-undelivered",
        "overridden",
        "duplicate-found",
    }
)


class UnknownTimelineKey(Exception):
    """No page would know how to say this event."""


def tell(case: Case, key: str, *, at: datetime, by_id: int | None, **values: str) -> CaseEvent:
    """Add a line to the timeline. Raises UnknownTimelineKey, NoTransaction."""
    require_transaction()
    if key not in KEYS:
        raise UnknownTimelineKey(key)
    return CaseEvent.objects.create(centre_id=case.centre_id, case=case, at=at, key=key, values=values, by_id=by_id)


def note_change(case: Case, *, at: datetime) -> None:
    """Let the work list say that something of the case changed at this moment. Raises NoTransaction."""
    require_transaction()
    Case.objects.filter(pk=case.pk, changed_at__lt=at).update(changed_at=at)
    case.changed_at = max(case.changed_at, at)
