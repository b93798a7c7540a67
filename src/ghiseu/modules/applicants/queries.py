"""Reading about people that this centre knows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db.models import BooleanField, F, Func, Max, Value

from ghiseu.foundation.crypto import blind_indexes
from ghiseu.foundation.text import fold
from ghiseu.modules.applicants.models import NameKey, Person, Reading, ReadingOutcome
from ghiseu.modules.applicants.ports import FactValue, RegisterQuestion

AT_MOST = 20
# Folded names have small letters and digits only; this comes after all of them.
_AFTER_Z = "{"
# The register said something; the other outcomes are silence.
TOLD = (ReadingOutcome.ANSWERED, ReadingOutcome.NOT_FOUND)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """A register's facts with their source and time; `outcome` says why they are empty."""

    register: str
    operation: str
    outcome: str
    values: Mapping[str, FactValue]
    read_at: datetime


def facts_of(reading: Reading) -> Facts:
    """Turn a kept reading back into facts."""
    values = cast(dict[str, FactValue], json.loads(reading.facts)) if reading.facts else {}
    return Facts(
        register=reading.register,
        operation=reading.operation,
        outcome=reading.outcome,
        values=values,
        read_at=reading.read_at,
    )


def fresh_reading(*, person: Person, question: RegisterQuestion, visit_number: str, at: datetime) -> Reading | None:
    """Return an answer that this visit already has, so that no register is asked twice for one thing."""
    since = at - timedelta(minutes=Reading.FRESH_FOR_MINUTES)
    return (
        Reading.objects.filter(
            person=person,
            register=question.register,
            operation=question.operation,
            parameters=dict(question.parameters),
            visit_number=visit_number,
            outcome__in=TOLD,
            read_at__gte=since,
        )
        .order_by("-id")
        .first()
    )


def latest(*, centre_id: int, question: RegisterQuestion, visit_number: str) -> Facts | None:
    """Return how the question ended in the matter's own visit: with facts, or with the reason why there are none.

    A register that falls silent later does not take back what it told; what another visit read is not used.
    """
    readings = Reading.objects.filter(
        centre_id=centre_id,
        person__idnp_index__in=blind_indexes(question.subject_idnp, purpose="person"),
        register=question.register,
        operation=question.operation,
        parameters=dict(question.parameters),
        visit_number=visit_number,
    ).order_by("-id")
    newest = readings.first()
    if newest is not None and newest.outcome not in TOLD:
        newest = readings.filter(outcome__in=TOLD).first() or newest
    return facts_of(newest) if newest else None


def family_of(person: Person) -> frozenset[str] | None:
    """Return the IDNP of the relatives that the population register named last; None when it never told of them."""
    readings = Reading.objects.filter(
        person=person, register="RSP", operation="person", outcome=ReadingOutcome.ANSWERED
    )
    newest = readings.order_by("-id").first()
    rows = facts_of(newest).values.get("family") if newest is not None else None
    if not isinstance(rows, list):
        return None
    return frozenset(str(row.get("idnp")) for row in rows if isinstance(row, dict) and row.get("idnp"))


def newest_facts(*, person: Person, register: str, operation: str, visit_number: str) -> Facts | None:
    """Return the newest usable answer about the person that was read in this visit, or None."""
    reading = (
        Reading.objects.filter(
            person=person,
            register=register,
            operation=operation,
            outcome=ReadingOutcome.ANSWERED,
            visit_number=visit_number,
        )
        .order_by("-id")
        .first()
    )
    return facts_of(reading) if reading else None


def readings_of_visit(visit_number: str, *, most: int) -> list[Reading]:
    """Return what registers were asked in this visit, the newest first; what they said is not read."""
    return list(Reading.objects.filter(visit_number=visit_number).defer("facts").order_by("-id")[:most])


def newest_reading(visit_numbers: Iterable[str]) -> int | None:
    """Return the number of the last question to a register in these visits: it is another when one was asked since."""
    newest: int | None = Reading.objects.filter(visit_number__in=set(visit_numbers)).aggregate(Max("id"))["id__max"]
    return newest


def is_paused(visit_number: str) -> bool:
    """Tell whether the visit's newest question was not asked, because the log of legal events is owed too much."""
    newest = Reading.objects.filter(visit_number=visit_number).order_by("-id").values_list("outcome", flat=True)
    return newest.first() == ReadingOutcome.PAUSED


def person_by_idnp(*, centre_id: int, idnp: str) -> Person | None:
    """Return the person if this centre knows the IDNP."""
    return Person.objects.filter(centre_id=centre_id, idnp_index__in=blind_indexes(idnp, purpose="person")).first()


def _compared(text: str, operator: str) -> Func:
    """Compare keys letter by letter. With row security on, LIKE would read the names of all centres instead."""
    return Func(
        F("key"), Value(text), arg_joiner=f" {operator} ", template="(%(expressions)s)", output_field=BooleanField()
    )


def people_named(*, centre_id: int, words: str) -> list[Person]:
    """Return at most 20 people every word of the search fits, by name; diacritics and script do not matter."""
    found: set[int] | None = None
    for key in fold(words).split():
        keys = NameKey.objects.filter(_compared(key, "~>=~"), _compared(key + _AFTER_Z, "~<~"), centre_id=centre_id)
        ids = set(keys.values_list("person_id", flat=True)[:2000])
        found = ids if found is None else found & ids
    if not found:
        return []
    return list(Person.objects.filter(id__in=found).order_by("surname", "given_name", "id")[:AT_MOST])
