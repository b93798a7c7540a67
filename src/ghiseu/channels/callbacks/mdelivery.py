"""MDelivery calls us: what an order is about, where the paper is, what we changed.

Paths, methods and codes as in the MDelivery guide of egov4dev (API reference); faults are RFC 9457 problem documents.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from ghiseu.adapters.mdelivery import caller, wire
from ghiseu.adapters.mdelivery.parties import known
from ghiseu.foundation import clock
from ghiseu.journeys import deliver_paper
from ghiseu.journeys.deliver_paper import NoSuchOrder

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]
log = structlog.get_logger(__name__)


def from_mdelivery(view: View[Arguments]) -> View[Arguments]:
    """Let only MDelivery in: 401 to everybody else, and to everybody while nothing proves who calls."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Arguments.args, **named: Arguments.kwargs) -> HttpResponse:
        try:
            caller.require(request.headers, known=known())
        except caller.NotMDelivery as refusal:
            log.warning("mdelivery.caller.refused", reason=refusal.reason)
            return _problem(request, 401, "The caller is not known here")
        try:
            return view(request, *args, **named)
        except NoSuchOrder:
            return _problem(request, 404, "There is no such order")

    return guarded  # type: ignore[return-value]  # wraps() hides that the call is the same


@csrf_exempt  # a machine calls, with a certificate instead of a cookie
@require_GET
@from_mdelivery
def details(request: HttpRequest, service: str, order: str) -> HttpResponse:
    """Tell what the order is about: 200, 404."""
    del request
    return JsonResponse(wire.details(deliver_paper.tell_order(number=order, service=service, at=clock.now())))


@csrf_exempt
@require_http_methods(["PUT"])
@from_mdelivery
def status(request: HttpRequest, service: str, order: str) -> HttpResponse:
    """Take in where the paper is: 204, also for a repeat and for what came late; 400, 404."""
    try:
        news = wire.read_news(request.body, zone=ZoneInfo(settings.TIME_ZONE))
    except wire.NotUnderstood as fault:
        log.warning("mdelivery.status.unusable", reason=fault.reason)
        return _problem(request, 400, "The status was not understood", {fault.field: [fault.why]})
    deliver_paper.hear(number=order, service=service, news=news, at=clock.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_GET
@from_mdelivery
def changes(request: HttpRequest, service: str) -> HttpResponse:
    """Tell what we changed and MDelivery has not shown to know: 200; 404 for a service that is not ours."""
    if service != settings.MDELIVERY_SERVICE_ID:
        return _problem(request, 404, "There is no such service")
    rows = deliver_paper.tell_changes(service=service, at=clock.now())
    told = wire.changes([(service, order, state) for order, state in rows])
    return JsonResponse(told, safe=False)  # the contract's list stands alone


def _problem(request: HttpRequest, code: int, title: str, errors: dict[str, list[str]] | None = None) -> HttpResponse:
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": code, "instance": request.path}
    if errors:
        body["errors"] = errors
    return JsonResponse(body, status=code, content_type="application/problem+json; charset=utf-8")
