"""The public status page: whoever holds the code of a slip sees where the matter stands, and nothing personal."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ghiseu.foundation.access import transaction
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


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take a typed code."""
    if request.method == "POST" and request.POST.get("code", "").strip():
        return HttpResponseRedirect(reverse("citizen:status", args=[request.POST["code"].strip()]))
    return render(request, "citizen/ask.html", {"fault": ""})


@require_GET
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the state. An unknown code is told as such; the page is never kept by the browser."""
    with transaction():
        found = PublicStatus.objects.filter(code_sha256=hashlib.sha256(code.encode()).hexdigest()).first()
    if found is None:
        fault = _("There is no such code. Compare it with the slip.")
        response = render(request, "citizen/ask.html", {"fault": fault}, status=404)
    else:
        language = (get_language() or "ro")[:2]
        context = {
            "service": found.service_names.get(language) or found.service_names["ro"],
            "said": SAID[CaseState(found.state)],
            "found": found,
        }
        response = render(request, "citizen/status.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
