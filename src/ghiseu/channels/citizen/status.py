"""The public status page: whoever holds the code of a slip sees where the matter stands, and nothing personal."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.modules.cases.models import PublicStatus
from ghiseu.modules.cases.states import CaseState

SAID = {
    CaseState.DRAFT: gettext_lazy("The request is being written at the centre."),
    CaseState.AWAITING_PAYMENT: gettext_lazy("The request waits for the payment."),
    CaseState.SENDING: gettext_lazy("The request is on its way to the institution."),
    CaseState.WITH_INSTITUTION: gettext_lazy("The institution has the request."),
    CaseState.PAPERS_MISSING: gettext_lazy("The institution asks for papers. Come to the centre."),
    CaseState.RESULT_READY: gettext_lazy("The result is at the centre. Come with your identity card."),
    CaseState.REFUSED: gettext_lazy("There is an answer. Come to the centre."),
    CaseState.STOPPED: gettext_lazy("The centre is checking something with the institution."),
    CaseState.DONE: gettext_lazy("Finished."),
    CaseState.CLOSED: gettext_lazy("Closed."),
}


COME = {CaseState.RESULT_READY, CaseState.REFUSED}
WAITS_FOR_PERSON = {CaseState.AWAITING_PAYMENT, CaseState.PAPERS_MISSING}
UNDER_WAY = {CaseState.WITH_INSTITUTION, CaseState.STOPPED}
# No day is named before the institution has the request.
NOT_RECEIVED = {CaseState.AWAITING_PAYMENT, CaseState.SENDING}
# Codes are made of letters and digits; anything longer is not one of ours.
LONGEST_CODE = 64


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take a typed code."""
    if request.method != "POST":
        return _private(_ask_page(request))
    typed = "".join(request.POST.get("code", "").split())
    if not typed or "/" in typed or len(typed) > LONGEST_CODE:
        error = FieldError(cause=_("This is not a code."), next_step=_("Type it as the slip has it."))
        return _private(_ask_page(request, typed=typed[:LONGEST_CODE], error=error, status=422))
    return _private(HttpResponseRedirect(reverse("citizen:status", args=[typed])))


@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the state. An unknown code is told as such; the page is never kept by the browser."""
    with transaction():
        found = PublicStatus.objects.filter(code_sha256=hashlib.sha256(code.encode()).hexdigest()).first()
    if found is None:
        error = FieldError(cause=_("There is no such code."), next_step=_("Compare it with the slip."))
        return _private(_ask_page(request, typed=code[:LONGEST_CODE], error=error, status=404))
    language, state = (get_language() or "ro")[:2], CaseState(found.state)
    context = {
        "service": found.service_names.get(language) or found.service_names["ro"],
        "said": SAID[state],
        "tone": "come" if state in COME else "waits" if state in WAITS_FOR_PERSON else "",
        "waits": state in UNDER_WAY,
        "not_received": state in NOT_RECEIVED,
        "found": found,
    }
    return _private(render(request, "citizen/status.html", context))


def _ask_page(
    request: HttpRequest, *, typed: str = "", error: FieldError | None = None, status: int = 200
) -> HttpResponse:
    code = Field(
        kind=Kind.TEXT,
        name="code",
        label=_("Code of the slip"),
        hint=_("It stands on your slip, under the square code."),
        value=typed,
        error=error,
        autofocus=error is None,
    )
    return render(request, "citizen/ask.html", {"code": code, "errors": failing_fields([code])}, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
