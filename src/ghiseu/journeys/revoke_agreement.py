"""The person withdraws what they agreed to: that is evidence of its own, and nothing more is done on the agreement."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import keep_agreement
from ghiseu.journeys.load_case import NobodyIsHere, acting_on, case_for, package_of, visit_here
from ghiseu.modules.appointments import operations as appointments
from ghiseu.modules.appointments import queries as booked
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import TooLateToChange
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case, Evidence, EvidenceKind
from ghiseu.modules.cases.states import OPEN_STATES, CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import bundles
from ghiseu.modules.documents.bundle_models import BundleKind
from ghiseu.modules.mandates.queries import acted_on
from ghiseu.modules.payments import operations as payments
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions.models import Submission, SubmissionState
from ghiseu.modules.submissions.operations import acting_from

# Nothing of these cases has left, or will once the queue is emptied.
_UNSENT = (CaseState.DRAFT, CaseState.AWAITING_PAYMENT)
CANCELLED_BECAUSE = "agreement withdrawn"


class ReasonMissing(Exception):
    """Nobody wrote down why, or that the person gave no reason."""


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """What became of it. `was_sent`: the institution holds the file, or may hold it; it has to be told by a person."""

    number: str
    was_sent: bool


def revoke_agreement(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> Withdrawn:
    """Withdraw the person's agreements of this case and stop what has not left. Pressed twice, it is done once.

    The person is at this desk, or somebody with a mandate for them in force; the sealed record says who it was.
    A case that ended with an appointment still has that to be stopped, until it begins.
    Raises NoSuchCase, ReasonMissing, NobodyIsHere, StepNotAllowed when the case has ended.
    """
    if not reason.strip():
        raise ReasonMissing(number)
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        standing = _standing(case)
        if not standing and bundles.is_withdrawn(case):
            return _withdrawn(case)
        if case.state not in OPEN_STATES and lies_ahead(case, at=at) is None:
            raise StepNotAllowed(f"{number} has ended")
        acting = _withdrawing(case, at_desk=at_desk, at=at)
        for one in standing:
            keep_agreement.take_back(of=one, case=case, reason=reason.strip(), acting=acting, at=at)
            journal.record(
                "documents.agreement.withdrawn",
                acting=acting,
                at=at,
                object_type=one.kind,
                object_id=str(one.pk),
            )
        _stop(case, acting=acting, at=at)
        return _withdrawn(case)


def may_withdraw_here(case: Case, *, at_desk: AtDesk, at: datetime) -> bool:
    """Tell whether somebody is here who may withdraw what was agreed in this case. Call it inside a transaction."""
    try:
        _withdrawing(case, at_desk=at_desk, at=at)
    except NobodyIsHere:
        return False
    return True


def _withdrawing(case: Case, *, at_desk: AtDesk, at: datetime) -> ActingContext:
    visit = visit_here(case, at_desk=at_desk)
    reason = "agreement withdrawn by the person"
    acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason=reason, visit=visit)
    if acting.represented_by_idnp:
        mandate = acted_on(acting)
        if mandate is None or not mandate.is_in_force(clock.today(at_desk.time_zone, at=at)):
            raise NobodyIsHere(case.number)
    return acting


def _withdrawn(case: Case) -> Withdrawn:
    return Withdrawn(number=case.number, was_sent=case.state in OPEN_STATES)


def lies_ahead(case: Case, *, at: datetime) -> Appointment | None:
    """Return the appointment of the case that is booked and has not begun. Call it inside a transaction."""
    standing = booked.of_case(case.pk).filter(state=AppointmentState.CONFIRMED, occupancy__starts_at__gt=at)
    return standing.first()


def _standing(case: Case) -> list[Evidence]:
    """Return what can be withdrawn and was not yet. A request that needed no signature is withdrawn like another."""
    rows = Evidence.objects.filter(case=case, kind__in=bundles.WITHDRAWABLE).order_by("id")
    agreed = [row for row in rows if bundles.is_agreement(row) or row.kind == EvidenceKind.EXPLICIT_REQUEST]
    return [row for row in agreed if bundles.frozen(row, BundleKind.REVOCATION) is None]


def _stop(case: Case, *, acting: ActingContext, at: datetime) -> None:
    """Empty the queue, cancel orders and appointment; what may be at the institution is left for a person to tell."""
    _give_up_appointment(case, acting=acting, at=at)
    if case.state not in OPEN_STATES:
        tell(case, "agreement-withdrawn", at=at, by_id=acting.operator_id)
        return
    may_be_there = case.state not in _UNSENT
    for one in Submission.objects.select_for_update(of=("self",)).filter(case=case).order_by("id"):
        if one.state == SubmissionState.QUEUED:
            submissions.withdraw(submission=one, acting=acting, at=at)
            may_be_there = may_be_there and not (one.supplement_of_id is None and case.state == CaseState.SENDING)
    payments.cancel_open_orders(case=case, acting=acting, at=at)
    if not may_be_there:
        _close(case, acting=acting, at=at)
        return
    tell(case, "agreement-withdrawn", at=at, by_id=acting.operator_id)
    cases.ask_to_call(case, CallReason.ALARM, at=at)


def _give_up_appointment(case: Case, *, acting: ActingContext, at: datetime) -> None:
    """Cancel the booked appointment; when the office wanted to know earlier, a person tells it."""
    found = lies_ahead(case, at=at)
    if found is None:
        return
    try:
        appointments.cancel(appointment=found, reason=CANCELLED_BECAUSE, acting=acting, at=at)
    except TooLateToChange:
        cases.ask_to_call(case, CallReason.ALARM, at=at)


def _close(case: Case, *, acting: ActingContext, at: datetime) -> None:
    if PaymentOrder.objects.filter(case=case, paid_amount__gt=0).exists():  # to be given back
        cases.ask_to_call(case, CallReason.ALARM, at=at)
    cases.move(
        case,
        CaseState.CLOSED,
        acting=acting,
        at=at,
        tell_as="agreement-withdrawn",
        outcome=Outcome.WITHDRAWN,
    )


def stop_unsent(submission_id: int, *, at: datetime) -> bool:
    """Give up a queued delivery whose agreement was withdrawn; tell whether there was one to give up.

    Such a one was under way when the person withdrew, and the institution never got it. Raises NoTransaction.
    """
    found = Submission.objects.select_related("case").filter(pk=submission_id, state=SubmissionState.QUEUED).first()
    if found is None or not bundles.is_withdrawn(found.case):
        return False
    case, submission = cases.locked(found.case_id), submissions.locked(submission_id)
    if submission.state != SubmissionState.QUEUED:
        return False
    acting = acting_from(submission.acting)
    submissions.withdraw(submission=submission, acting=acting, at=at)
    if submission.supplement_of_id is None:
        close_if_withdrawn(case, acting=acting, at=at)
    return True


def close_if_withdrawn(case: Case, *, acting: ActingContext, at: datetime) -> bool:
    """Close a case that would go on although its agreement was withdrawn. Call it in a transaction, the case locked."""
    if not bundles.is_withdrawn(case) or not case.can_move_to(CaseState.CLOSED):
        return False
    _close(case, acting=acting, at=at)
    return True
