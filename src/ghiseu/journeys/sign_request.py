"""A person agrees with their own electronic signature: MSign asks them, and what comes back is checked by ourselves.

The document is written down with its hash before it leaves. What a browser brings back is only a reason to ask; an
answer counts when it is that document, signed by that person, and still what would be sent. It raises nobody's
assurance: the visit stays as sure of the person as it was.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from ghiseu.foundation.access import ActingContext, Scope, scoped_to, transaction
from ghiseu.foundation.outcomes import OutcomeUnknown, Refused, TryLater
from ghiseu.foundation.ports import PortNotServed
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys.confirm_request import lacks_mandate, texts_of
from ghiseu.journeys.find_signature import find_out
from ghiseu.journeys.lacking import NotReady, require_finished
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_for, load_case, visit_here
from ghiseu.journeys.make_papers import request_paper
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.papers import render
from ghiseu.modules.signatures import operations, queries
from ghiseu.modules.signatures.models import Purpose, SignatureRequest, SigningState
from ghiseu.modules.signatures.operations import Wanted
from ghiseu.modules.signatures.ports import MSIGN, Content, ContentType, SignOrder, signing
from ghiseu.modules.signatures.verification import ready_to_sign
from ghiseu.modules.submissions.operations import acting_text

REASON = "electronic signature asked for"
log = structlog.get_logger()


class CannotSign(Exception):
    """Nobody can be sent to MSign now. `why` is not-connected, no-number, not-reached, no-answer, refused."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class ToSign:
    """Where the browser goes, and our key, which comes back with it."""

    address: str
    key: UUID


def is_connected() -> bool:
    """Tell whether MSign is connected here."""
    return bool({MSIGN}.intersection(signing.keys()))


def is_offered(case: Case) -> bool:
    """Tell whether whoever applies can be asked to sign at MSign: it is connected, and they have a number."""
    return is_connected() and bool(case.applicant.idnp)


def begin(*, number: str, at_desk: AtDesk, at: datetime) -> ToSign:
    """Ask the person who is here to sign the request. Pressed again for the same text, it is the same request at MSign.

    Opens its own transactions. Raises NoSuchCase, CaseIsNotEditable, NobodyIsHere, NotReady, CannotSign.
    """
    return _begin(Purpose.AGREEMENT, number=number, at_desk=at_desk, at=at)


def begin_for_operator(*, number: str, at_desk: AtDesk, at: datetime) -> ToSign:
    """Ask the operator to sign what will be sent, for an institution that wants it. Raises as begin."""
    return _begin(Purpose.SUBMISSION, number=number, at_desk=at_desk, at=at)


def give_up(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Wait for no signature any more: the person signs on paper, or later. May be repeated. Raises NoSuchCase."""
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        file = load_case(number=number, at_desk=at_desk, at=at)
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason=REASON)
        for one in operations.waiting_of(case, purpose=Purpose.AGREEMENT):
            operations.cancel(one, why="not-wanted", acting=acting, at=at)


def come_back(key: UUID, *, at: datetime) -> str | None:
    """Ask what became of the request of this key, because a browser came back; return the case's number.

    None for a key that is none of ours. Nothing that the browser says is used; may be repeated.
    """
    with transaction():
        centre_id = queries.centre_of(key)
    if centre_id is None:
        return None
    with scoped_to(Scope(centre_id=centre_id)):
        with transaction():
            found = SignatureRequest.objects.select_related("case").get(key=key)
        find_out(found.pk, at=at)
        return found.case.number


def _begin(purpose: Purpose, *, number: str, at_desk: AtDesk, at: datetime) -> ToSign:
    with transaction():
        file = _required(number, at_desk=at_desk, at=at)
        visit = visit_here(file.case, at_desk=at_desk)
        acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason=REASON, visit=visit)
        if lacks_mandate(file, acting):
            raise NotReady(["mandate"])
        signer = at_desk.operator_idnp if purpose == Purpose.SUBMISSION else visit.person.idnp
        if not signer:
            raise CannotSign("no-number")
        digest = texts_of(file).request_sha256
        waits = _same(operations.waiting_of(file.case, purpose=purpose), signer=signer, text_sha256=digest, at=at)
        paper = request_paper(file, at_desk=at_desk, at=at)
    if not is_connected():
        raise CannotSign("not-connected")
    if waits is None:
        content = ready_to_sign(render(paper))
        with transaction():
            cases.locked(file.case.pk)
            wanted = Wanted(
                purpose=purpose,
                signer_idnp=signer,
                content=content,
                text_sha256=digest,
                acting=acting_text(acting),
                desk_id=at_desk.desk_id,
            )
            waits = operations.ask(case=file.case, wanted=wanted, acting=acting, at=at)
        _post(waits, file, acting=acting, at=at)
    return ToSign(address=signing.get(MSIGN).page_of(waits.platform_id), key=waits.key)


def _required(number: str, *, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Return the case when it may be signed now; it is locked. As with ink: nobody signs an incomplete request."""
    case = cases.locked(case_for(number, at_desk=at_desk).pk)
    if case.state not in EDITABLE_STATES:
        raise CaseIsNotEditable(number)
    file = load_case(number=number, at_desk=at_desk, at=at)
    require_finished(file)
    return file


def _same(waiting: list[SignatureRequest], *, signer: str, text_sha256: str, at: datetime) -> SignatureRequest | None:
    """Return the request that waits already for this signature of this text."""
    for one in waiting:
        is_same = (one.signer_idnp, one.text_sha256) == (signer, text_sha256)
        if one.state == SigningState.PENDING and is_same and at < one.expires_at:
            return one
    return None


def _post(asked: SignatureRequest, file: OpenedCase, *, acting: ActingContext, at: datetime) -> None:
    """Tell MSign of the request; without an answer it is over, because nobody can sign it. Raises CannotSign."""
    package, language = file.package, "ro"
    order = SignOrder(
        content_type=ContentType.PDF,
        contents=(
            Content(content=operations.content_of(asked), correlation=str(asked.key), name=f"{file.case.number}.pdf"),
        ),
        signer_idnp=asked.signer_idnp,
        short_description=f"{file.case.number} {package.name(language)}",
        description=f"{package.name(language)}, {file.case.number}",
        reason=package.name(language),
    )
    why, message = "", ""
    try:
        posted = signing.get(MSIGN).post(order, acting=acting)
    except TryLater as error:
        why, reason = "not-reached", error.reason
    except Refused as error:
        why, message, reason = "refused", error.reason, error.code
    except (OutcomeUnknown, PortNotServed) as error:
        why, reason = "no-answer", str(error)
    with transaction():
        held = operations.locked(asked.pk)
        if not why:
            try:
                operations.note_posted(held, posted, acting=acting, at=at)
            except StepNotAllowed:  # asked for anew meanwhile; this one can be signed and is never fetched
                why, reason = "asked-anew", "asked for anew"
        elif held.state == SigningState.ASKED:
            operations.end_without(held, SigningState.FAILED, why=why, message=message, acting=acting, at=at)
    if why:
        log.warning("signing.not_asked", reason=reason, outcome=why)
        raise CannotSign(why)
    asked.platform_id = posted.request_id
