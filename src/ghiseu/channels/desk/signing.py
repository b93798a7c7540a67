"""The person signs with their own electronic signature: to MSign from the check page, and what became of it."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import lacking, pages
from ghiseu.channels.desk.agreeing import NOBODY_HERE
from ghiseu.channels.desk.pages import Refusal, desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.security import content_policy
from ghiseu.journeys import sign_request
from ghiseu.journeys.confirm_request import texts_of
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import NobodyIsHere, OpenedCase, case_for, load_case
from ghiseu.journeys.sign_request import CannotSign, ToSign
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.models import Document, DocumentKind
from ghiseu.modules.signatures import queries
from ghiseu.modules.signatures.models import SignatureRequest, SigningState

SIGNATURE_LIST = "signatures"
NO_ANSWER = gettext_lazy("MSign does not answer.")
ON_PAPER = gettext_lazy("Try again, or let the person sign on paper.")
NOT_SENT = gettext_lazy("MSign was not opened")
CANNOT: dict[str, tuple["Promise | str", "Promise | str"]] = {
    "not-connected": (gettext_lazy("MSign is not connected here."), gettext_lazy("Let the person sign on paper.")),
    "no-number": (gettext_lazy("The person has no IDNP."), gettext_lazy("Let the person sign on paper.")),
    "not-reached": (NO_ANSWER, ON_PAPER),
    "no-answer": (NO_ANSWER, ON_PAPER),
    "asked-anew": (gettext_lazy("It was pressed at the same time elsewhere."), ON_PAPER),
    "refused": (
        gettext_lazy("MSign did not take the request."),
        gettext_lazy("Look at the IDNP of the person, or let them sign on paper."),
    ),
}
# Why a signature that came does not count.
WRONG: dict[str, "Promise | str"] = {
    "not-a-pdf": gettext_lazy("What came back is no document."),
    "not-signed": gettext_lazy("The document came back without a signature."),
    "several-signatures": gettext_lazy("Several signatures came back; one was asked for."),
    "other-document": gettext_lazy("Another document was signed."),
    "changed-content": gettext_lazy("The document was changed before it was signed."),
    "changed-after": gettext_lazy("The document was changed after it was signed."),
    "broken": gettext_lazy("The signature does not fit the document."),
    "not-trusted": gettext_lazy("The certificate is not of a trusted provider, or it has ended."),
    "other-signer": gettext_lazy("Another person signed."),
    "not-valid": gettext_lazy("MSign itself says that the signature is not valid."),
}


def state_of(file: OpenedCase, *, at: datetime) -> dict[str, object]:
    """Return for the check page what the electronic signature is at. Call it inside a transaction."""
    found = queries.newest(file.case)
    stands = found is not None and found.text_sha256 == texts_of(file).request_sha256
    state = SigningState(found.state) if found is not None else None
    is_signed = state is SigningState.SIGNED and stands
    return {
        "is_offered": sign_request.is_offered(file.case),
        "mark": mark_of(found),
        "waits": state in (SigningState.ASKED, SigningState.PENDING),
        "is_of_another_text": found is not None and not stands,
        "until": found.expires_at if found is not None and at < found.expires_at else None,
        "is_signed": is_signed,
        "document": _signed_document(file, found.signed_sha256) if found is not None and is_signed else None,
        "signed_at": found.signed_at if found is not None else None,
        "failed": state in (SigningState.FAILED, SigningState.EXPIRED) and stands,
        "message": found.message if found is not None else "",
        "is_expired": state is SigningState.EXPIRED,
        "wrong": WRONG.get(found.why, "") if found is not None and state is SigningState.UNVERIFIABLE else "",
        "is_outdated": state is SigningState.OUTDATED,
    }


def _signed_document(file: OpenedCase, sha256: str) -> Document | None:
    kept = documents.documents_of(file.case).filter(kind=DocumentKind.SIGNED_REQUEST, sha256=sha256)
    return kept.first()


def mark_of(found: SignatureRequest | None) -> str:
    """Return what changes when the signature comes, or does not."""
    return f"{found.pk} {found.state}" if found is not None else "-"


@require_http_methods(["GET", "POST"])
@desk_page(asks_outside=True)
def at_msign(request: DeskRequest, number: str) -> HttpResponse:
    """Send the browser to MSign, or wait no more (POST); or tell where it stands, as a mark (GET)."""
    at = clock.now()
    if request.method == "GET":
        with transaction():
            mark = mark_of(queries.newest(case_for(number, at_desk=request.at_desk)))
        return HttpResponse(mark, content_type="text/plain; charset=utf-8")
    if request.POST.get("act") == "cancel":
        sign_request.give_up(number=number, at_desk=request.at_desk, at=at)
        return HttpResponseRedirect(reverse("desk:check", args=[number]))
    try:
        return _to_msign(request, sign_request.begin(number=number, at_desk=request.at_desk, at=at))
    except NobodyIsHere:
        return pages.refuse_with(request, NOBODY_HERE)
    except CaseIsNotEditable:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    except NotReady as incomplete:
        with transaction():
            file = load_case(number=number, at_desk=request.at_desk, at=at)
            return lacking.refuse(request, file, lacks=incomplete.lacks)
    except CannotSign as fault:
        cause, next_step = CANNOT[fault.why]
        why = Refusal(status=409, title=NOT_SENT, cause=cause, next_step=next_step)
        return _refuse(request, why, number)


def _refuse(request: DeskRequest, why: Refusal, number: str) -> HttpResponse:
    return pages.refuse(
        request,
        status=why.status,
        title=str(why.title),
        cause=str(why.cause),
        next_step=str(why.next_step),
        back_url=reverse("desk:check", args=[number]),
    )


def _to_msign(request: DeskRequest, to: ToSign) -> HttpResponse:
    """Return the page that posts to MSign: by itself with scripts, by its button without. Nothing personal goes."""
    values = {
        "ReturnUrl": settings.PUBLIC_URL + reverse("callbacks:msign-return"),
        "RelayState": str(to.key),
        "lang": pages.page_language(),
    }
    response = render(request, "desk/to_msign.html", {"target": to.address, "values": values})
    response.headers["Content-Security-Policy"] = content_policy(form_targets=(_origin(to.address),))
    response.headers["Cache-Control"] = "no-store"
    return response


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
