"""Work of the worker process. Each job loads, makes one call, and stops; rows hold the truth, jobs only ids."""

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.jobs import defer, job
from ghiseu.journeys import close_abandoned, deliver_submission, receive_answer
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.submissions import queries
from ghiseu.modules.submissions.models import Submission

Argument = str | int | bool | None


def _of_centre(centre_id: int) -> Scope:
    return Scope(centre_id=centre_id)


@job(name="submissions.deliver", queue="deliveries")
def deliver(*, submission_id: int, centre_id: int, **later_arguments: Argument) -> None:
    """Try one delivery, or find out what became of it. May run twice: the lease lets one through."""
    with scoped_to(_of_centre(centre_id)):
        again_at = deliver_submission.deliver(submission_id=submission_id, at=clock.now(), ended=clock.now)
        receive_answer.fetch_results(submission_id=submission_id, at=clock.now())
        if again_at is not None:
            with transaction():
                defer(
                    deliver,
                    arguments={"submission_id": submission_id, "centre_id": centre_id},
                    once=f"deliver-{submission_id}",
                    not_before=again_at,
                )


@job(name="submissions.ask", queue="polls")
def ask(*, submission_id: int, centre_id: int, **later_arguments: Argument) -> None:
    """Ask the institution for news of one delivered file and fetch results that wait. May be repeated."""
    with scoped_to(_of_centre(centre_id)):
        receive_answer.ask(submission_id=submission_id, at=clock.now())


@job(name="submissions.sweep", queue="sweeps", every="* * * * *")
def sweep(*, timestamp: int, **later_arguments: Argument) -> None:
    """Find deliveries that are due and files to ask about, whatever happened to their jobs. May be repeated."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(_of_centre(centre_id)), transaction():
            for submission_id in queries.due(at=at):
                # Another word than that of the job that waits for its time: it may be due sooner now.
                _enqueue(deliver, "due", submission_id, centre_id)
            for submission_id in queries.to_poll(at=at):
                _enqueue(ask, "ask", submission_id, centre_id)


@job(name="cases.close-abandoned", queue="sweeps", every="41 2 * * *")
def close_abandoned_drafts(**later_arguments: Argument) -> None:
    """Close the drafts that nobody has touched for long. May run twice, or late."""
    at = clock.now()
    for centre_id in Centre.objects.order_by("id").values_list("id", flat=True):
        with scoped_to(_of_centre(centre_id)):
            close_abandoned.close_abandoned(at=at)


def ask_soon(*, number: str, centre_id: int) -> None:
    """Let the worker fetch what waits at the institution for this number. In the caller's transaction."""
    found = Submission.objects.filter(number=number).values_list("id", flat=True).first()
    if found is not None:
        _enqueue(ask, "ask", found, centre_id)


def _enqueue(work: object, word: str, submission_id: int, centre_id: int) -> None:
    defer(
        work,  # type: ignore[arg-type]  # both are jobs declared above
        arguments={"submission_id": submission_id, "centre_id": centre_id},
        once=f"{word}-{submission_id}",
    )
