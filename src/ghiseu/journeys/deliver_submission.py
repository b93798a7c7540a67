"""The worker takes a queued file to the institution. Whatever happens, the institution holds it at most once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.store import BytesDamaged, NotStored
from ghiseu.journeys import check_power, receive_answer, revoke_agreement
from ghiseu.journeys.check_power import PowerDoesNotHold, PowerNotKnown
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.mandates.models import Occasion
from ghiseu.modules.submissions import operations
from ghiseu.modules.submissions.models import Submission, SubmissionState
from ghiseu.modules.submissions.operations import LeaseLost, acting_from
from ghiseu.modules.submissions.ports import Parcel, ParcelFile, Provider, ProviderRecord, Repeatability, providers

# The institution itself answered: whatever else waits for it need not wait longer.
ANSWERED = frozenset({"done", "found", "refused", "not-seen"})


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How one attempt ended: the step it asks for, a word for the list of attempts, and the answer if one came."""

    to: SubmissionState
    outcome: str
    note: str = ""
    record: ProviderRecord | None = None


def deliver(*, submission_id: int, at: datetime, ended: Callable[[], datetime]) -> datetime | None:
    """Make one attempt and return when the next is due, or None.

    Two workers never make the same attempt; one that was overtaken writes nothing. May be repeated.
    """
    with transaction():
        stopped = revoke_agreement.stop_unsent(submission_id, at=at)
        submission = None if stopped else operations.lease(submission_id=submission_id, at=at)
    if submission is None:
        return None
    acting = acting_from(submission.acting)
    ending = _stopped_by_power(submission, acting, at=at) or _attempt(submission, acting)
    try:
        with transaction():
            again_at = _write_down(submission, ending, acting=acting, at=ended())
    except LeaseLost:
        return None
    if ending.outcome in ANSWERED:
        with transaction():
            operations.wake(institution=submission.institution, at=ended())
    return again_at


def _stopped_by_power(submission: Submission, acting: ActingContext, *, at: datetime) -> Ending | None:
    """Return why nothing leaves today on a power of the registry of powers, None when nothing stands against it.

    What was paid or could not be delivered for days leaves on a new answer, never on that of an earlier day.
    """
    if submission.state in {SubmissionState.UNKNOWN, SubmissionState.HELD}:
        return None  # only asked about
    with transaction():
        case = Case.objects.select_related("mandate", "centre").get(pk=submission.case_id)
    checking = acting.because(legal_basis=acting.legal_basis, legal_reason="power checked before sending")
    try:
        check_power.require_standing_today(
            mandate=case.mandate, occasion=Occasion.SUBMIT, acting=checking, zone=case.centre.time_zone, at=at
        )
    except PowerNotKnown as error:
        return Ending(to=SubmissionState.QUEUED, outcome="power-not-known", note=error.verdict)
    except PowerDoesNotHold as error:
        return Ending(to=SubmissionState.HELD, outcome="power-does-not-hold", note=error.verdict)
    return None


def _attempt(submission: Submission, acting: ActingContext) -> Ending:
    """Deliver, or ask what became of an earlier try. Holds no transaction."""
    try:
        provider = providers.get(submission.institution)
    except PortNotServed as error:
        return Ending(to=SubmissionState.HELD, outcome="not-connected", note=str(error))
    if submission.state in {SubmissionState.UNKNOWN, SubmissionState.HELD}:
        return _find(submission, provider, acting)
    return _send(submission, provider, acting)


def _send(submission: Submission, provider: Provider, acting: ActingContext) -> Ending:
    try:
        parcel = _parcel(submission, acting)
    except (NotStored, BytesDamaged) as error:
        return Ending(to=SubmissionState.HELD, outcome="file-missing", note=str(error))
    try:
        if submission.supplement_of is not None:
            record = provider.supplement(
                submission.supplement_of.number, parcel.files, key=submission.number, acting=acting
            )
        else:
            record = provider.deliver(parcel, acting=acting)
    except TryLater as error:
        return Ending(to=SubmissionState.QUEUED, outcome="try-later", note=error.reason)
    except Refused as error:
        return Ending(to=SubmissionState.REFUSED, outcome="refused", note=error.reason)
    except WrongSubject as error:
        return Ending(to=SubmissionState.HELD, outcome="wrong-subject", note=error.reason)
    except (OutcomeUnknown, UnusableAnswer) as error:
        return Ending(to=SubmissionState.UNKNOWN, outcome="unknown", note=error.reason)
    return Ending(to=SubmissionState.DONE, outcome="done", record=record)


def _find(submission: Submission, provider: Provider, acting: ActingContext) -> Ending:
    if provider.repeatability == Repeatability.NEITHER:
        return Ending(to=SubmissionState.HELD, outcome="cannot-ask", note="the institution cannot be asked")
    if submission.supplement_of is not None:
        # A supplement carries its own key, so the institution itself notices the repeat.
        return Ending(to=SubmissionState.QUEUED, outcome="repeat-by-key")
    try:
        record = provider.find(submission.number, subject_idnp=acting.subject_idnp, acting=acting)
    except WrongSubject as error:
        return Ending(to=SubmissionState.HELD, outcome="wrong-subject", note=error.reason)
    except UnusableAnswer as error:
        return Ending(to=SubmissionState.UNKNOWN, outcome="unusable", note=error.reason)
    except (TryLater, Refused, OutcomeUnknown) as error:
        return Ending(to=SubmissionState.UNKNOWN, outcome="still-unknown", note=error.reason)
    except NotFoundThere:
        record = None
    if record is None:
        return Ending(to=SubmissionState.QUEUED, outcome="not-seen")
    return Ending(to=SubmissionState.DONE, outcome="found", record=record)


def _parcel(submission: Submission, acting: ActingContext) -> Parcel:
    payload = json.loads(submission.payload)
    return Parcel(
        number=submission.number,
        institution=submission.institution,
        service_code=payload["service"]["code"],
        provider_service_code=payload["provider_service"],
        subject_idnp=acting.subject_idnp,
        payload=submission.payload,
        payload_sha256=submission.payload_sha256,
        files=tuple(
            ParcelFile(
                attachment_id=one.attachment_id,
                name=one.name,
                media_type=one.media_type,
                sha256=one.sha256,
                content=one.content,
            )
            for one in documents.parcel_files(submission.files, case_id=submission.case_id)
        ),
    )


def _write_down(submission: Submission, ending: Ending, *, acting: ActingContext, at: datetime) -> datetime | None:
    case = cases.locked(submission.case_id)
    held = operations.held_by(submission_id=submission.pk, fence=submission.fence)
    # What is said after a supplement is said of the file.
    about = operations.locked(held.supplement_of_id) if held.supplement_of_id else held
    was, overdue = held.state, at >= held.resolve_by
    to = ending.to
    if to == SubmissionState.UNKNOWN and (overdue or was == SubmissionState.HELD):
        to = SubmissionState.HELD
    note = "" if to == SubmissionState.REFUSED else ending.note  # the institution's own words stand sealed, on the case
    operations.end_attempt(submission=held, to=to, outcome=ending.outcome, note=note, at=at)
    if ending.outcome == "unusable":
        why = f"{held.number}: {ending.note}"
        operations.quarantine(institution=held.institution, raw="", why=why, at=at)
    if to == SubmissionState.UNKNOWN and was != SubmissionState.UNKNOWN:
        tell(case, "not-known-yet", at=at, by_id=None)
    if to == SubmissionState.HELD:
        _hold(held, ending, case, was=was, acting=acting, at=at)
    elif to == SubmissionState.QUEUED and overdue:
        cases.ask_to_call(case, CallReason.ALARM, at=at)
    elif to == SubmissionState.REFUSED:
        _give_back(held, ending, case, acting=acting, at=at)
    if ending.record is not None:
        receive_answer.apply(submission=about, case=case, record=ending.record, came_by=ending.outcome, at=at)
    return held.next_try_at


def _hold(held: Submission, ending: Ending, case: Case, *, was: str, acting: ActingContext, at: datetime) -> None:
    """Put the delivery before a person; one whose outcome is unknown is still asked about meanwhile."""
    if ending.to == SubmissionState.UNKNOWN:
        operations.keep_asking(submission=held, at=at)
    if ending.outcome == "power-does-not-hold":
        tell(case, ending.outcome, at=at, by_id=None)
    if ending.outcome == "wrong-subject":
        receive_answer.stop_case(case, "another-person", acting=acting, at=at)
    if was != SubmissionState.HELD:
        cases.ask_to_call(case, CallReason.ALARM, at=at)


def _give_back(held: Submission, ending: Ending, case: Case, *, acting: ActingContext, at: datetime) -> None:
    """Open the file again that the institution declined; declined papers need a person's look."""
    case.institution_reason = ending.note
    if held.supplement_of_id is None and revoke_agreement.close_if_withdrawn(case, acting=acting, at=at):
        return
    if held.supplement_of_id is None and case.can_move_to(CaseState.DRAFT):
        cases.move(case, CaseState.DRAFT, acting=acting, at=at, tell_as="not-accepted")
        return
    case.save(update_fields=["institution_reason"])
    cases.ask_to_call(case, CallReason.ALARM, at=at)
