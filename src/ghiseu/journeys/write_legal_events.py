"""From rows of our journal to events of the state's log: who, whom, on which basis, for which centre."""

import json
from collections.abc import Iterable, Sequence

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.audit.ports import LegalEvent
from ghiseu.foundation.audit.shipping import Linked
from ghiseu.foundation.audit.vocabulary import UnknownEvent, event_named
from ghiseu.journeys.legal_events import type_of
from ghiseu.journeys.plain_events import PLAIN, plain_event
from ghiseu.modules.centres.models import Centre, Operator

SOURCE = "Ghiseu"
IDNP_DIGITS = 13


def going(links: Iterable[Linked]) -> list[Linked]:
    """Return those whose events go to the log."""
    return [one for one in links if type_of(one.record.event, outcome=one.record.outcome) is not None]


def written(links: Sequence[Linked], *, centre: Centre) -> list[LegalEvent]:
    """Return the events of these links; all of them go. Raises NoTransaction."""
    require_transaction()
    nameless = {one.record.operator_id for one in links if not one.record.operator_idnp}
    people = Operator.objects.in_bulk([one for one in nameless if one is not None])
    return [_event(one, centre=centre, people=people) for one in links]


def _event(linked: Linked, *, centre: Centre, people: dict[int, Operator]) -> LegalEvent:
    record = linked.record
    operator = people.get(record.operator_id or 0)
    subject = record.subject_idnp if record.has_subject else ""
    number = record.case_number or record.visit_number
    return LegalEvent(
        id=linked.id,
        at=record.at,
        type=type_of(record.event, outcome=record.outcome) or record.event,
        correlation=record.correlation_id,
        source=f"{SOURCE}/{centre.code}",
        message=_sentence(record),
        legal_entity=centre.idno,
        legal_basis=record.legal_basis,
        legal_reason="; ".join(filter(None, (record.legal_reason, number))),
        user=record.operator_idnp or (operator.idnp if operator else ""),
        user_session=record.visit_number,
        subject=subject,
        subject_type=_kind(subject),
        object=record.object_id or number,
        object_type=record.object_type or ("Application" if record.case_number else ""),
        details=_details(record),
        others=_others(record, linked),
    )


def _sentence(record: JournalRecord) -> str:
    """Return the sentence that the citizen is told, in Romanian; of other events what they mean."""
    if record.event in PLAIN:
        return plain_event(record.event, record.object_type, "ro")
    try:
        return event_named(record.event).meaning
    except UnknownEvent:
        return record.event


def _kind(subject: str) -> str:
    if not subject:
        return ""
    return "Person" if len(subject) == IDNP_DIGITS and subject.isdigit() else "PersonDocument"


def _details(record: JournalRecord) -> str:
    told = {"assurance": record.assurance, "channel": record.channel, "mandate": record.mandate, **record.details}
    said = {name: value for name, value in told.items() if value not in {"", None}}
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else ""


def _others(record: JournalRecord, linked: Linked) -> dict[str, str]:
    """Return fields of our own: what the type does not say, and the place in the chain that proves it."""
    return {
        "journal_event": record.event,
        "journal_number": str(linked.number),
        "outcome": record.outcome,
        "case_number": record.case_number,
        "represented_by": record.represented_by_idnp,
    }
