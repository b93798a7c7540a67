"""A person stands at the desk: identify, open the visit, ask the population register who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.journeys import read_register
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants.models import Person, ReadingOutcome
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.applicants.ports import FactValue, RegisterQuestion
from ghiseu.modules.applicants.queries import Facts
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits import operations as visits
from ghiseu.modules.visits.models import Visit, VisitOutcome
from ghiseu.modules.visits.operations import Identification
from ghiseu.modules.visits.queries import acting_in

# Reception of people at a unified centre; the reading serves to know who stands at the desk.
LEGAL_BASIS = "HG 322/2021"
REASON = "identification at the desk"


class OwnMatter(Exception):
    """The operator identified themselves; a colleague has to serve them."""


class DocumentOrNumberNeeded(Exception):
    """Neither an IDNP nor a document names the person."""


@dataclass(frozen=True, kw_only=True)
class WhoCame:
    """What was read at the desk: an IDNP, or a document of a person without one, and what the document says."""

    idnp: str = ""
    document: str = ""
    names: Names
    identification: Identification


def start_visit(*, at_desk: AtDesk, who: WhoCame, language: str, at: datetime) -> Visit:
    """Open the visit and read the population register about the person.

    Raises OwnMatter, DocumentOrNumberNeeded, DeskHasOpenVisit. A silent register does not stop the visit.
    """
    if who.idnp == at_desk.operator_idnp:
        raise OwnMatter
    if not who.idnp and not who.document:
        raise DocumentOrNumberNeeded
    with transaction():
        person = applicants.know_person(
            centre_id=at_desk.centre_id,
            idnp=who.idnp,
            document=who.document,
            names=who.names,
            language=language,
            at=at,
        )
        visit = visits.open_visit(
            at_desk=at_desk,
            person=person,
            identification=who.identification,
            language=person.language or language,
            year=clock.today(at_desk.time_zone, at=at).year,
            at=at,
        )
        acting = acting_in(visit, at_desk=at_desk, subject=person, legal_basis=LEGAL_BASIS, legal_reason=REASON)
        journal.record("visits.visit.opened", acting=acting, at=at, object_type="visit", object_id=visit.number)
    if who.idnp:
        know_from_register(visit=visit, person=person, at_desk=at_desk, reason=REASON, at=at)
    return visit


def know_from_register(*, visit: Visit, person: Person, at_desk: AtDesk, reason: str, at: datetime) -> Facts:
    """Read the population register about a person of this visit and take over what it says. May be repeated."""
    acting = acting_in(visit, at_desk=at_desk, subject=person, legal_basis=LEGAL_BASIS, legal_reason=reason)
    question = RegisterQuestion(register="RSP", operation="person", subject_idnp=person.idnp)
    facts = read_register.read(question=question, person=person, acting=acting, at=at)
    if facts.outcome == ReadingOutcome.ANSWERED:
        with transaction():
            applicants.apply_population_record(person=person, facts=facts.values, at=at)
            if _is_family(facts.values, at_desk.operator_idnp):
                visits.flag_relative(visit=visit, acting=acting, at=at)
    return facts


def _is_family(facts: Mapping[str, FactValue], idnp: str) -> bool:
    family = facts.get("family")
    rows = family if isinstance(family, list) else []
    return any(isinstance(row, dict) and row.get("idnp") == idnp for row in rows)


def end_visit(*, visit: Visit, outcome: VisitOutcome, at_desk: AtDesk, at: datetime) -> Visit:
    """End the visit; pressing twice ends it once."""
    with transaction():
        acting = acting_in(visit, at_desk=at_desk, subject=visit.person, legal_basis=LEGAL_BASIS, legal_reason=REASON)
        return visits.end_visit(visit=visit, outcome=outcome, acting=acting, at=at)
