"""What the institution says comes back: by push, by poll, or as the answer to a delivery. Each word counts once."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.outcomes import OutsideError, UnusableAnswer, WrongSubject
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.store import StoreFull
from ghiseu.journeys import tell_person
from ghiseu.journeys.load_case import package_of
from ghiseu.journeys.share_result import goes_electronically, queue_wanted
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import OPEN_STATES, CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.catalogue.package import ProviderState, UnknownProviderStatus
from ghiseu.modules.documents import operations as documents
from ghiseu.modules.documents import queries as document_queries
from ghiseu.modules.documents.operations import StoredFile
from ghiseu.modules.documents.sealed_files import owner_of
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions import queries as submission_queries
from ghiseu.modules.submissions.models import IncomingAnswer, Submission
from ghiseu.modules.submissions.operations import acting_from
from ghiseu.modules.submissions.ports import Provider, ProviderRecord, ResultFile, providers

# The waiting period for missing papers when the institution names no day (terms of reference of CNAS).
MISSING_PAPERS_DAYS = 30
GRANTED = (ProviderState.RESULT_READY, ProviderState.DECIDED_GRANTED)


def receive(*, number: str, institution: str, record: ProviderRecord, came_by: str, at: datetime) -> bool:
    """Take in a record that this institution pushed about our number; tell whether it was news.

    Results that wait there are fetched by the worker. The same record again changes nothing. Nothing is believed of
    a number that another institution holds; what comes after the content of the case was destroyed is put aside.
    Raises Submission.DoesNotExist. The caller has set the centre's scope.
    """
    with transaction():
        found = Submission.objects.get(number=number)
        if found.institution != institution:
            why = f"{number} was not sent to this institution"
            submissions.quarantine(institution=institution, raw=_text(record), why=why, at=at)
            return False
        case = cases.locked(found.case_id, destroyed_too=True)
        if case.destroyed_at is not None:
            why = f"{number}: the content of its case was destroyed"
            submissions.quarantine(institution=institution, raw=_text(record), why=why, at=at)
            return False
        submission = submissions.locked(found.pk)
        return apply(submission=submission, case=case, record=record, came_by=came_by, at=at)


def ask(*, submission_id: int, at: datetime) -> None:
    """Ask the institution for news of a delivered file, and fetch what waits there. May be repeated."""
    with transaction():
        submission = Submission.objects.get(pk=submission_id)
    if not submission.acting:
        return  # the content of its case was destroyed
    acting = acting_from(submission.acting)
    record: ProviderRecord | None = None
    alarm = ""
    try:
        provider = providers.get(submission.institution)
        record = provider.find(submission.number, subject_idnp=acting.subject_idnp, acting=acting)
    except WrongSubject:
        alarm = "another-person"
    except UnusableAnswer as error:
        _put_aside(submission, error, at=at)
    except (OutsideError, PortNotServed):
        pass  # asked again at the next poll
    with transaction():
        case = cases.locked(submission.case_id)
        locked = submissions.locked(submission_id)
        locked.next_poll_at = at + submissions.POLL_EVERY if case.state in OPEN_STATES else None
        locked.save(update_fields=["next_poll_at"])
        if alarm:
            stop_case(case, alarm, acting=acting, at=at)
        elif record is not None:
            apply(submission=locked, case=case, record=record, came_by="poll", at=at)
    if record is not None:
        with transaction():
            submissions.wake(institution=submission.institution, at=at)
    fetch_results(submission_id=submission_id, at=at)


def apply(*, submission: Submission, case: Case, record: ProviderRecord, came_by: str, at: datetime) -> bool:
    """Store the record and move the case as its package maps the institution's word. Call it in a transaction.

    A record about another person stops the case and is not used. Older and repeated records change nothing.
    """
    acting = acting_from(submission.acting)
    if record.subject_idnp != acting.subject_idnp:
        submissions.quarantine(
            institution=submission.institution, raw=_text(record), why="speaks of another person", at=at
        )
        stop_case(case, "another-person", acting=acting, at=at)
        return False
    if not submissions.remember_record(submission=submission, record=record, at=at):
        return False
    answer, _ = IncomingAnswer.objects.get_or_create(
        submission=submission,
        sequence=record.sequence,
        defaults={
            "centre_id": case.centre_id,
            "record": _text(record),
            "came_by": came_by[:8],
            "received_at": at,
        },
    )
    if record.provider_number:
        case.institution_number = record.provider_number
        case.save(update_fields=["institution_number"])
    return _use(answer, record, case=case, acting=acting, at=at)


def _use(answer: IncomingAnswer, record: ProviderRecord, *, case: Case, acting: ActingContext, at: datetime) -> bool:
    """Let the case follow the stored answer. What cannot be followed now stays unapplied, for a person to look at."""
    try:
        _follow(case, package_of(case).state_of(record.status), record, acting=acting, at=at)
    except (UnknownProviderStatus, StepNotAllowed) as error:
        case.refresh_from_db()
        submissions.quarantine(institution=answer.submission.institution, raw=answer.record, why=str(error), at=at)
        return False
    answer.applied_at = at
    answer.save(update_fields=["applied_at"])
    return True


def catch_up(case: Case, *, at: datetime) -> None:
    """Follow what came while the case stood still. Call it in a transaction, the case locked."""
    submission = submission_queries.living(case)
    newest = _newest(submission) if submission is not None else None
    if submission is None or newest is None:
        return
    acting = acting_from(submission.acting)
    if newest.applied_at is None:
        _use(newest, _record(newest.record), case=case, acting=acting, at=at)
    _ready_if_all_here(case, newest, acting=acting, at=at)


def _newest(submission: Submission) -> IncomingAnswer | None:
    return IncomingAnswer.objects.filter(submission=submission).order_by("-sequence").first()


def _ready_if_all_here(case: Case, newest: IncomingAnswer, *, acting: ActingContext, at: datetime) -> None:
    """Say that the result is ready once each announced paper was fetched; a case that stands still says it later."""
    record = _record(newest.record)
    if not record.results or not case.can_move_to(CaseState.RESULT_READY):
        return
    try:
        said = package_of(case).state_of(record.status)
    except UnknownProviderStatus:
        return  # put aside when it came
    if said not in GRANTED:
        return
    if all(document_queries.has_result(case=case, sha256=one.sha256) for one in record.results):
        _ready(case, record.number, acting=acting, at=at)


def _follow(case: Case, said: ProviderState, record: ProviderRecord, *, acting: ActingContext, at: datetime) -> None:
    if said in {ProviderState.RECEIVED, ProviderState.IN_EXAMINATION}:
        _received(case, said, record, acting=acting, at=at)
    elif said is ProviderState.PAPERS_MISSING:
        case.missing_papers = list(record.missing_papers)
        case.institution_reason = record.reason
        case.respond_by = record.respond_by or cases.local_day(case, at) + timedelta(days=MISSING_PAPERS_DAYS)
        if case.state != CaseState.PAPERS_MISSING:
            cases.move(case, CaseState.PAPERS_MISSING, acting=acting, at=at, tell_as="papers-missing")
        case.save()
        tell_person.papers_asked(case, submission=record.number, acting=acting, at=at)
    elif said is ProviderState.DECIDED_REFUSED:
        case.institution_reason = record.reason
        cases.move(case, CaseState.REFUSED, acting=acting, at=at, tell_as="refused")
        cases.ask_to_call(case, CallReason.REFUSED, at=at)
    elif said in GRANTED:
        case.institution_reason = record.reason
        if record.results:
            case.save()  # the result is fetched first, so that "ready" is true when it is shown
        else:
            _ready(case, record.number, acting=acting, at=at)
    elif said in {ProviderState.WITHDRAWN, ProviderState.CANCELLED}:
        cases.move(case, CaseState.CLOSED, acting=acting, at=at, tell_as="closed", outcome=Outcome.WITHDRAWN)
    else:
        case.save()


def _received(case: Case, said: ProviderState, record: ProviderRecord, *, acting: ActingContext, at: datetime) -> None:
    word = "received" if said is ProviderState.RECEIVED else "in-examination"
    was = case.state
    if was in {CaseState.SENDING, CaseState.PAPERS_MISSING}:
        case.respond_by, case.missing_papers = None, []
        cases.move(
            case,
            CaseState.WITH_INSTITUTION,
            acting=acting,
            at=at,
            tell_as=word,
            institution_number=record.provider_number,
        )
        if was == CaseState.SENDING:
            tell_person.case_sent(case, submission=record.number, acting=acting, at=at)
        return
    case.save()
    tell(case, word, at=at, by_id=None, institution_number=record.provider_number)


def _ready(case: Case, submission: str, *, acting: ActingContext, at: datetime) -> None:
    cases.move(case, CaseState.RESULT_READY, acting=acting, at=at, tell_as="result-ready")
    is_electronic = goes_electronically(case)
    tell_person.result_ready(case, submission=submission, acting=acting, at=at, is_electronic=is_electronic)


def stop_case(case: Case, alarm: str, *, acting: ActingContext, at: datetime) -> None:
    """Stop the case and put it on somebody's list. Call it in a transaction."""
    if case.can_move_to(CaseState.STOPPED):
        case.alarm = alarm
        cases.move(case, CaseState.STOPPED, acting=acting, at=at, tell_as="stopped")
    cases.ask_to_call(case, CallReason.ALARM, at=at)


def fetch_results(*, submission_id: int, at: datetime) -> None:
    """Fetch result documents that wait at the institution, check and keep them, and say that the result is ready.

    Opens its own transactions. May be repeated: what is here is not fetched again.
    """
    with transaction():
        submission = Submission.objects.select_related("case").get(pk=submission_id)
        newest = _newest(submission) if submission.acting else None  # empty: destroyed meanwhile
        waiting = list(_record(newest.record).results) if newest else []
        waiting = [one for one in waiting if not document_queries.has_result(case=submission.case, sha256=one.sha256)]
    if newest is None:
        return
    acting = acting_from(submission.acting)
    kept = _fetch(submission, waiting, acting=acting, at=at)
    with transaction():
        case = cases.locked(submission.case_id)
        for stored in kept:
            result = documents.add_result(case=case, kept=stored, acting=acting, at=at)
            queue_wanted(result, case=case, acting=acting, at=at)
        now = _newest(submission)
        if now is not None:
            _ready_if_all_here(case, now, acting=acting, at=at)


def _fetch(
    submission: Submission, waiting: list[ResultFile], *, acting: ActingContext, at: datetime
) -> list[StoredFile]:
    """Return the checked files, in the store; none when one of them cannot be had. Holds no transaction meanwhile."""
    if not waiting:
        return []
    try:
        provider: Provider = providers.get(submission.institution)
        contents = [provider.fetch_result(submission.number, one.document_id, acting=acting) for one in waiting]
        files, owner = zip(waiting, contents, strict=True), owner_of(submission.case)
        return [documents.keep_result_bytes(owner=owner, result=one, content=it) for one, it in files]
    except UnusableAnswer as error:
        _put_aside(submission, error, at=at)
        with transaction():
            cases.ask_to_call(cases.locked(submission.case_id), CallReason.ALARM, at=at)
        return []
    except (OutsideError, PortNotServed, StoreFull):
        return []  # fetched at the next poll, or when there is room; of a full store the health page alarms


def _put_aside(submission: Submission, error: UnusableAnswer, *, at: datetime) -> None:
    """Note something unusable about this delivery. Opens its own transaction."""
    with transaction():
        why = f"{submission.number}: {error.reason}"
        submissions.quarantine(institution=submission.institution, raw="", why=why, at=at)


def _record(text: str) -> ProviderRecord:
    """Return the record that was kept as JSON text."""
    kept = json.loads(text)
    kept["changed_at"] = datetime.fromisoformat(kept["changed_at"])
    kept["respond_by"] = date.fromisoformat(kept["respond_by"]) if kept["respond_by"] else None
    kept["missing_papers"] = tuple(kept["missing_papers"])
    kept["results"] = tuple(ResultFile(**one) for one in kept["results"])
    return ProviderRecord(**kept)


def _text(record: ProviderRecord) -> str:
    return json.dumps(asdict(record), ensure_ascii=False, default=str)
