"""A question to an institution that opens no dossier: the state of a pension re-examination, an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import Event, declare, journal
from ghiseu.foundation.outcomes import NotFoundThere, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_for, package_of
from ghiseu.modules.applicants import operations as applicants
from ghiseu.modules.applicants.models import Reading, ReadingOutcome
from ghiseu.modules.applicants.ports import FactValue, RegisterAnswer, RegisterQuestion
from ghiseu.modules.applicants.queries import TOLD, facts_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions.ports import lookups

declare(Event(name="journeys.status.asked", meaning="An institution was asked for the state of a matter", reads=True))

_WHY = {
    ReadingOutcome.UNAVAILABLE: "silent",
    ReadingOutcome.UNUSABLE: "unusable",
    ReadingOutcome.WRONG_SUBJECT: "unusable",
    ReadingOutcome.REFUSED: "refused",
}
_WORDS = {ReadingOutcome.ANSWERED: "found", ReadingOutcome.NOT_FOUND: "not-found"}


class NoAnswer(Exception):
    """The institution is silent, or answered something that cannot be used. `why` is silent, unusable or refused."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class StatusTold:
    """What the institution said: its own word, what it means in the citizen's language, and further facts."""

    word: str
    answer: str
    meaning: str
    facts: Mapping[str, FactValue]
    asked_at: datetime


def ask_status(*, number: str, at_desk: AtDesk, at: datetime) -> StatusTold:
    """Ask by the package's look-up about the holder, tell it on the timeline and end the case as answered.

    Opens its own transactions. May be repeated: each asking is in the journal. Raises NoSuchCase, NoAnswer.
    """
    with transaction():
        case = case_for(number, at_desk=at_desk)
        package = package_of(case)
        acting = acting_on(case, at_desk=at_desk, package=package, reason="state asked by the person")
        language = case.language
        institution = catalogue.route_code(package.route.institution or package.institution)
    told, outcome = _ask(package, institution, acting)
    with transaction():
        locked = cases.locked(case.pk)
        _keep(locked, _question(package, acting.subject_idnp), told, outcome, acting=acting, at=at)
        if outcome in TOLD and locked.state == CaseState.DRAFT:
            cases.move(locked, CaseState.DONE, acting=acting, at=at, tell_as="answered", outcome=Outcome.ANSWERED)
    if outcome not in TOLD:
        raise NoAnswer(_WHY[outcome])
    return _worded(package, told, language=language, at=at)


def told_before(file: OpenedCase) -> StatusTold | None:
    """Return what the newest asking brought, or None when nobody asked yet. Raises NoAnswer. Asks nobody.

    Call it inside a transaction.
    """
    question = _question(file.package, "")
    kept = (
        Reading.objects.filter(case_number=file.case.number, register=question.register, operation=question.operation)
        .order_by("-id")
        .first()
    )
    if kept is None:
        return None
    if kept.outcome not in TOLD:
        raise NoAnswer(_WHY[ReadingOutcome(kept.outcome)])
    facts = facts_of(kept).values if kept.outcome == ReadingOutcome.ANSWERED else None
    return _worded(file.package, facts, language=file.case.language, at=kept.read_at)


def _question(package: Package, idnp: str) -> RegisterQuestion:
    institution = package.route.institution or package.institution
    return RegisterQuestion(register=institution, operation=package.route.provider_service, subject_idnp=idnp)


def _keep(
    case: Case,
    question: RegisterQuestion,
    told: Mapping[str, FactValue] | None,
    outcome: ReadingOutcome,
    *,
    acting: ActingContext,
    at: datetime,
) -> None:
    """Keep what was answered, or that nothing came; both are in the journal."""
    if told is not None:
        answer = RegisterAnswer(
            register=question.register,
            operation=question.operation,
            subject_idnp=question.subject_idnp,
            facts=told,
            record_id="",
            read_at=at,
        )
        applicants.record_answer(person=case.holder, question=question, answer=answer, acting=acting, at=at)
    else:
        applicants.record_silence(person=case.holder, question=question, outcome=outcome, acting=acting, at=at)
    journal.record(
        "journeys.status.asked",
        acting=acting,
        at=at,
        object_type=question.operation,
        object_id=case.number,
        outcome=_WORDS.get(outcome, outcome),
    )


def _ask(
    package: Package, institution: str, acting: ActingContext
) -> tuple[Mapping[str, FactValue] | None, ReadingOutcome]:
    try:
        served = lookups.get(institution)
        found = served.lookup(package.route.provider_service, subject_idnp=acting.subject_idnp, acting=acting)
    except NotFoundThere:
        return None, ReadingOutcome.NOT_FOUND
    except (TryLater, PortNotServed):
        return None, ReadingOutcome.UNAVAILABLE
    except WrongSubject:
        return None, ReadingOutcome.WRONG_SUBJECT
    except UnusableAnswer:
        return None, ReadingOutcome.UNUSABLE
    except Refused:
        return None, ReadingOutcome.REFUSED
    return found, ReadingOutcome.ANSWERED


def _worded(package: Package, facts: Mapping[str, FactValue] | None, *, language: str, at: datetime) -> StatusTold:
    word = str(facts.get("status", "")) if facts is not None else "not_found"
    key = f"statuses.{word}"
    answer = package.text(key, language) if package.has_text(key) else ""
    if not answer and facts is not None:
        answer = str(facts.get("message", ""))
    return StatusTold(
        word=word,
        answer=answer,
        meaning=package.text("result.name", language),
        facts=facts or {},
        asked_at=at,
    )
