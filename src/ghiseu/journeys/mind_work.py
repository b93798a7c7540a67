"""What a person does from the work list: a call noted, a stuck delivery asked about."""

from datetime import datetime, timedelta
from enum import StrEnum

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.jobs import defer
from ghiseu.journeys import jobs
from ghiseu.journeys.load_case import acting_on, case_for, package_of, require_shown
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallTask
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.centres.queries import opening_day
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions.models import Submission


class CallIsForTheLead(Exception):
    """Nobody answered three times; the centre lead decides what to do."""


class CallAnswer(StrEnum):
    """How a call went. Only the centre lead may say that a letter was sent instead."""

    TOLD = "told"
    NOBODY = "nobody"
    LETTER = "letter"


# Signs before what the operator wrote, the same in every language.
_NOTES = {CallAnswer.TOLD: "", CallAnswer.NOBODY: "–", CallAnswer.LETTER: "✉"}


def require_caller(task: CallTask, *, at_desk: AtDesk, answer: CallAnswer | None = None) -> None:
    """Raise CallIsForTheLead unless this operator may make the call, or answer it so."""
    for_lead = task.unanswered >= CallTask.MOST_UNANSWERED or answer is CallAnswer.LETTER
    if for_lead and not at_desk.has_role(Role.CENTRE_LEAD):
        raise CallIsForTheLead(str(task.pk))


def note_call(*, task_id: int, answer: CallAnswer, note: str, at_desk: AtDesk, at: datetime) -> None:
    """Note how a call went; one that nobody answered comes back on the next day that the centre opens.

    A call that was ended meanwhile stays as it is. Raises CallTask.DoesNotExist, CallIsForTheLead, CaseIsRestricted.
    """
    again = opening_day(at_desk, clock.today(at_desk.time_zone, at=at) + timedelta(days=1))
    with transaction():
        # The case before what belongs to it, as everywhere; the call of a destroyed one can still be ended.
        cases.locked(CallTask.objects.values_list("case_id", flat=True).get(pk=task_id), destroyed_too=True)
        task = CallTask.objects.select_for_update(of=("self",)).select_related("case__centre").get(pk=task_id)
        require_caller(task, at_desk=at_desk, answer=answer)
        if task.done_at is not None:
            return
        case = case_for(task.case.number, at_desk=at_desk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="person called")
        said = f"{_NOTES[answer]} {note}".strip()
        try_again_on = again if answer is CallAnswer.NOBODY else None
        cases.close_call(task=task, note=said, try_again_on=try_again_on, acting=acting, at=at)


def ask_delivery_again(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Have the institution asked about a held delivery, or a waiting one tried now.

    Raises Submission.DoesNotExist, StepNotAllowed, CaseIsRestricted.
    """
    with transaction():
        case = cases.locked(Submission.objects.values_list("case_id", flat=True).get(number=number))
        require_shown(case, at_desk=at_desk)
        submission = Submission.objects.select_for_update(of=("self",)).get(number=number)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="institution asked again")
        if submission.state in submissions.WAITING:
            submissions.try_now(submission=submission, at=at)
        else:
            submissions.ask_again(submission=submission, acting=acting, at=at)
        defer(
            jobs.deliver,
            arguments={"submission_id": submission.pk, "centre_id": submission.centre_id},
            one_at_a_time=f"case-{submission.case_id}",
        )
