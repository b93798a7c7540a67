"""Asking for a signature, noting that the platform knows of it, and writing down how it ended."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case
from ghiseu.modules.signatures.models import (
    WAITING,
    Purpose,
    SignatureRequest,
    SigningMessage,
    SigningPlace,
    SigningState,
)
from ghiseu.modules.signatures.ports import Posted

LIVES = timedelta(hours=24)
# An order whose post was never written down can be signed by nobody; so long a post may take at most.
POSTED_WITHIN = timedelta(minutes=10)
# Often while somebody stands at the desk, seldom afterwards.
FIRST_PERIOD, OFTEN, SELDOM = timedelta(minutes=20), timedelta(minutes=1), timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be signed, by whom and for what; `text_sha256` is of the text that the document shows.

    `acting` is the acting context as JSON text, `desk_id` where it was asked for: whoever goes on later needs them.
    """

    purpose: Purpose
    signer_idnp: str
    content: bytes
    text_sha256: str
    acting: str
    desk_id: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A signature that holds: the hash of the signed document, and when it was signed."""

    sha256: str
    signed_at: datetime


def ask(*, case: Case, wanted: Wanted, acting: ActingContext, at: datetime) -> SignatureRequest:
    """Write down what is going to be asked; whatever the case waited for is not waited for any more.

    Raises NoTransaction.
    """
    require_transaction()
    for earlier in waiting_of(case, purpose=wanted.purpose):
        cancel(earlier, why="asked-anew", acting=acting, at=at)
    made = SignatureRequest.objects.create(
        centre_id=case.centre_id,
        case=case,
        purpose=wanted.purpose,
        signer_idnp=wanted.signer_idnp,
        content=base64.b64encode(wanted.content).decode(),
        content_sha256=hashlib.sha256(wanted.content).hexdigest(),
        text_sha256=wanted.text_sha256,
        acting=wanted.acting,
        desk_id=wanted.desk_id,
        asked_at=at,
        asked_by_id=acting.operator_id,
        next_ask_at=at + POSTED_WITHIN,
        expires_at=at + LIVES,
    )
    SigningPlace.objects.create(key=made.key, centre_number=case.centre_id)
    _record("signatures.request.asked", made, acting=acting, at=at)
    return made


def waiting_of(case: Case, *, purpose: Purpose) -> list[SignatureRequest]:
    """Return what the case waits for, locked until the transaction ends. Raises NoTransaction."""
    require_transaction()
    found = SignatureRequest.objects.select_for_update(of=("self",))
    return list(found.filter(case=case, purpose=purpose, state__in=WAITING).order_by("id"))


def locked(request_id: int) -> SignatureRequest:
    """Return the request, locked until the transaction ends. Raises SignatureRequest.DoesNotExist, NoTransaction."""
    require_transaction()
    return SignatureRequest.objects.select_for_update(of=("self",)).select_related("case").get(pk=request_id)


def note_posted(request: SignatureRequest, posted: Posted, *, acting: ActingContext, at: datetime) -> None:
    """Write the platform's number down, and both messages. Raises StepNotAllowed, NoTransaction."""
    event = request.move_to(SigningState.PENDING)
    request.platform_id, request.next_ask_at = posted.request_id, at + OFTEN
    request.save(update_fields=["state", "platform_id", "next_ask_at"])
    keep_message(request, "PostSignRequest", sent=posted.sent, received=posted.received, at=at)
    _record(event, request, acting=acting, at=at)


def still_waits(request: SignatureRequest, *, at: datetime) -> None:
    """Write down when the platform is asked next. Raises NoTransaction."""
    require_transaction()
    request.next_ask_at = at + (OFTEN if at < request.asked_at + FIRST_PERIOD else SELDOM)
    request.save(update_fields=["next_ask_at"])


def note_signed(request: SignatureRequest, kept: Kept, *, acting: ActingContext, at: datetime) -> None:
    """Write down that a signature came that holds. Raises StepNotAllowed, NoTransaction."""
    request.signed_sha256, request.signed_at = kept.sha256, kept.signed_at
    _end(request, SigningState.SIGNED, acting=acting, at=at)


def end_without(
    request: SignatureRequest,
    to: SigningState,
    *,
    why: str,
    acting: ActingContext,
    at: datetime,
    message: str = "",
) -> None:
    """Write down that no signature counts, and why. Raises StepNotAllowed, NoTransaction."""
    request.why, request.message = why, message
    _end(request, to, acting=acting, at=at)


def cancel(request: SignatureRequest, *, why: str, acting: ActingContext, at: datetime) -> None:
    """Do not wait for it any more. Raises StepNotAllowed when it ended already, NoTransaction."""
    end_without(request, SigningState.CANCELLED, why=why, acting=acting, at=at)


def keep_message(
    request: SignatureRequest, operation: str, *, at: datetime, received: bytes, sent: bytes = b""
) -> None:
    """Keep a message of the platform, sealed. Raises NoTransaction."""
    require_transaction()
    SigningMessage.objects.create(
        centre_id=request.centre_id,
        case_id=request.case_id,
        request=request,
        operation=operation,
        sent=sent.decode(),
        received=received.decode(),
        at=at,
    )


def content_of(request: SignatureRequest) -> bytes:
    """Return the document that was sent."""
    return base64.b64decode(request.content)


def _end(request: SignatureRequest, to: SigningState, *, acting: ActingContext, at: datetime) -> None:
    require_transaction()
    event = request.move_to(to)
    request.ended_at, request.next_ask_at = at, None
    request.save()
    _record(event, request, acting=acting, at=at)


def _record(event: str, request: SignatureRequest, *, acting: ActingContext, at: datetime) -> None:
    journal.record(
        event,
        acting=acting,
        at=at,
        object_type="signature-request",
        object_id=str(request.key),
        details={"purpose": request.purpose, "sha256": request.content_sha256, "why": request.why},
    )
