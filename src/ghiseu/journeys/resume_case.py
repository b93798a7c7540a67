"""A stopped case was looked at by a person: it goes on, or is closed, with a stated reason."""

from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys import receive_answer
from ghiseu.journeys.load_case import acting_on, case_for, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.centres.at_desk import AtDesk


class ReasonMissing(Exception):
    """Nobody said what was found out."""


def resume(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    """Let the case go on at the institution. Raises NoSuchCase, ReasonMissing, StepNotAllowed."""
    return _leave_alarm(number, CaseState.WITH_INSTITUTION, reason, at_desk=at_desk, at=at)


def give_up(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    """Close the stopped case. Raises NoSuchCase, ReasonMissing, StepNotAllowed."""
    return _leave_alarm(number, CaseState.CLOSED, reason, at_desk=at_desk, at=at)


def _leave_alarm(number: str, to: CaseState, reason: str, *, at_desk: AtDesk, at: datetime) -> Case:
    if not reason.strip():
        raise ReasonMissing(number)
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason=f"alarm looked at: {reason}")
        closes = to == CaseState.CLOSED
        cases.move(
            case,
            to,
            acting=acting,
            at=at,
            tell_as="closed" if closes else "resumed",
            outcome=Outcome.WITHDRAWN if closes else None,
            reason=reason,
        )
        case.call_tasks.filter(done_at=None, reason="alarm").update(done_at=at, done_by_id=at_desk.operator_id)
        if not closes:
            receive_answer.catch_up(case, at=at)
        return case
