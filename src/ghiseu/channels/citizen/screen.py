"""The screen that faces the citizen: a code until a desk takes it, then what is happening in the visit that is open.

It is public and knows nobody: what it shows follows from the secret in its own cookie alone. A browser in which an
operator is signed in is never such a screen.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import wraps

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.journeys import agree_on_screen, citizen_screen
from ghiseu.journeys.agree_on_screen import NothingIsAsked, ShownTextIsStale, Touch, TouchedTooSoon
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import ContentNotShown
from ghiseu.modules.centres import screens
from ghiseu.modules.centres.screen_models import CitizenScreen

View = Callable[[HttpRequest], HttpResponse]
A_YEAR = 365 * 24 * 3600
log = structlog.get_logger()


def citizens_own(view: View) -> View:
    """Refuse the operator's browser, and let nothing be kept by any."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if getattr(request, "operator_session", None) is not None:
            response = _refuse_operator(request)
        else:
            response = view(request)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


@require_GET
@citizens_own
def page(request: HttpRequest) -> HttpResponse:
    """Show what is happening now; a browser that no desk has taken is led to its code.

    Who says with what mark it was answered last is answered 304 while nothing has changed.
    """
    screen = _screen_of(request)
    if screen is None:
        return HttpResponseRedirect(reverse("citizen:screen-code"))
    at = clock.now()
    with scoped_to(Scope(centre_id=screen.centre_id)), transaction():
        mark = citizen_screen.mark(screen, at=at)
    is_known = mark in request.headers.get("If-None-Match", "")
    response = HttpResponse(status=304) if is_known else _show(request, screen, at=at)
    response["ETag"] = f'"{mark}"'
    return response


@require_GET
@citizens_own
def code(request: HttpRequest) -> HttpResponse:
    """Show the code that the operator types; the secret that belongs to it goes into the cookie."""
    if _screen_of(request) is not None:
        return HttpResponseRedirect(reverse("citizen:screen"))
    with transaction():
        offered = screens.offer_code(request.COOKIES.get(settings.SCREEN_COOKIE_NAME, ""), at=clock.now())
    half = screens.CODE_LENGTH // 2
    context = {"code": (offered.code[:half], offered.code[half:]), "mark": _mark(offered.code)}
    response = _render(request, "citizen/screen_code.html", context)
    response.set_cookie(
        settings.SCREEN_COOKIE_NAME,
        offered.secret,
        max_age=A_YEAR,
        secure=settings.IS_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
@citizens_own
def agree(request: HttpRequest) -> HttpResponse:
    """Take the touch of "I agree" on exactly the text that is shown."""
    screen = _screen_of(request)
    if screen is None:
        return HttpResponseRedirect(reverse("citizen:screen-code"))
    at = clock.now()
    try:
        with scoped_to(Scope(centre_id=screen.centre_id)):
            agree_on_screen.agree(screen, _touch(request), at=at)
    except TouchedTooSoon:
        return _show(request, screen, at=at, is_too_soon=True)
    except (ContentNotShown, NothingIsAsked, NotReady, ShownTextIsStale) as changed:
        log.info("screen.touch-not-taken", why=type(changed).__name__)
    return HttpResponseRedirect(reverse("citizen:screen"))  # which shows what holds now


@require_POST
@citizens_own
def wrong(request: HttpRequest) -> HttpResponse:
    """Tell the operator that the person says something is wrong."""
    screen = _screen_of(request)
    if screen is None:
        return HttpResponseRedirect(reverse("citizen:screen-code"))
    with suppress(ContentNotShown, NothingIsAsked), scoped_to(Scope(centre_id=screen.centre_id)):
        agree_on_screen.object_to(screen, _touch(request), at=clock.now())
    return HttpResponseRedirect(reverse("citizen:screen"))


def _touch(request: HttpRequest) -> Touch:
    return Touch(order=request.POST.get("order", ""), text_sha256=request.POST.get("text_sha256", ""))


def _screen_of(request: HttpRequest) -> CitizenScreen | None:
    with transaction():
        return screens.screen_of_browser(request.COOKIES.get(settings.SCREEN_COOKIE_NAME, ""))


def _show(request: HttpRequest, screen: CitizenScreen, *, at: datetime, is_too_soon: bool = False) -> HttpResponse:
    with scoped_to(Scope(centre_id=screen.centre_id)), transaction():
        seen = citizen_screen.look(screen, at=at)
    if seen is None:
        return _render(request, "citizen/screen_welcome.html", {"mark": "welcome"})
    context = {"seen": seen, "asked": seen.asked, "mark": _mark(repr(seen)), "is_too_soon": is_too_soon}
    with translation.override(seen.language), timezone.override(screen.desk.centre.time_zone):
        response = _render(request, "citizen/screen.html", context, status=422 if is_too_soon else 200)
    response["Content-Language"] = seen.language
    return response


def _render(request: HttpRequest, template: str, context: Mapping[str, object], *, status: int = 200) -> HttpResponse:
    """Render a page of the screen; each has the greeting with it, to be shown when nothing answers any more."""
    greetings = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            greetings.append((language, _("Welcome")))
    return render(request, template, {"greetings": greetings, **context}, status=status)


def _mark(shown: str) -> str:
    """Return what tells the script that the screen has to change; it says nothing of what is shown."""
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


def _refuse_operator(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("This browser is the operator's"),
        "cause": _("An operator is signed in here. Only the citizen may agree, on a screen of their own."),
        "next_step": _("Open this address on the tablet or screen that faces the citizen."),
        "back_url": "/",
    }
    return render(request, "ui/error.html", context, status=403)
