"""Writing to the journal, always in the transaction of the act itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.audit.vocabulary import UnknownEvent, event_named
from ghiseu.foundation.crypto import blind_index
from ghiseu.foundation.wire import correlation_id

Detail = str | int | bool | None


def record(
    event: str,
    *,
    acting: ActingContext,
    at: datetime,
    object_type: str = "",
    object_id: str = "",
    outcome: str = "done",
    details: Mapping[str, Detail] | None = None,
) -> JournalRecord:
    """Add an event about a citizen. `details` holds no personal data: ids, codes, counts.

    Raises UnknownEvent, NoTransaction.
    """
    require_transaction()
    _refuse_without_subject(event)
    row = _about(acting, event, at=at, object_type=object_type, object_id=object_id)
    row.outcome, row.details = outcome, dict(details or {})
    row.save(force_insert=True)
    return row


def record_each(event: str, *, shown: Iterable[tuple[ActingContext, str]], object_type: str, at: datetime) -> None:
    """Add the event once for each citizen of a list, in one statement; the text is the id of what was shown.

    Raises UnknownEvent, NoTransaction.
    """
    require_transaction()
    _refuse_without_subject(event)
    JournalRecord.objects.bulk_create(
        _about(acting, event, at=at, object_type=object_type, object_id=object_id) for acting, object_id in shown
    )


def _refuse_without_subject(event: str) -> None:
    if not event_named(event).has_subject:
        raise UnknownEvent(f"{event} is declared as an event without a subject")


def _about(acting: ActingContext, event: str, *, at: datetime, object_type: str, object_id: str) -> JournalRecord:
    return JournalRecord(
        centre_id=acting.centre_id,
        at=at,
        event=event,
        operator_id=acting.operator_id,
        operator_idnp=acting.operator_idnp,
        subject_index=blind_index(acting.subject_idnp or acting.subject_document, purpose="person"),
        subject_idnp=acting.subject_idnp or acting.subject_document,
        has_subject=True,
        assurance=acting.assurance,
        represented_by_idnp=acting.represented_by_idnp,
        mandate=acting.mandate,
        channel=acting.channel,
        legal_basis=acting.legal_basis,
        legal_reason=acting.legal_reason,
        visit_number=acting.visit_number,
        case_number=acting.case_number,
        object_type=object_type,
        object_id=object_id,
        correlation_id=acting.correlation_id,
    )


def record_without_subject(
    event: str,
    *,
    centre_id: int,
    operator_id: int | None,
    at: datetime,
    outcome: str = "done",
    details: Mapping[str, Detail] | None = None,
) -> JournalRecord:
    """Add an event that concerns no citizen (a sign-in, a published service). Raises UnknownEvent, NoTransaction."""
    require_transaction()
    if event_named(event).has_subject:
        raise UnknownEvent(f"{event} needs a subject")
    return JournalRecord.objects.create(
        centre_id=centre_id,
        at=at,
        event=event,
        operator_id=operator_id,
        has_subject=False,
        outcome=outcome,
        correlation_id=correlation_id(),
        details=dict(details or {}),
    )
