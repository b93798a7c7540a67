"""A case that ends at the desk: answered from a register, already granted, withdrawn, or handed to a portal."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys.load_case import acting_on, case_for, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.catalogue.package import RouteKind
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments import operations as payments
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions import queries as submission_queries

# Which line of the timeline tells each way of ending, and the state that the case ends in.
_ENDINGS = {
    Outcome.ANSWERED: (CaseState.DONE, "answered"),
    Outcome.ALREADY_GRANTED: (CaseState.DONE, "already-granted"),
    Outcome.NOT_ELIGIBLE: (CaseState.CLOSED, "closed"),
    Outcome.WITHDRAWN: (CaseState.CLOSED, "closed"),
    Outcome.DUPLICATE: (CaseState.CLOSED, "duplicate-found"),
    Outcome.GONE: (CaseState.CLOSED, "closed"),
}

_GIVEN_UP = (Outcome.WITHDRAWN, Outcome.DUPLICATE, Outcome.GONE)
# How a case may end from each state. What the institution decided ends only by being handed over, and an alarm
# only after somebody said what they found out.
_ENDS_FROM = {
    CaseState.DRAFT: tuple(_ENDINGS),
    CaseState.AWAITING_PAYMENT: (*_GIVEN_UP, Outcome.NOT_ELIGIBLE),
    CaseState.WITH_INSTITUTION: _GIVEN_UP,
    CaseState.PAPERS_MISSING: _GIVEN_UP,
}


@dataclass(frozen=True, kw_only=True)
class FiledNumber:
    """The number that the institution's own portal gave, copied by the operator."""

    institution_number: str


class NumberMissing(Exception):
    """The portal's number was not filed; without it nobody could follow the matter."""


def end_case(*, number: str, outcome: Outcome, at_desk: AtDesk, at: datetime) -> Case:
    """End the case this way. Ending it again the same way changes nothing.

    Raises NoSuchCase, StepNotAllowed when this is no way for the case to end now.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        if case.outcome == outcome:
            return case
        if outcome not in _ENDS_FROM.get(CaseState(case.state), ()):
            raise StepNotAllowed(f"{number} is {case.state} and does not end as {outcome}")
        state, line = _ENDINGS[outcome]
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="case ended at the desk")
        parked = submission_queries.living(case) if case.state == CaseState.AWAITING_PAYMENT else None
        if parked is not None:
            submissions.withdraw(submission=parked, acting=acting, at=at)
        payments.cancel_open_orders(case=case, acting=acting, at=at)
        unsent = case.state in {CaseState.DRAFT, CaseState.AWAITING_PAYMENT}
        if unsent and PaymentOrder.objects.filter(case=case, paid_amount__gt=0).exists():  # to be given back
            cases.ask_to_call(case, CallReason.ALARM, at=at)
        return cases.move(case, state, acting=acting, at=at, tell_as=line, outcome=outcome)


def file_number(*, number: str, filed: FiledNumber, at_desk: AtDesk, at: datetime) -> Case:
    """Keep the number that the institution's portal gave for a guided hand-over.

    Raises NoSuchCase, NumberMissing, StepNotAllowed. May be repeated to correct a slip.
    """
    if not filed.institution_number.strip():
        raise NumberMissing(number)
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        _require_at_portal(case)
        case.institution_number = filed.institution_number.strip()
        case.changed_at = at
        case.save(update_fields=["institution_number", "changed_at"])
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="number of the portal filed")
        journal.record("cases.case.number-filed", acting=acting, at=at, object_type="case", object_id=number)
        tell(
            case,
            "number-filed",
            at=at,
            by_id=at_desk.operator_id,
            institution_number=case.institution_number,
        )
        return case


def portal_answered(*, number: str, granted: bool, reason: str, at_desk: AtDesk, at: datetime) -> Case:
    """Record what the portal or the institution told the operator about a guided hand-over.

    Raises NoSuchCase, StepNotAllowed.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        _require_at_portal(case)
        case.institution_reason = reason
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="answer read at the portal")
        to, line = (CaseState.RESULT_READY, "result-ready") if granted else (CaseState.REFUSED, "refused")
        return cases.move(case, to, acting=acting, at=at, tell_as=line)


def _require_at_portal(case: Case) -> None:
    """Raise StepNotAllowed unless the operator carried the file to a portal: other answers come by the institution."""
    if package_of(case).route.kind is not RouteKind.GUIDED or case.state != CaseState.WITH_INSTITUTION:
        raise StepNotAllowed(f"{case.number} does not wait at a portal")
