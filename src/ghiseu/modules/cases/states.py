"""The states of a case and every step between them. Nothing else is possible."""

from django.db import models

from ghiseu.foundation.states import Steps


class CaseState(models.TextChoices):
    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    SENDING = "sending"
    WITH_INSTITUTION = "with_institution"
    PAPERS_MISSING = "papers_missing"
    RESULT_READY = "result_ready"
    REFUSED = "refused"
    STOPPED = "stopped"
    DONE = "done"
    CLOSED = "closed"


STEPS: Steps[CaseState] = {
    (CaseState.DRAFT, CaseState.AWAITING_PAYMENT): "cases.case.waits-for-payment",
    (CaseState.DRAFT, CaseState.SENDING): "cases.case.submitted",
    # Status checks, bookings and information end at the desk without anything being sent.
    (CaseState.DRAFT, CaseState.DONE): "cases.case.done",
    (CaseState.DRAFT, CaseState.CLOSED): "cases.case.closed",
    # Guided hand-over: the operator typed it into the institution's own portal and filed its number.
    (CaseState.DRAFT, CaseState.WITH_INSTITUTION): "cases.case.handed-to-portal",
    (CaseState.AWAITING_PAYMENT, CaseState.SENDING): "cases.case.submitted",
    (CaseState.AWAITING_PAYMENT, CaseState.WITH_INSTITUTION): "cases.case.handed-to-portal",
    (CaseState.AWAITING_PAYMENT, CaseState.DRAFT): "cases.case.payment-expired",
    (CaseState.AWAITING_PAYMENT, CaseState.CLOSED): "cases.case.closed",
    (CaseState.SENDING, CaseState.WITH_INSTITUTION): "cases.case.received-by-institution",
    # A quick institution may decide before we have read that it received.
    (CaseState.SENDING, CaseState.PAPERS_MISSING): "cases.case.papers-missing",
    (CaseState.SENDING, CaseState.RESULT_READY): "cases.case.decided",
    (CaseState.SENDING, CaseState.REFUSED): "cases.case.refused",
    (CaseState.SENDING, CaseState.DRAFT): "cases.case.not-accepted",
    (CaseState.SENDING, CaseState.STOPPED): "cases.case.stopped",
    # The person withdrew the agreement before anything had left.
    (CaseState.SENDING, CaseState.CLOSED): "cases.case.closed",
    (CaseState.WITH_INSTITUTION, CaseState.PAPERS_MISSING): "cases.case.papers-missing",
    (CaseState.WITH_INSTITUTION, CaseState.RESULT_READY): "cases.case.decided",
    (CaseState.WITH_INSTITUTION, CaseState.REFUSED): "cases.case.refused",
    (CaseState.WITH_INSTITUTION, CaseState.STOPPED): "cases.case.stopped",
    (CaseState.WITH_INSTITUTION, CaseState.CLOSED): "cases.case.closed",
    (CaseState.PAPERS_MISSING, CaseState.WITH_INSTITUTION): "cases.case.papers-completed",
    (CaseState.PAPERS_MISSING, CaseState.RESULT_READY): "cases.case.decided",
    (CaseState.PAPERS_MISSING, CaseState.REFUSED): "cases.case.refused",
    (CaseState.PAPERS_MISSING, CaseState.STOPPED): "cases.case.stopped",
    (CaseState.PAPERS_MISSING, CaseState.CLOSED): "cases.case.closed",
    (CaseState.RESULT_READY, CaseState.DONE): "cases.case.handed-over",
    (CaseState.REFUSED, CaseState.DONE): "cases.case.handed-over",
    # A person looked at the alarm and found out what the institution really holds.
    (CaseState.STOPPED, CaseState.WITH_INSTITUTION): "cases.case.resumed",
    (CaseState.STOPPED, CaseState.CLOSED): "cases.case.closed",
}

OPEN_STATES = tuple(state for state in CaseState if state not in {CaseState.DONE, CaseState.CLOSED})
EDITABLE_STATES = (CaseState.DRAFT,)


class Outcome(models.TextChoices):
    """How a case ended, for the person and for the counts."""

    RESULT_HANDED_OVER = "result_handed_over"
    REFUSAL_HANDED_OVER = "refusal_handed_over"
    ANSWERED = "answered"
    BOOKED = "booked"
    ALREADY_GRANTED = "already_granted"
    NOT_ELIGIBLE = "not_eligible"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    GONE = "gone"
