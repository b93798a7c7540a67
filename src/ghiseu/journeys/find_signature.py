"""What became of a request to sign: asked for by the worker, or because a browser came back. May be repeated."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError, Refused
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys.confirm_request import How, keep_agreed, lacks_mandate, replace_earlier, texts_of
from ghiseu.journeys.lacking import unanswered
from ghiseu.journeys.load_case import ContentNotShown, OpenedCase, opened
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.models import CallReason, EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.models import Desk, Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.documents import operations as documents
from ghiseu.modules.documents.models import DocumentKind
from ghiseu.modules.documents.operations import StoredFile
from ghiseu.modules.documents.sealed_files import owner_of
from ghiseu.modules.documents.signatures import SignatureReport
from ghiseu.modules.signatures import operations
from ghiseu.modules.signatures.models import WAITING, Purpose, SignatureRequest, SigningState
from ghiseu.modules.signatures.operations import LIVES, Kept
from ghiseu.modules.signatures.ports import (
    MSIGN,
    ContentType,
    SignAnswer,
    SignedContent,
    Signing,
    SignStatus,
    signing,
)
from ghiseu.modules.signatures.verification import Expected, GoodSignature, NotOurSignature, require_ours
from ghiseu.modules.submissions.operations import acting_from

# What the timeline says when no signature counts.
TOLD = {
    SigningState.FAILED: "signature-failed",
    SigningState.EXPIRED: "signature-expired",
    SigningState.UNVERIFIABLE: "signature-not-accepted",
    SigningState.OUTDATED: "signature-outdated",
}


@dataclass(frozen=True, kw_only=True)
class Good:
    """A signature that is the one that was asked for, and the signed document in the store."""

    signature: GoodSignature
    stored: StoredFile


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a request ends; `heard` is what the platform answered to which operation. With `good` it is signed."""

    to: SigningState
    why: str = ""
    message: str = ""
    heard: tuple[tuple[str, bytes], ...] = ()
    good: Good | None = None


def find_out(request_id: int, *, at: datetime) -> None:
    """Ask MSign what became of a request and write it down once. May be repeated; two at once do it once.

    Opens its own transactions, and holds none while it asks. For the centre of the scope.
    """
    with transaction():
        request = operations.locked(request_id)
        if request.state not in WAITING:
            return
        acting = acting_from(request.acting)
        early = _without_asking(request, at=at)
    ending = early or (None if request.state == SigningState.ASKED else _ask(request, acting, at=at))
    with transaction():
        cases.locked(request.case_id)
        held = operations.locked(request_id)
        if held.state != request.state:
            return  # somebody else wrote the same down, or it is not waited for any more
        if ending is None:
            operations.still_waits(held, at=at)
        else:
            _write_down(held, ending, acting=acting, at=at)


def _without_asking(request: SignatureRequest, *, at: datetime) -> Ending | None:
    if request.state == SigningState.ASKED:
        late = request.next_ask_at is None or at >= request.next_ask_at
        return Ending(to=SigningState.FAILED, why="no-answer") if late else None
    if request.case.state not in EDITABLE_STATES:
        return Ending(to=SigningState.CANCELLED, why="sent-otherwise")
    return None


def _ask(request: SignatureRequest, acting: ActingContext, *, at: datetime) -> Ending | None:
    """Return how it ended, or None while that is not known."""
    is_given_up = at >= request.expires_at + LIVES
    try:
        platform = signing.get(MSIGN)
        answer = platform.ask(request.platform_id, acting=acting)
        return _ending(request, answer, platform, acting=acting, at=at)
    except NotFoundThere:
        return Ending(to=SigningState.FAILED, why="not-there")
    except Refused as error:
        return Ending(to=SigningState.FAILED, why="refused", message=error.reason)
    except (OutsideError, PortNotServed):
        return Ending(to=SigningState.EXPIRED, why="no-answer") if is_given_up else None


def _ending(
    request: SignatureRequest, answer: SignAnswer, platform: Signing, *, acting: ActingContext, at: datetime
) -> Ending | None:
    heard = [("GetSignResponse", answer.received)]

    def ends(to: SigningState, *, why: str = "", good: Good | None = None) -> Ending:
        return Ending(to=to, why=why, message=answer.message, heard=tuple(heard), good=good)

    if answer.status is SignStatus.EXPIRED:
        return ends(SigningState.EXPIRED, why="too-late")
    if answer.status is SignStatus.FAILURE:
        return ends(SigningState.FAILED, why="not-signed")
    if answer.status is SignStatus.PENDING:
        return ends(SigningState.EXPIRED, why="too-late") if at >= request.expires_at else None
    try:
        good = _checked(request, answer, platform, heard=heard, acting=acting, at=at)
    except NotOurSignature as error:
        return ends(SigningState.UNVERIFIABLE, why=error.why)
    if good.signature.signed_at >= request.expires_at:
        return ends(SigningState.EXPIRED, why="too-late")
    return ends(SigningState.SIGNED, good=good)


def _checked(
    request: SignatureRequest,
    answer: SignAnswer,
    platform: Signing,
    *,
    heard: list[tuple[str, bytes]],
    acting: ActingContext,
    at: datetime,
) -> Good:
    """Check the signed document ourselves, let MSign check it (it sees revocations), and keep it in the store.

    What MSign says of it is added to `heard`. Raises NotOurSignature, and what the platform's verify raises.
    """
    ours = [one for one in answer.signatures if one.correlation == str(request.key)]
    if len(ours) != 1 or len(answer.signatures) != 1:
        raise NotOurSignature("other-document")
    signed = ours[0].signature
    expected = Expected(
        content=operations.content_of(request), signer_idnp=request.signer_idnp, trust=settings.MSIGN_TRUST
    )
    good = require_ours(signed, expected=expected, at=at)
    named = ours[0].certificate
    if named and hashlib.sha256(named).hexdigest() != good.certificate_sha256:
        raise NotOurSignature("other-signer")
    asked = [SignedContent(signature=signed, correlation=str(request.key))]
    verification = platform.verify(asked, content_type=ContentType.PDF, acting=acting)
    heard.append(("VerifySignatures", verification.received))
    if not all(one.is_valid for one in verification.contents):
        raise NotOurSignature("not-valid")
    report = SignatureReport(verdict="valid", signer=good.signer, signed_at=good.signed_at.isoformat(), covers_all=True)
    name = f"{request.case.number}-{request.purpose}.pdf"
    stored = documents.keep_signed_paper(signed, owner=owner_of(request.case), file_name=name, report=report)
    return Good(signature=good, stored=stored)


def _write_down(held: SignatureRequest, ending: Ending, *, acting: ActingContext, at: datetime) -> None:
    for operation, received in ending.heard:
        operations.keep_message(held, operation, received=received, at=at)
    if ending.good is not None:
        file = _still_asked(held, acting=acting, at=at)
        if file is not None:
            _count(held, file, ending.good, acting=acting, at=at)
            return
        ending = Ending(to=SigningState.OUTDATED, why="text-changed")
    operations.end_without(held, ending.to, why=ending.why, message=ending.message, acting=acting, at=at)
    if ending.to in TOLD:
        tell(held.case, TOLD[ending.to], at=at, by_id=None)
    if ending.to == SigningState.UNVERIFIABLE:
        cases.ask_to_call(held.case, CallReason.ALARM, at=at)


def _still_asked(held: SignatureRequest, *, acting: ActingContext, at: datetime) -> OpenedCase | None:
    """Return the case when what was signed is still what would be sent, and whoever signed may still act for it."""
    operator = Operator.objects.get(pk=held.asked_by_id)
    place = former_place(operator=operator, desk=Desk.objects.select_related("centre").get(pk=held.desk_id))
    try:
        file = opened(held.case, at_desk=place, at=at)
    except ContentNotShown:
        return None
    is_same = texts_of(file).request_sha256 == held.text_sha256
    is_whole = not unanswered(file) and not lacks_mandate(file, acting)
    return file if is_same and is_whole and file.case.state in EDITABLE_STATES else None


def _count(held: SignatureRequest, file: OpenedCase, good: Good, *, acting: ActingContext, at: datetime) -> None:
    """Keep the document and what it proves."""
    digest, details = good.stored.sha256, _proved(held, good.signature)
    is_agreement = held.purpose == Purpose.AGREEMENT
    documents.add_document(
        case=file.case,
        kind=DocumentKind.SIGNED_REQUEST if is_agreement else DocumentKind.REQUEST,
        title="MSign",
        kept=good.stored,
        acting=acting,
        at=at,
    )
    method = EvidenceMethod.ELECTRONIC_SIGNATURE
    if is_agreement:
        how = How(method=method, document_sha256=digest, details=details)
        keep_agreed(file, texts=texts_of(file), how=how, acting=acting, at=at)
        replace_earlier(file, digest, acting=acting, at=at)
        tell(file.case, "request-signed-electronically", at=at, by_id=None)
        cases.show_publicly(file.case, at=at)
    else:
        texts = texts_of(file)
        act = Taken(
            kind=EvidenceKind.OPERATOR_ACT,
            method=method,
            text=texts.request,
            language=texts.language,
            document_sha256=digest,
            details=details,
        )
        evidence.take(case=file.case, taken=act, acting=acting, at=at)
    kept = Kept(sha256=digest, signed_at=good.signature.signed_at)
    operations.note_signed(held, kept, acting=acting, at=at)


def _proved(held: SignatureRequest, signature: GoodSignature) -> dict[str, str]:
    """Return what stands beside the evidence: nothing personal, but what a court can look the signature up by."""
    return {
        "msign_request": held.platform_id,
        "sent_sha256": held.content_sha256,
        "signed_at": signature.signed_at.isoformat(timespec="seconds"),
        "time_stamped": "yes" if signature.is_time_stamped else "no",
        "certificate_sha256": signature.certificate_sha256,
        "certificate_serial": signature.certificate_serial,
        "certificate_issuer": signature.issuer,
    }
