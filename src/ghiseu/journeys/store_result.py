"""The worker puts a result in the document store and shares it, or ends the share. Each thing is done there once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.crypto import CannotOpen
from ghiseu.foundation.outcomes import OutcomeUnknown, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.store import BytesDamaged, NotStored
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.documents import sealed_files, sharing
from ghiseu.modules.documents.ports import STORE, DocumentSharing, Stored, ToStore, document_sharing
from ghiseu.modules.documents.sharing import LeaseLost
from ghiseu.modules.documents.sharing_models import SharedResult, SharingState
from ghiseu.modules.submissions.operations import acting_from

LONGEST_NAME = 240
GONE = "404"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How one attempt ended: the step it asks for (None: again later), and the store's own words of a refusal."""

    to: SharingState | None
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One attempt that holds the row. The first one has sent nothing before; every later one asks before it sends."""

    row: SharedResult
    store: DocumentSharing
    acting: ActingContext
    now: Callable[[], datetime]

    @property
    def is_first(self) -> bool:
        return self.row.fence == 1

    def note(self, stored: Stored | None = None, **columns: str | datetime) -> None:
        """Write down what the store gave, before the next call. Raises LeaseLost."""
        at = self.now()
        with transaction():
            held = sharing.held_by(sharing_id=self.row.pk, fence=self.row.fence)
            sharing.note(held, stored, at=at, **columns)
        for name, value in columns.items():
            setattr(self.row, name, value)


def advance(*, sharing_id: int, at: datetime, now: Callable[[], datetime]) -> datetime | None:
    """Make one attempt; return when the next is due, or None. Two workers never make the same one. May be repeated."""
    with transaction():
        row = sharing.lease(sharing_id=sharing_id, at=at)
    if row is None:
        return None
    acting = acting_from(row.acting)
    try:
        ending, ended_at = _ending(row, acting, now), now()
        with transaction():
            return _write_down(row, ending, acting=acting, at=ended_at)
    except LeaseLost:
        return None


def _ending(row: SharedResult, acting: ActingContext, now: Callable[[], datetime]) -> Ending:
    """Make the calls. Holds no transaction over any of them. Raises LeaseLost."""
    withdraws = row.state == SharingState.WITHDRAWING
    try:
        attempt = Attempt(row=row, store=document_sharing.get(STORE), acting=acting, now=now)
        if withdraws:
            _withdraw(attempt)
            return Ending(to=SharingState.WITHDRAWN)
        _store_and_share(attempt)
        return Ending(to=SharingState.SHARED)
    except (TryLater, UnusableAnswer, PortNotServed):
        return Ending(to=None)
    except OutcomeUnknown:
        return Ending(to=None if withdraws else SharingState.UNKNOWN)
    except Refused as refusal:
        return Ending(to=None if withdraws else SharingState.REFUSED, refusal=refusal.reason)
    except (NotStored, BytesDamaged, CannotOpen):
        return Ending(to=SharingState.REFUSED, refusal="the stored file is damaged")


def _store_and_share(attempt: Attempt) -> None:
    row, store, acting = attempt.row, attempt.store, attempt.acting
    if not row.store_id:
        _store(attempt)
    if row.kept_until is None or row.kept_until < row.ends_at:
        attempt.note(store.keep_until(row.store_id, row.ends_at, acting=acting), kept_until=row.ends_at)
    if row.share_id:
        return
    person = acting.subject_idnp
    found = "" if attempt.is_first else store.find_share(row.store_id, person_idnp=person, acting=acting)
    if found:
        attempt.note(share_id=found)
        return
    made = store.share(row.store_id, person_idnp=person, begins_at=row.begins_at, ends_at=row.ends_at, acting=acting)
    attempt.note(made, share_id=made.id)


def _store(attempt: Attempt) -> None:
    """Make the document there, or find the one that an earlier attempt has made."""
    row, store, acting = attempt.row, attempt.store, attempt.acting
    found = "" if attempt.is_first else store.find(row.number, acting=acting)
    if found:
        attempt.note(store_id=found)
        return
    was_kept = bool(row.blob_id)
    if not was_kept:
        content = sealed_files.get(row.document)
        media_type = row.document.media_type
        kept = store.keep_bytes(content, media_type=media_type, document_type=row.document_type, acting=acting)
        attempt.note(kept, blob_id=kept.id)
    attempt.note(kept_until=row.ends_at)  # before the call: whoever finds the document knows what it was told
    document = ToStore(number=row.number, name=_name(row), blob_id=row.blob_id, kept_until=row.ends_at)
    try:
        made = store.publish(document, at=row.begins_at, acting=acting)
    except Refused as refusal:
        if refusal.code != GONE or not was_kept:
            raise
        attempt.note(blob_id="")  # the store let go of bytes that waited too long; they are sent anew
        raise TryLater(refusal.reason) from refusal
    attempt.note(made, store_id=made.id)


def _withdraw(attempt: Attempt) -> None:
    row, store, acting = attempt.row, attempt.store, attempt.acting
    if not row.store_id and not attempt.is_first:
        attempt.note(store_id=store.find(row.number, acting=acting))
    if not row.store_id:
        return  # it never came that far
    share_id = row.share_id or store.find_share(row.store_id, person_idnp=acting.subject_idnp, acting=acting)
    if share_id:
        attempt.note(store.withdraw(row.store_id, share_id, acting=acting))


def _name(row: SharedResult) -> str:
    """Return what the person sees there: the result's title with the ending of its kind."""
    title = row.document.title[:LONGEST_NAME] or row.number
    is_named = row.document.media_type != "application/pdf" or title.lower().endswith(".pdf")
    return title if is_named else f"{title}.pdf"


def _write_down(row: SharedResult, ending: Ending, *, acting: ActingContext, at: datetime) -> datetime | None:
    case = cases.locked(row.case_id)
    held = sharing.held_by(sharing_id=row.pk, fence=row.fence)
    was, to = held.state, ending.to
    if to is not None and to != held.state and not held.can_move_to(to):
        to = None  # somebody has asked for the end of the share meanwhile
    sharing.end_attempt(held, to, acting=acting, at=at, refusal=ending.refusal)
    if to == SharingState.SHARED:
        tell(case, "shared-electronically", at=at, by_id=None, until=cases.local_day(case, held.ends_at).isoformat())
    elif to == SharingState.WITHDRAWN:
        tell(case, "share-ended", at=at, by_id=None)
    elif ending.refusal and was != SharingState.REFUSED:
        cases.ask_to_call(case, CallReason.ALARM, at=at)
    return held.next_try_at
