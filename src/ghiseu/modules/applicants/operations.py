"""Writing about people: who they are, how to reach them, what a register said."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import blind_index, blind_indexes
from ghiseu.foundation.text import fold
from ghiseu.modules.applicants.models import NameKey, Person, Reading, ReadingOutcome
from ghiseu.modules.applicants.ports import FactValue, RegisterAnswer, RegisterQuestion

_FORGOTTEN = (
    "surname", "given_name", "phone", "email", "contact_relative", "birth_date", "deceased_on", "register_read_at",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Names:
    """What a document or the person says, before any register has answered."""

    surname: str = ""
    given_name: str = ""
    birth_date: date | None = None


class DocumentOfAnother(Exception):
    """The document is known as that of somebody with another surname or birth date."""


def know_person(*, centre_id: int, idnp: str, document: str, names: Names, language: str, at: datetime) -> Person:
    """Return the centre's row for this person, making it at the first meeting. Safe to repeat.

    Names already confirmed by a register are not replaced by what a document says.
    Raises DocumentOfAnother, NoTransaction.
    """
    require_transaction()
    column, text, purpose = ("idnp_index", idnp, "person") if idnp else ("document_index", document, "document")
    # Locked, so that nobody forgets them in this very moment.
    person, is_new = Person.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        centre_id=centre_id,
        **{f"{column}__in": blind_indexes(text, purpose=purpose)},  # perhaps met under an earlier index key
        defaults={
            column: blind_index(text, purpose=purpose),
            "idnp": idnp,
            "document": document,
            "surname": names.surname,
            "given_name": names.given_name,
            "birth_date": names.birth_date,
            "language": language,
            "first_seen_at": at,
        },
    )
    if person.forgotten_at is not None:
        person.forgotten_at = None
        person.save(update_fields=["forgotten_at"])
    if is_new:
        _index_names(person, [names.surname, names.given_name])
    elif not idnp and _is_another(person, names):
        raise DocumentOfAnother
    elif person.register_read_at is None and names.surname:
        person.surname, person.given_name = names.surname, names.given_name
        person.birth_date = names.birth_date or person.birth_date
        person.save(update_fields=["surname", "given_name", "birth_date"])
        _index_names(person, [names.surname, names.given_name])
    return person


def locked(person_id: int) -> Person:
    """Return the person, locked until the transaction ends, also against rows that begin to refer to them.

    Raises Person.DoesNotExist, NoTransaction.
    """
    require_transaction()
    return Person.objects.select_for_update(of=("self",)).get(pk=person_id)


def forget(person: Person, *, at: datetime) -> None:
    """Empty name, contacts and what registers said of a locked person; the number stays. Raises NoTransaction."""
    require_transaction()
    person.surname = person.given_name = person.phone = person.email = person.contact_relative = ""
    person.birth_date = person.deceased_on = person.register_read_at = None
    person.forgotten_at = at
    person.save(update_fields=[*_FORGOTTEN, "forgotten_at"])
    NameKey.objects.filter(person=person).delete()
    for reading in Reading.objects.filter(person=person).defer("facts").order_by("id"):
        empty(reading)


def empty(reading: Reading) -> None:
    """Take out what a register said; that it was asked stays. Raises NoTransaction."""
    require_transaction()
    reading.facts, reading.parameters = "", {}
    reading.save(update_fields=["facts", "parameters"])


def _is_another(person: Person, names: Names) -> bool:
    """Tell whether what a document says fits somebody else; a document may cut long names off."""
    if person.birth_date and names.birth_date and person.birth_date != names.birth_date:
        return True
    known, said = fold(person.surname), fold(names.surname)
    return bool(known and said) and not known.startswith(said) and not said.startswith(known)


def _index_names(person: Person, names: list[str]) -> None:
    keys = {part for name in names for part in fold(name).split() if part}
    NameKey.objects.bulk_create(
        [NameKey(centre_id=person.centre_id, person=person, key=key) for key in sorted(keys)],
        ignore_conflicts=True,
    )


def record_answer(
    *, person: Person, question: RegisterQuestion, answer: RegisterAnswer, acting: ActingContext, at: datetime
) -> Reading:
    """Keep what a register answered and put the reading into the journal. Raises NoTransaction."""
    return _record(
        person=person,
        question=question,
        acting=acting,
        at=at,
        outcome=ReadingOutcome.ANSWERED,
        facts=json.dumps(dict(answer.facts), ensure_ascii=False),
        record_id=answer.record_id,
    )


def record_silence(
    *, person: Person, question: RegisterQuestion, outcome: ReadingOutcome, acting: ActingContext, at: datetime
) -> Reading:
    """Keep that a register gave nothing usable. An answer about another person is journaled as such."""
    reading = _record(person=person, question=question, acting=acting, at=at, outcome=outcome)
    if outcome == ReadingOutcome.WRONG_SUBJECT:
        journal.record(
            "applicants.person.another-answered",
            acting=acting,
            at=at,
            object_type=question.register,
            object_id=question.operation,
        )
    return reading


def _record(
    *,
    person: Person,
    question: RegisterQuestion,
    acting: ActingContext,
    at: datetime,
    outcome: ReadingOutcome,
    facts: str = "",
    record_id: str = "",
) -> Reading:
    require_transaction()
    reading = Reading.objects.create(
        centre_id=person.centre_id,
        person=person,
        register=question.register,
        operation=question.operation,
        parameters=dict(question.parameters),
        outcome=outcome,
        facts=facts,
        record_id=record_id,
        read_at=at,
        visit_number=acting.visit_number,
        case_number=acting.case_number,
        legal_basis=acting.legal_basis,
        legal_reason=acting.legal_reason,
        operator_id=acting.operator_id,
    )
    journal.record(
        "applicants.person.read",
        acting=acting,
        at=at,
        object_type=f"{question.register}.{question.operation}",
        object_id=record_id,
        outcome=outcome,
    )
    return reading


def apply_population_record(*, person: Person, facts: Mapping[str, FactValue], at: datetime) -> Person:
    """Take names, birth date and death from the population register's answer. Safe to repeat. Raises NoTransaction."""
    require_transaction()
    person.surname = _text(facts, "surname") or person.surname
    person.given_name = _text(facts, "given_name") or person.given_name
    person.birth_date = _day(facts, "birth_date") or person.birth_date
    if "deceased_on" in facts:  # a data service that keeps silent about deaths undoes none that is known
        person.deceased_on = _day(facts, "deceased_on")
    person.register_read_at = at
    person.save(update_fields=["surname", "given_name", "birth_date", "deceased_on", "register_read_at"])
    before = facts.get("names_before")
    earlier = [name for name in before if isinstance(name, str)] if isinstance(before, list) else []
    for entry in before if isinstance(before, list) else []:
        if isinstance(entry, dict):
            earlier += [str(entry[part]) for part in ("surname", "given_name") if entry.get(part)]
    _index_names(person, [person.surname, person.given_name, *earlier])
    return person


def set_contact(
    *, person: Person, phone: str, email: str, relative: str, language: str, acting: ActingContext, at: datetime
) -> Person:
    """Write how the person can be reached; nothing at all is a normal answer and is kept as such."""
    require_transaction()
    person.phone, person.email, person.contact_relative, person.language = phone, email, relative, language
    person.has_no_channel = not (phone or email or relative)
    person.save(update_fields=["phone", "email", "contact_relative", "language", "has_no_channel"])
    journal.record("applicants.person.contact-changed", acting=acting, at=at, object_type="person")
    return person


def _text(facts: Mapping[str, FactValue], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _day(facts: Mapping[str, FactValue], name: str) -> date | None:
    value = _text(facts, name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:  # "1945": a register that knows only the year; what is known otherwise stands
        return None


def says_readable_death(facts: Mapping[str, FactValue]) -> bool:
    """Tell whether a death, where one is named, has a whole date: half of one must not read as "alive"."""
    return not facts.get("deceased_on") or _day(facts, "deceased_on") is not None
