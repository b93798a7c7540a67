"""Signing in through MPass: to MPass, back from it, and into a session of ours."""

import secrets
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from ghiseu.adapters.mpass.answers import Declined, read_response
from ghiseu.adapters.mpass.parties import service_provider
from ghiseu.adapters.mpass.requests import authn_request, new_id
from ghiseu.adapters.mpass.requests import metadata as our_metadata
from ghiseu.channels.callbacks.mpass_pages import local_path, only_value, refusals_as_pages, to_mpass
from ghiseu.channels.callbacks.working import go_to_work
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import leave_desk
from ghiseu.modules.centres import sign_in

BROWSER_TOKEN_BYTES = 32


def browser_cookie() -> str:
    """Return the name of the cookie that binds a question to MPass to this browser."""
    return "__Host-sign-in" if settings.SESSION_COOKIE_SECURE else "sign-in"


@require_GET
@refusals_as_pages
def sign_in_at_mpass(request: HttpRequest) -> HttpResponse:
    """Send the browser to MPass. `next` is a local address to come back to; `fresh` demands the credentials anew.

    May be asked for again at any time.
    """
    at = clock.now()
    sp = service_provider()
    return_path = local_path(request.GET.get("next"))
    # Two tabs of one browser share the value, so that both may finish.
    token = request.COOKIES.get(browser_cookie()) or secrets.token_urlsafe(BROWSER_TOKEN_BYTES)
    request_id = new_id()
    leave_desk.end_overdue(at=at)
    with transaction():
        present = sign_in.session_of(request.session, at=at)
        if present is not None and not sign_in.lock_if_idle(present, at=at):
            return HttpResponseRedirect(return_path)
        sign_in.begin(request_id=request_id, browser_token=token, return_path=return_path, at=at, resumes=present)
    form = authn_request(
        sp=sp,
        request_id=request_id,
        at=at,
        language=(get_language() or "ro")[:2],
        force=present is not None or "fresh" in request.GET,
    )
    response = to_mpass(request, form, origin=sp.mpass.origin)
    response.set_cookie(
        browser_cookie(),
        token,
        max_age=int(sign_in.REQUEST_LIVES.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@csrf_exempt
@require_POST
@refusals_as_pages
def acs(request: HttpRequest) -> HttpResponse:
    """Take the answer of MPass. It comes without our cookies, so the browser proves itself at the next address."""
    at = clock.now()
    answer = read_response(only_value(request, "SAMLResponse"), sp=service_provider(), at=at)
    with transaction():
        asked = sign_in.take_answer(request_id=answer.in_response_to, at=at)
    if isinstance(answer, Declined):
        return _see_other(reverse("callbacks:sign-in-cancelled"))
    vouched = sign_in.Vouched(
        name_id=answer.name_id, session_index=answer.session_index, authenticated_at=answer.authenticated_at
    )
    with transaction():
        sign_in.use_assertion(assertion_id=answer.assertion_id, expires_at=answer.valid_until)
        ticket = sign_in.accept(asked=asked, vouched=vouched, at=at)
    return _see_other(f"{reverse('callbacks:sign-in-complete')}?{urlencode({'ticket': ticket})}")


@require_GET
@refusals_as_pages
def complete(request: HttpRequest) -> HttpResponse:
    """Hand the sign-in over to the browser that began it. Works once per ticket."""
    with transaction():
        entered = sign_in.complete(
            ticket=request.GET.get("ticket", ""),
            browser_token=request.COOKIES.get(browser_cookie(), ""),
            session=request.session,
            at=clock.now(),
        )
    rotate_token(request)
    if entered.is_resumed and entered.session.place_chosen_at:
        response: HttpResponse = HttpResponseRedirect(entered.return_path)
    else:
        response = go_to_work(request, entered.session, return_path=entered.return_path)
    response.delete_cookie(browser_cookie())
    return response


@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    """Say that nobody was signed in, which is what the person wanted."""
    return render(request, "callbacks/cancelled.html")


@require_GET
@refusals_as_pages
def metadata(_request: HttpRequest) -> HttpResponse:
    """Return our SAML metadata for the registration at MPass."""
    return HttpResponse(our_metadata(sp=service_provider()), content_type="application/samlmetadata+xml")


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response
