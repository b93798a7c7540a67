"""Reading deliveries: what is due, what is stuck, what is to be asked about."""

from datetime import datetime

from django.db.models import Q, QuerySet

from ghiseu.modules.cases.models import Case
from ghiseu.modules.submissions.models import Quarantined, Submission, SubmissionState


def due(*, at: datetime) -> list[int]:
    """Return ids of deliveries of this centre that should be tried or asked about now, oldest first."""
    waiting = (SubmissionState.QUEUED, SubmissionState.UNKNOWN, SubmissionState.HELD)
    is_due = Q(state__in=waiting, next_try_at__lte=at)
    lease_ran_out = Q(state=SubmissionState.SENDING, leased_until__lte=at)
    return list(
        Submission.objects.filter(is_due | lease_ran_out)
        .order_by("created_at", "id")
        .values_list("id", flat=True)[:500]
    )


def to_poll(*, at: datetime) -> list[int]:
    """Return ids of delivered submissions of this centre whose institution should be asked for news."""
    return list(
        Submission.objects.filter(state=SubmissionState.DONE, next_poll_at__lte=at)
        .order_by("next_poll_at", "id")
        .values_list("id", flat=True)[:500]
    )


def living(case: Case) -> Submission | None:
    """Return the case's own submission (not a supplement) that was not given up."""
    return (
        Submission.objects.filter(case=case, supplement_of=None)
        .exclude(state__in=(SubmissionState.REFUSED, SubmissionState.NOT_DONE))
        .order_by("-id")
        .first()
    )


def stuck(*, at: datetime) -> QuerySet[Submission]:
    """Return this centre's deliveries that wait for a person or have been tried for long."""
    waiting = Q(state=SubmissionState.HELD) | Q(
        state__in=(SubmissionState.QUEUED, SubmissionState.UNKNOWN), fence__gte=2
    )
    return (
        Submission.objects.filter(waiting)
        .filter(created_at__lte=at)
        .select_related("case")
        .order_by("created_at", "id")
    )


def quarantined(*, institution: str = "") -> QuerySet[Quarantined]:
    """Return answers that could not be used and that nobody has looked at yet, newest first; of one institution."""
    waiting = Quarantined.objects.filter(looked_at=None)
    return (waiting.filter(institution=institution) if institution else waiting).order_by("-received_at", "-id")
