"""MSign sends browsers back here. Nobody proves anything by it: it is a reason to ask MSign, and nothing else."""

from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ghiseu.foundation import clock
from ghiseu.journeys import sign_request

log = structlog.get_logger(__name__)


@csrf_exempt  # another site posts it, without our cookies; the key is only looked up
@require_POST
def come_back(request: HttpRequest) -> HttpResponse:
    """Ask what became of the request, then lead the browser to its case, where the operator's session shows it.

    Integration guide of MSign, browser redirect: RequestID and RelayState come back. Ours is RelayState; what is
    said of the request, its number included, is not read. May be repeated.
    """
    number = None
    try:
        number = sign_request.come_back(UUID(request.POST.get("RelayState", "")), at=clock.now())
    except ValueError:
        log.warning("msign.return.unreadable")
    if number is None:
        return _see_other(reverse("desk:home"))
    return _see_other(reverse("desk:check", args=[number]))


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
