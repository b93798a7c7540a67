"""What a person does from the work list: a call noted, a stuck delivery asked about."""

from datetime import date, datetime

from ghiseu.foundation.access import transaction
from ghiseu.foundation.jobs import defer
from ghiseu.journeys import jobs
from ghiseu.journeys.load_case import acting_on, case_numbered, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallTask
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions.models import Submission


def note_call(*, task_id: int, note: str, try_again_on: date | None, at_desk: AtDesk, at: datetime) -> None:
    """Note how a call went; with a day it stays on the list until then. Raises CallTask.DoesNotExist."""
    with transaction():
        task = CallTask.objects.select_for_update(of=("self",)).select_related("case__centre").get(pk=task_id)
        case = case_numbered(task.case.number)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="person called")
        cases.close_call(task=task, note=note, try_again_on=try_again_on, acting=acting, at=at)


def ask_delivery_again(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Have the institution asked about a held delivery, or a waiting one tried now.

    Raises Submission.DoesNotExist, StepNotAllowed.
    """
    with transaction():
        case = cases.locked(Submission.objects.values_list("case_id", flat=True).get(number=number))
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
