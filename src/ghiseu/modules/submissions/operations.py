"""Queueing what was submitted, leasing it to one worker at a time, and writing down how it ended."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, Assurance, Channel, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case
from ghiseu.modules.submissions.models import Attempt, Quarantined, Submission, SubmissionState
from ghiseu.modules.submissions.ports import ProviderRecord

LEASE = timedelta(minutes=2)
RESOLVE_WITHIN = timedelta(hours=24)
# Back-off between tries: seconds after the first, second, ... try; the last one repeats for days.
# For about an hour the pause is five minutes at most: most failures end in that time, and people wait.
PAUSES = (15, 60, *(300,) * 12, 900, 900, 900, 900, 3600)
# A file that failed so often by itself is not tried out of turn whenever another one arrives.
WOKEN_TRIES = 30
POLL_EVERY = timedelta(minutes=10)
# Of messages whose sender is not proven: how many a day and institution are kept, and how many bytes of each.
UNVERIFIED_A_DAY = 50
UNVERIFIED_KEPT = 16 * 1024


WAITING = (SubmissionState.QUEUED, SubmissionState.UNKNOWN)


class LeaseLost(Exception):
    """Another worker has taken over since; whatever this one did must not be written."""


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """What is sent: our number, canonical JSON text with its hash, and the files by hash."""

    number: str
    institution: str
    payload: str
    payload_sha256: str
    files: list[dict[str, str]]


def acting_text(acting: ActingContext) -> str:
    """Return the acting context as JSON text, to be kept with what it explains."""
    return json.dumps(asdict(acting), ensure_ascii=False)


def acting_from(text: str, *, channel: Channel = Channel.WORKER) -> ActingContext:
    """Return the context that was kept; the worker acts on the operator's request, in their name."""
    facts = json.loads(text)
    facts["assurance"] = Assurance(facts["assurance"])
    facts["channel"] = channel
    return ActingContext(**facts)


def queue(
    *, case: Case, frozen: Frozen, acting: ActingContext, at: datetime, supplement_of: Submission | None = None
) -> Submission:
    """Queue a frozen file for delivery. Raises NoTransaction, IntegrityError when the case has a living one."""
    return _create(case, frozen, acting=acting, at=at, supplement_of=supplement_of, next_try_at=at)


def park(*, case: Case, frozen: Frozen, acting: ActingContext, at: datetime) -> Submission:
    """Keep a frozen file that may not leave yet. Raises NoTransaction, IntegrityError when a living one exists."""
    return _create(case, frozen, acting=acting, at=at, supplement_of=None, next_try_at=None)


def release(*, submission: Submission, at: datetime) -> Submission:
    """Let a parked file go to the institution. Raises NoTransaction."""
    require_transaction()
    submission.next_try_at, submission.resolve_by = at, at + RESOLVE_WITHIN
    submission.save(update_fields=["next_try_at", "resolve_by"])
    return submission


def withdraw(*, submission: Submission, acting: ActingContext, at: datetime) -> Submission:
    """Give up a delivery of which nothing was sent. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    submission.ended_at, submission.next_try_at = at, None
    return _step(submission, SubmissionState.NOT_DONE, acting=acting, at=at)


def _create(
    case: Case,
    frozen: Frozen,
    *,
    acting: ActingContext,
    at: datetime,
    supplement_of: Submission | None,
    next_try_at: datetime | None,
) -> Submission:
    require_transaction()
    return Submission.objects.create(
        centre_id=case.centre_id,
        case=case,
        number=frozen.number,
        institution=frozen.institution,
        payload=frozen.payload,
        payload_sha256=frozen.payload_sha256,
        files=frozen.files,
        acting=acting_text(acting),
        supplement_of=supplement_of,
        resolve_by=at + RESOLVE_WITHIN,
        next_try_at=next_try_at,
        created_at=at,
    )


def lease(*, submission_id: int, at: datetime) -> Submission | None:
    """Take the submission for one attempt, or None when it is not due or another worker has it.

    A lease that ran out in `sending` becomes `unknown`: somebody may have sent it, so it is asked about first.
    Raises NoTransaction.
    """
    require_transaction()
    submission = (
        Submission.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("supplement_of")  # read by the attempt, which holds no transaction
        .filter(pk=submission_id)
        .first()
    )
    if submission is None or not submission.acting:  # empty: the content of its case was destroyed
        return None
    acting = acting_from(submission.acting)
    if submission.state == SubmissionState.SENDING and submission.leased_until and submission.leased_until <= at:
        _step(submission, SubmissionState.UNKNOWN, acting=acting, at=at)
    if submission.state not in {SubmissionState.QUEUED, SubmissionState.UNKNOWN, SubmissionState.HELD}:
        return None
    if submission.next_try_at is None or submission.next_try_at > at:
        return None
    submission.fence += 1
    submission.leased_until = at + LEASE
    kind = "deliver"
    if submission.state == SubmissionState.QUEUED:
        _step(submission, SubmissionState.SENDING, acting=acting, at=at)
    else:
        kind = "find"
        submission.next_try_at = at + LEASE
        submission.save()
    Attempt.objects.create(
        centre_id=submission.centre_id, submission=submission, fence=submission.fence, kind=kind, started_at=at
    )
    return submission


def held_by(*, submission_id: int, fence: int) -> Submission:
    """Return the submission, locked, if this fence still holds it. Raises LeaseLost, NoTransaction."""
    require_transaction()
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)
    if submission.fence != fence:
        raise LeaseLost(submission.number)
    return submission


def locked(submission_id: int) -> Submission:
    """Return the submission, locked until the transaction ends. Raises Submission.DoesNotExist, NoTransaction."""
    require_transaction()
    return Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)


def end_attempt(*, submission: Submission, to: SubmissionState, outcome: str, note: str, at: datetime) -> Submission:
    """Write how the attempt ended and take the step that follows. Raises StepNotAllowed, NoTransaction.

    What may be sent again after asking is sent soon: nothing has just failed.
    """
    require_transaction()
    Attempt.objects.filter(submission=submission, fence=submission.fence).update(
        ended_at=at, outcome=outcome, note=note
    )
    if to in {SubmissionState.QUEUED, SubmissionState.UNKNOWN}:
        asked_only = to == SubmissionState.QUEUED and submission.state != SubmissionState.SENDING
        submission.next_try_at = at + pause_after(1 if asked_only else submission.fence)
    else:
        submission.next_try_at = None
    if to in {SubmissionState.DONE, SubmissionState.REFUSED, SubmissionState.NOT_DONE}:
        submission.ended_at = at
    if to == SubmissionState.DONE and submission.supplement_of_id is None:
        submission.next_poll_at = at + POLL_EVERY
    if submission.state == to:  # still unknown after asking: no step, only a later try
        submission.leased_until = None
        submission.save()
        return submission
    return _step(submission, to, acting=acting_from(submission.acting), at=at)


def keep_asking(*, submission: Submission, at: datetime) -> None:
    """Go on asking the institution about a held delivery whose outcome is unknown. Raises NoTransaction."""
    require_transaction()
    submission.next_try_at = at + timedelta(seconds=PAUSES[-1])
    submission.save(update_fields=["next_try_at"])


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after this many tries."""
    return timedelta(seconds=PAUSES[min(max(tries, 1), len(PAUSES)) - 1])


def remember_record(*, submission: Submission, record: ProviderRecord, at: datetime) -> bool:
    """Take over the institution's number and word if this is news; tell whether it is. Raises NoTransaction."""
    require_transaction()
    if record.sequence <= submission.institution_sequence:
        return False
    submission.institution_number = record.provider_number or submission.institution_number
    submission.institution_status = record.status
    submission.institution_sequence = record.sequence
    submission.next_poll_at = at + POLL_EVERY
    submission.save()
    return True


def quarantine(*, institution: str, raw: str, why: str, at: datetime) -> Quarantined:
    """Keep something unusable that came from outside, for a person to look at. Raises NoTransaction."""
    require_transaction()
    return Quarantined.objects.create(institution=institution, raw=raw, why=why, received_at=at)


def quarantine_unverified(*, institution: str, raw: bytes, why: str, at: datetime) -> bool:
    """Keep the beginning of what claims to come from the institution; tell whether it was kept.

    Anybody can send such a thing, so only some of a day are kept. Raises NoTransaction.
    """
    require_transaction()
    of_day = Quarantined.objects.filter(institution=institution, received_at__gt=at - timedelta(days=1))
    if of_day.order_by()[:UNVERIFIED_A_DAY].count() >= UNVERIFIED_A_DAY:
        return False
    told = f"{why} ({len(raw)} bytes, sha256 {hashlib.sha256(raw).hexdigest()})"
    text = raw[:UNVERIFIED_KEPT].decode("utf-8", "replace").replace("\0", "\ufffd")
    quarantine(institution=institution, raw=text, why=told, at=at)
    return True


def ask_again(*, submission: Submission, acting: ActingContext, at: datetime) -> Submission:
    """A person wants the institution asked now about a held delivery. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    submission.next_try_at = at
    submission.resolve_by = at + RESOLVE_WITHIN
    return _step(submission, SubmissionState.UNKNOWN, acting=acting, at=at)


def try_now(*, submission: Submission, at: datetime) -> Submission:
    """A person wants a waiting delivery tried now. One that may not leave yet stays. Raises NoTransaction."""
    require_transaction()
    if submission.state in WAITING and submission.next_try_at is not None:
        submission.next_try_at = at
        submission.save(update_fields=["next_try_at"])
    return submission


def wake(*, institution: str, at: datetime) -> int:
    """Let this centre's deliveries that wait for an institution that answers again be tried; return how many.

    Those that a worker holds are left alone. May be repeated. Raises NoTransaction.
    """
    require_transaction()
    waiting = Submission.objects.filter(
        institution=institution, state__in=WAITING, next_try_at__gt=at, fence__lte=WOKEN_TRIES
    )
    rows = waiting.select_for_update(of=("self",), skip_locked=True).order_by("id")
    return Submission.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=at)


def _step(submission: Submission, to: SubmissionState, *, acting: ActingContext, at: datetime) -> Submission:
    event = submission.move_to(to)
    if to != SubmissionState.SENDING:
        submission.leased_until = None
    submission.save()
    journal.record(event, acting=acting, at=at, object_type="submission", object_id=submission.number)
    return submission
