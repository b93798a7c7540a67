"""How often one address or one operator may ask for what is worth guessing or enumerating."""

import re
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ghiseu.foundation.limits import Limiter, Rate

if TYPE_CHECKING:
    from ghiseu.modules.centres.models import Operator

SIGN_IN = frozenset(
    {
        "callbacks:sign-in",
        "callbacks:sign-in-complete",
        "callbacks:saml-acs",
        "callbacks:saml-slo",
    }
)
STATUS = frozenset({"citizen:ask", "citizen:status"})
# Each call of it makes a code that an operator may type.
CODES = frozenset({"citizen:screen-code"})
REPORTS = frozenset({"callbacks:policy-report"})
# Each of them tells whether a number is that of a person, and who it is.
LOOK_UPS = frozenset({"desk:start-visit", "desk:acting-for"})
SEARCH = "desk:find"
PAIR = "desk:pair-screen"
_LONG_NUMBER = re.compile(r"(?:\d ?){13}")
log = structlog.get_logger()


class Limits:
    """Middleware. Strangers are counted by address; operators only where people are looked up, by operator.

    The same holds for typing the code of a citizen's screen. A signed-in operator is never kept from anything else: the
    counter must go on whatever the limiter thinks.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond
        self.limiter = Limiter()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Answer 429 when the caller has to wait, else let the view go on."""
        match = request.resolver_match
        counted = _counted(request, view=match.view_name if match else "")
        if counted is None:
            return None
        what, key, most = counted
        seconds = self.limiter.wait(f"{what} {key}", rate=Rate(most=most), at=monotonic())
        if not seconds:
            return None
        log.warning("request.too-many", kind=what, seconds=seconds)
        return _wait(request, seconds)


def client_address(request: HttpRequest) -> str:
    """Return the address that the request came from.

    Behind the proxy of the settings it is the last entry of `X-Forwarded-For`, which that proxy wrote itself; what
    stands before it was sent by the client and says nothing.
    """
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.BEHIND_PROXY:
        return direct
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or direct


def _counted(request: HttpRequest, *, view: str) -> tuple[str, str, int] | None:
    """Return what is counted, for whom, and how often a minute it may be; None when it is not counted."""
    operator: Operator | None = getattr(request, "operator", None)
    if operator is not None and view == PAIR and request.method == "POST":
        return "pairing", str(operator.pk), settings.PAIRINGS_PER_MINUTE
    if operator is not None:
        return ("look-up", str(operator.pk), settings.LOOK_UPS_PER_MINUTE) if _looks_up(request, view) else None
    for what, views, most in (
        ("sign-in", SIGN_IN, settings.SIGN_INS_PER_MINUTE),
        ("status", STATUS, settings.STATUS_PER_MINUTE),
        ("screen-code", CODES, settings.CODES_PER_MINUTE),
        ("policy-report", REPORTS, settings.REPORTS_PER_MINUTE),
    ):
        if view in views:
            return what, client_address(request), most
    return None


def _looks_up(request: HttpRequest, view: str) -> bool:
    """Tell whether the request asks for a person by number."""
    if view in LOOK_UPS:
        return request.method == "POST"
    if not view.startswith(SEARCH):
        return False
    asked = (value for given in (request.GET, request.POST) for values in dict(given).values() for value in values)
    return any(_LONG_NUMBER.search(str(value)) for value in asked)


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    context = {
        "title": _("Too many requests in a short time"),
        "cause": _("To protect people's data, this is allowed only so often. Nothing was changed."),
        "next_step": ngettext("Try again in %(n)s second.", "Try again in %(n)s seconds.", seconds) % {"n": seconds},
    }
    response = render(request, "ui/error.html", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
