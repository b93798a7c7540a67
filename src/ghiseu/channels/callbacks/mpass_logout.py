"""Leaving: our own sign-out, and single log-out in both directions."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from ghiseu.adapters.mpass import answers
from ghiseu.adapters.mpass.parties import NotConfigured, ServiceProvider, service_provider
from ghiseu.adapters.mpass.requests import logout_request, logout_response, new_id
from ghiseu.channels.callbacks.mpass_pages import (
    may_be_framed,
    only_value,
    refusals_as_pages,
    to_mpass,
    to_mpass_framed,
)
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import leave_desk
from ghiseu.modules.centres import sign_in

MAX_RELAY_STATE = 1000  # the standard says 80 bytes; MPass is known to use more


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here, always; then ask MPass to end it everywhere. Pressing again does no harm."""
    at = clock.now()
    request_id = new_id()
    with transaction():
        present = sign_in.session_of(request.session, at=at)
    if present is not None:
        leave_desk.sign_out(present, at=at, logout_request_id=request_id)
    with transaction():
        request.session.flush()
    try:
        sp = service_provider()
    except NotConfigured:
        present = None
    if present is None:
        return _clearing(HttpResponseRedirect(reverse("callbacks:signed-out")))
    form = logout_request(
        sp=sp,
        request_id=request_id,
        name_id=present.operator.idnp,
        session_index=present.session_index,
        at=at,
    )
    return _clearing(to_mpass(request, form, origin=sp.mpass.origin))


@csrf_exempt
@require_POST
def slo(request: HttpRequest) -> HttpResponse:
    """Take what MPass says about log-out: its own request, in a frame without our cookies, or its answer to ours."""
    try:
        sp = service_provider()
    except NotConfigured:
        return HttpResponse(status=503)
    response = _logout_asked(request, sp=sp) if "SAMLRequest" in request.POST else _logout_answered(request, sp=sp)
    return response if "Content-Security-Policy" in response.headers else may_be_framed(response, by=sp.mpass.origin)


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the session is over here, and whether it may go on elsewhere."""
    return _clearing(render(request, "callbacks/signed_out.html", {"elsewhere": "elsewhere" in request.GET}))


@refusals_as_pages
def _logout_asked(request: HttpRequest, *, sp: ServiceProvider) -> HttpResponse:
    at = clock.now()
    asked = answers.read_logout_request(only_value(request, "SAMLRequest"), sp=sp, at=at)
    leave_desk.end_named_by_mpass(name_id=asked.name_id, session_indexes=asked.session_indexes, at=at)
    form = logout_response(
        sp=sp,
        in_response_to=asked.message_id,
        relay_state=request.POST.get("RelayState", "")[:MAX_RELAY_STATE],
        at=at,
    )
    return to_mpass_framed(request, form, origin=sp.mpass.origin)


@refusals_as_pages
def _logout_answered(request: HttpRequest, *, sp: ServiceProvider) -> HttpResponse:
    answer = answers.read_logout_response(only_value(request, "SAMLResponse"), sp=sp, at=clock.now())
    with transaction():
        is_ours = sign_in.is_our_logout(answer.in_response_to)
    if not is_ours:
        raise sign_in.UnknownRequest("an answer to a log-out that nobody asked for")
    response = HttpResponseRedirect(reverse("callbacks:signed-out") + ("" if answer.complete else "?elsewhere"))
    response.status_code = 303
    return response


def _clearing(response: HttpResponse) -> HttpResponse:
    """Let the browser forget pages and drafts: the next person at this computer finds nothing."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    return response
