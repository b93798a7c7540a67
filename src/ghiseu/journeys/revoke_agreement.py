"""The person withdraws what they agreed to: that is evidence of its own, and nothing more is done on the agreement."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import keep_agreement
from ghiseu.journeys.load_case import acting_on, case_numbered, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case, Evidence, EvidenceKind
from ghiseu.modules.cases.states import OPEN_STATES, CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import bundles
from ghiseu.modules.documents.bundle_models import BundleKind
from ghiseu.modules.payments import operations as payments
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions.models import Submission, SubmissionState
from ghiseu.modules.submissions.operations import acting_from

# Nothing of these cases has left, or will once the queue is emptied.
_UNSENT = (CaseState.DRAFT, CaseState.AWAITING_PAYMENT)


class ReasonMissing(Exception):
    """Nobody wrote down why, or that the person gave no reason."""


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """What became of it. `was_sent`: the institution holds the file, or may hold it; it has to be told by a person."""

    number: str
    was_sent: bool


def revoke_agreement(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> Withdrawn:
    """Withdraw the person's agreements of this case and stop what has not left. Pressed twice, it is done once.

    Raises NoSuchCase, ReasonMissing, StepNotAllowed when the case has ended.
    """
    if not reason.strip():
        raise ReasonMissing(number)
    with transaction():
        case = cases.locked(case_numbered(number).pk)
        standing = _standing(case)
        if not standing and bundles.is_withdrawn(case):
            return Withdrawn(number=number, was_sent=case.state != CaseState.CLOSED)
        if case.state not in OPEN_STATES:
            raise StepNotAllowed(f"{number} has ended")
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="agreement withdrawn by the person")
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
        return Withdrawn(number=number, was_sent=case.state != CaseState.CLOSED)


def _standing(case: Case) -> list[Evidence]:
    """Return what can be withdrawn and was not yet. A request that needed no signature is withdrawn like another."""
    rows = Evidence.objects.filter(case=case, kind__in=bundles.WITHDRAWABLE).order_by("id")
    agreed = [row for row in rows if bundles.is_agreement(row) or row.kind == EvidenceKind.EXPLICIT_REQUEST]
    return [row for row in agreed if bundles.frozen(row, BundleKind.REVOCATION) is None]


def _stop(case: Case, *, acting: ActingContext, at: datetime) -> None:
    """Empty the queue and cancel the orders; what may be at the institution is left for a person to tell it."""
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
