"""The institution asked for papers: they are scanned and sent after the file, under a number of their own."""

import hashlib
from datetime import datetime

import orjson

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.jobs import defer
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import jobs
from ghiseu.journeys.load_case import acting_on, case_for, package_of
from ghiseu.modules.cases import commands
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.bundles import is_withdrawn
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions import queries as submission_queries
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.submissions.operations import Frozen
from ghiseu.modules.visits.numbering import next_number


class NothingNew(Exception):
    """No paper was scanned since the file was sent."""


def send_papers(*, number: str, command: str, at_desk: AtDesk, at: datetime) -> Case:
    """Send what was scanned since the institution asked. The same command again sends nothing more.

    Raises NoSuchCase, NothingNew, StepNotAllowed.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        package = package_of(case)
        acting = acting_on(case, at_desk=at_desk, package=package, reason="missing papers sent")

        def do() -> dict[str, str]:
            if case.state != CaseState.PAPERS_MISSING or is_withdrawn(case):
                raise StepNotAllowed(f"nobody asked for papers of {number}")
            main, new = submission_queries.living(case), _unsent(case)
            if main is None or not new:
                raise NothingNew(number)
            own = next_number(centre_code=at_desk.centre_code, year=clock.today(at_desk.time_zone, at=at).year)
            supplement = submissions.queue(
                case=case, frozen=_frozen(case, main, new, number=own), acting=acting, at=at, supplement_of=main
            )
            case.respond_by, case.missing_papers = None, []
            cases.move(case, CaseState.WITH_INSTITUTION, acting=acting, at=at, tell_as="papers-sent")
            case.call_tasks.filter(done_at=None, reason="papers_missing").update(
                done_at=at, done_by_id=at_desk.operator_id
            )
            defer(
                jobs.deliver,
                arguments={"submission_id": supplement.pk, "centre_id": case.centre_id},
                one_at_a_time=f"case-{case.pk}",
            )
            return {"number": number}

        commands.once(command=command, name="send-papers", acting=acting, at=at, do=do)
        return case


def _frozen(case: Case, main: Submission, papers: list[dict[str, str]], *, number: str) -> Frozen:
    """Return what is sent after the main file, under a number of its own."""
    text = orjson.dumps({"papers": papers, "service": {"code": case.service_code}, "provider_service": ""}).decode()
    return Frozen(
        number=number,
        institution=main.institution,
        payload=text,
        payload_sha256=hashlib.sha256(text.encode()).hexdigest(),
        files=papers,
    )


def _unsent(case: Case) -> list[dict[str, str]]:
    sent = {one["sha256"] for each in case.submissions.order_by("id") for one in each.files}
    return [one for one in documents.frozen_files(case) if one["sha256"] not in sent]
