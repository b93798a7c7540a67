"""Writing to the journal, always in the transaction of the act itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from ghiseu.foundation.access import ActingContext, fixed_in_transaction, require_transaction
from ghiseu.foundation.audit.models import JournalRecord, Representative
from ghiseu.foundation.audit.vocabulary import UnknownEvent, event_named
from ghiseu.foundation.crypto import blind_index
from ghiseu.foundation.wire import correlation_id

Detail = str | int | bool | None


class JournalOfTwoCentres(Exception):
    """One transaction writes into the journals of two centres.

    Each journal is a chain whose end is locked until the transaction is over: two of them, taken in two orders, wait
    for each other for ever. Write for one centre, commit, then for the next.
    """


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

    Raises UnknownEvent, NoTransaction, JournalOfTwoCentres.
    """
    require_transaction()
    _refuse_without_subject(event)
    _refuse_second_centre(acting.centre_id)
    row = _about(acting, event, at=at, object_type=object_type, object_id=object_id)
    row.outcome, row.details = outcome, dict(details or {})
    row.save(force_insert=True)
    _note_representatives([row])
    return row


def record_each(event: str, *, shown: Iterable[tuple[ActingContext, str]], object_type: str, at: datetime) -> None:
    """Add the event once for each citizen of a list, in one statement; the text is the id of what was shown.

    Raises UnknownEvent, NoTransaction, JournalOfTwoCentres.
    """
    require_transaction()
    _refuse_without_subject(event)
    rows = [_about(acting, event, at=at, object_type=object_type, object_id=object_id) for acting, object_id in shown]
    for row in rows:
        _refuse_second_centre(row.centre_id)
    _note_representatives(JournalRecord.objects.bulk_create(rows))


def _refuse_without_subject(event: str) -> None:
    if not event_named(event).has_subject:
        raise UnknownEvent(f"{event} is declared as an event without a subject")


def _refuse_second_centre(centre_id: int) -> None:
    if fixed_in_transaction("journal", centre_id) != centre_id:
        raise JournalOfTwoCentres("commit what belongs to one centre before writing for another")


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


def _note_representatives(rows: Iterable[JournalRecord]) -> None:
    """Let those who stood at the desk for somebody else find the rows themselves."""
    noted = [
        Representative(
            centre_id=row.centre_id,
            record_sequence=row.sequence,
            index=blind_index(row.represented_by_idnp, purpose="person"),
            at=row.at,
        )
        for row in rows
        if row.represented_by_idnp
    ]
    if noted:
        Representative.objects.bulk_create(noted)


def of_representative(indexes: Iterable[bytes], *, since: datetime) -> list[int]:
    """Return the sequences of the rows in which a person stood for somebody else. Call it inside `rows_about`.

    The indexes are the blind indexes of that person under every key. Raises NoTransaction.
    """
    require_transaction()
    found = Representative.objects.filter(index__in=list(indexes), at__gte=since)
    return list(found.values_list("record_sequence", flat=True))


def record_without_subject(
    event: str,
    *,
    centre_id: int,
    operator_id: int | None,
    at: datetime,
    outcome: str = "done",
    details: Mapping[str, Detail] | None = None,
) -> JournalRecord:
    """Add an event that concerns no citizen (a sign-in, a published service).

    Raises UnknownEvent, NoTransaction, JournalOfTwoCentres.
    """
    require_transaction()
    _refuse_second_centre(centre_id)
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
