"""A question to an institution that opens no dossier: the state of a pension re-examination, an account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import Event, declare, journal
from ghiseu.foundation.outcomes import NotFoundThere, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys.load_case import acting_on, case_numbered, package_of
from ghiseu.modules.applicants.ports import FactValue
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions.ports import lookups

declare(Event(name="journeys.status.asked", meaning="An institution was asked for the state of a matter", reads=True))


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
        case = case_numbered(number)
        package = package_of(case)
        acting = acting_on(case, at_desk=at_desk, package=package, reason="state asked by the person")
        language = case.language
        institution = catalogue.route_code(package.route.institution or package.institution)
    told = _ask(package, institution, acting)
    with transaction():
        locked = cases.locked(case.pk)
        outcome = "found" if told is not None else "not-found"
        journal.record(
            "journeys.status.asked",
            acting=acting,
            at=at,
            object_type=package.route.provider_service,
            object_id=number,
            outcome=outcome,
        )
        if locked.state == CaseState.DRAFT:
            cases.move(locked, CaseState.DONE, acting=acting, at=at, tell_as="answered", outcome=Outcome.ANSWERED)
    return _worded(package, told, language=language, at=at)


def _ask(package: Package, institution: str, acting: ActingContext) -> Mapping[str, FactValue] | None:
    try:
        served = lookups.get(institution)
        return served.lookup(package.route.provider_service, subject_idnp=acting.subject_idnp, acting=acting)
    except NotFoundThere:
        return None
    except (TryLater, PortNotServed) as error:
        raise NoAnswer("silent") from error
    except (UnusableAnswer, WrongSubject) as error:
        raise NoAnswer("unusable") from error
    except Refused as error:
        raise NoAnswer("refused") from error


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
