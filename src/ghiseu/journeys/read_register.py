"""Asking a state register: stated reason before, journal after, and no transaction held while waiting."""

from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import legal_debt
from ghiseu.foundation.outcomes import NotFoundThere, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.ports import PortNotServed
from ghiseu.modules.applicants import operations, queries
from ghiseu.modules.applicants.models import Person, ReadingOutcome
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion, registers
from ghiseu.modules.applicants.queries import Facts

EXCHANGE = "mconnect"


def read(*, question: RegisterQuestion, person: Person, acting: ActingContext, at: datetime) -> Facts:
    """Return the register's facts about the person; `outcome` says why there are none.

    Asking again in the same visit is answered from what was read. Never raises for a register that is slow,
    down or talks nonsense: the counter goes on. The reading is in the journal either way. While the log of legal
    events is owed too much for too long, no register is asked (`paused`), and the counter goes on as well.
    """
    with transaction():
        known = queries.fresh_reading(person=person, question=question, visit_number=acting.visit_number, at=at)
        if known is not None:
            return queries.facts_of(known)
        if legal_debt.stops_reading(centre_id=person.centre_id, at=at):
            paused = operations.record_silence(
                person=person, question=question, outcome=ReadingOutcome.PAUSED, acting=acting, at=at
            )
            return queries.facts_of(paused)
    answer, outcome = _ask(question, acting)
    if answer is not None and not operations.says_readable_death(answer.facts):
        answer, outcome = None, ReadingOutcome.UNUSABLE
    with transaction():
        if answer is not None:
            reading = operations.record_answer(person=person, question=question, answer=answer, acting=acting, at=at)
        else:
            reading = operations.record_silence(person=person, question=question, outcome=outcome, acting=acting, at=at)
    return queries.facts_of(reading)


def _ask(question: RegisterQuestion, acting: ActingContext) -> tuple[RegisterAnswer | None, ReadingOutcome]:
    try:
        return registers.get(EXCHANGE).read(question, acting=acting), ReadingOutcome.ANSWERED
    except NotFoundThere:
        return None, ReadingOutcome.NOT_FOUND
    except WrongSubject:
        return None, ReadingOutcome.WRONG_SUBJECT
    except UnusableAnswer:
        return None, ReadingOutcome.UNUSABLE
    except (TryLater, Refused, PortNotServed):
        return None, ReadingOutcome.UNAVAILABLE
