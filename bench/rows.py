"""The rows of one generated case, as the journeys would have written them."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from bench.people import somebody
from ghiseu.foundation.access import ActingContext, Assurance, Channel
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.crypto import blind_index
from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.text import fold
from ghiseu.modules.applicants.models import NameKey, Person, Reading, ReadingOutcome
from ghiseu.modules.cases import models as cases
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.submissions.operations import RESOLVE_WITHIN, acting_text
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitOutcome, VisitState

Number = Callable[[type[models.Model]], int]
CASES_PER_PERSONS = (3, 2)
# Far from what the sequence gives to real numbers in a run.
FIRST_NUMBER = 100_000
LAW = "Legea 100/2001"
_persons: dict[int, Person] = {}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is decided of a generated case: which one, where it stands, when it changed last."""

    serial: int
    state: CaseState
    at: datetime


def person_serial(serial: int) -> int:
    """Return whose case the serial-th is: two persons have three cases between them."""
    every, have = CASES_PER_PERSONS
    return serial // every * have + serial % every % have


def of_case(case: Case, *, at_desk: AtDesk, package: ServicePackage, number: Number) -> Iterator[models.Model]:
    """Yield the rows in the order in which they refer to each other."""
    person = _persons.get(person_serial(case.serial))
    if person is None:
        person = _person(case, at_desk, number)
        _persons[person_serial(case.serial)] = person
        yield person
        yield from _name_keys(person, number)
    visit = _visit(case, person, at_desk, number)
    made = _case(case, visit, at_desk, package, number)
    yield visit
    yield made
    yield from _around(made, number)
    yield _reading(made, person, number)
    acting = _acting(made, person, at_desk)
    for event in ("visits.visit.opened", "cases.case.opened", "applicants.person.read"):
        yield _journal(event, acting, case.at, number)
    if case.state is CaseState.SENDING:
        yield _submission(made, acting, number)


def _person(case: Case, at_desk: AtDesk, number: Number) -> Person:
    who = somebody(person_serial(case.serial))
    return Person(
        id=number(Person),
        centre_id=at_desk.centre_id,
        idnp_index=blind_index(who.idnp, purpose="person"),
        idnp=who.idnp,
        surname=who.surname,
        given_name=who.given_name,
        phone="+37360000000",
        first_seen_at=case.at,
        register_read_at=case.at,
    )


def _name_keys(person: Person, number: Number) -> Iterator[NameKey]:
    for key in sorted({*fold(person.surname).split(), *fold(person.given_name).split()}):
        yield NameKey(id=number(NameKey), centre_id=person.centre_id, person=person, key=key)


def _visit(case: Case, person: Person, at_desk: AtDesk, number: Number) -> Visit:
    return Visit(
        id=number(Visit),
        centre_id=at_desk.centre_id,
        desk_id=at_desk.desk_id,
        operator_id=at_desk.operator_id,
        number=numbers.make(at_desk.centre_code, year=case.at.year, sequence=FIRST_NUMBER + 2 * case.serial),
        person=person,
        state=VisitState.ENDED,
        identified_by=IdentifiedBy.IDENTITY_CARD,
        assurance=Assurance.DOCUMENT_SEEN,
        document_note="A24000000",
        opened_at=case.at,
        ended_at=case.at,
        outcome=VisitOutcome.SERVED,
    )


def _case(case: Case, visit: Visit, at_desk: AtDesk, package: ServicePackage, number: Number) -> cases.Case:
    ended = case.state is CaseState.DONE
    return cases.Case(
        id=number(cases.Case),
        centre_id=at_desk.centre_id,
        number=numbers.make(at_desk.centre_code, year=case.at.year, sequence=FIRST_NUMBER + 2 * case.serial + 1),
        visit=visit,
        applicant=visit.person,
        holder=visit.person,
        role="holder",
        package=package,
        service_code=package.code,
        institution=package.institution,
        state=case.state,
        outcome=Outcome.RESULT_HANDED_OVER if ended else "",
        language="ro",
        institution_number=f"B-{case.serial:08}",
        public_code=f"bench-{case.serial}",
        opened_at=case.at,
        opened_by_id=at_desk.operator_id,
        changed_at=case.at,
        promised_on=case.at.date() + timedelta(days=28),
        ended_at=case.at if ended else None,
    )


def _around(made: cases.Case, number: Number) -> Iterator[models.Model]:
    both = {"centre_id": made.centre_id, "case": made}
    for key in ("opened", "sent"):
        yield cases.CaseEvent(id=number(cases.CaseEvent), at=made.opened_at, key=key, by_id=made.opened_by_id, **both)
    for name in ("event_date", "event_place", "term", "delivery"):
        yield cases.CaseField(
            id=number(cases.CaseField),
            field=name,
            value=json.dumps(f"{name} of the case"),
            source="operator",
            changed_by_id=made.opened_by_id,
            changed_at=made.opened_at,
            **both,
        )
    yield cases.PublicStatus(
        id=number(cases.PublicStatus),
        code_sha256=hashlib.sha256(made.public_code.encode()).hexdigest(),
        service_names=made.package.names,
        state=made.state,
        centre_name="Lozova",
        changed_at=made.changed_at,
    )


def _reading(made: cases.Case, person: Person, number: Number) -> Reading:
    facts = {"idnp": person.idnp, "surname": person.surname, "given_name": person.given_name, "rest": "x" * 700}
    return Reading(
        id=number(Reading),
        centre_id=made.centre_id,
        person=person,
        register="RSP",
        operation="person",
        outcome=ReadingOutcome.ANSWERED,
        facts=json.dumps(facts),
        record_id="bench",
        read_at=made.opened_at,
        visit_number=made.visit.number,
        legal_basis=LAW,
        legal_reason="generated",
        operator_id=made.opened_by_id,
    )


def _acting(made: cases.Case, person: Person, at_desk: AtDesk) -> ActingContext:
    return ActingContext(
        subject_idnp=person.idnp,
        identified_by=IdentifiedBy.IDENTITY_CARD,
        assurance=Assurance.DOCUMENT_SEEN,
        operator_idnp=at_desk.operator_idnp,
        operator_id=at_desk.operator_id,
        centre_id=at_desk.centre_id,
        centre_code=at_desk.centre_code,
        legal_entity_idno=at_desk.centre_idno,
        legal_basis=LAW,
        legal_reason="generated",
        channel=Channel.DESK,
        language="ro",
        visit_number=made.visit.number,
        case_number=made.number,
        correlation_id=f"bench-{made.pk}",
    )


def _journal(event: str, acting: ActingContext, at: datetime, number: Number) -> JournalRecord:
    return JournalRecord(
        sequence=number(JournalRecord),
        centre_id=acting.centre_id,
        at=at,
        event=event,
        operator_id=acting.operator_id,
        operator_idnp=acting.operator_idnp,
        subject_index=blind_index(acting.subject_idnp, purpose="person"),
        subject_idnp=acting.subject_idnp,
        has_subject=True,
        assurance=acting.assurance,
        channel=acting.channel,
        legal_basis=acting.legal_basis,
        legal_reason=acting.legal_reason,
        visit_number=acting.visit_number,
        case_number=acting.case_number,
        correlation_id=acting.correlation_id,
    )


def _submission(made: cases.Case, acting: ActingContext, number: Number) -> Submission:
    payload = json.dumps(
        {
            "format": "ghiseu-file/1",
            "number": made.number,
            "service": {"code": made.service_code, "version": made.package.version, "sha256": made.package.sha256},
            "provider_service": "015000383",
            "answers": {f"field_{place}": "value of the field" for place in range(40)},
        }
    )
    return Submission(
        id=number(Submission),
        centre_id=made.centre_id,
        case=made,
        number=made.number,
        institution=made.institution,
        payload=payload,
        payload_sha256=hashlib.sha256(payload.encode()).hexdigest(),
        acting=acting_text(acting),
        resolve_by=made.opened_at + RESOLVE_WITHIN,
        next_try_at=made.opened_at,
        created_at=made.opened_at,
    )
