"""The first gate of a request: how much may be sent where. What is too long is refused unread, before anything is kept.

Nobody is known yet at this point, so the limits are those of what an address takes, not of who sends it.
"""

import re
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from prometheus_client import Counter

from ghiseu.adapters.mpass.strict import MAX_ENCODED
from ghiseu.adapters.mpay.strict import MAX_BYTES
from ghiseu.channels.callbacks.institutions import LARGEST
from ghiseu.foundation.identifiers.picture.reading import LARGEST as LARGEST_PICTURE
from ghiseu.modules.documents.models import LARGEST_UPLOAD
from ghiseu.modules.documents.uploads import LARGEST_CHUNK

KILOBYTE = 1024
FORM_AROUND = 64 * KILOBYTE  # boundaries, names and the other fields of a form with a file
SCANS_AT_ONCE = 3  # without scripts several papers come in one form
OTHERWISE = 256 * KILOBYTE
# An address that takes more than a small form, by the beginning of its path; the first that fits counts.
LIMITS = (
    (re.compile(r"/callbacks/institutions/"), LARGEST),
    (re.compile(r"/mpay/"), MAX_BYTES),
    # A form writes one character of base64 as up to three.
    (re.compile(r"/saml/"), 3 * MAX_ENCODED + KILOBYTE),
    (re.compile(r"/cases/[^/]+/documents/chunks/"), LARGEST_CHUNK),
    (re.compile(r"/cases/[^/]+/documents$"), SCANS_AT_ONCE * LARGEST_UPLOAD + FORM_AROUND),
    (re.compile(r"/cases/[^/]+/signed$"), LARGEST_UPLOAD + FORM_AROUND),
    (re.compile(r"/visits/photograph$"), LARGEST_PICTURE + FORM_AROUND),
)
FOR_MACHINES = ("/callbacks/", "/mpay/", "/saml/")
REFUSED = Counter("ghiseu_bodies_refused_total", "Requests refused by the size of their body", ["status"])
MOST_DIGITS = 12
BAD_REQUEST, LENGTH_REQUIRED, TOO_LARGE = 400, 411, 413
log = structlog.get_logger()


def limit_of(path: str) -> int:
    """Return how many bytes a request to the path may carry."""
    return next((limit for pattern, limit in LIMITS if pattern.match(path)), OTHERWISE)


class BodyLimits:
    """Middleware. Refuses a body by its announced length: 413; one that announces none: 411."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        limit = limit_of(request.path)
        status = _fault(request, limit)
        if not status:
            return self.respond(request)
        REFUSED.labels(status=status).inc()
        log.warning("request.body.refused", status=status, limit=limit)
        with translation.override(_language(request)):
            return _refusal(request, status, limit)


def _fault(request: HttpRequest, limit: int) -> int:
    announced = request.META.get("CONTENT_LENGTH") or ""
    if request.META.get("HTTP_TRANSFER_ENCODING", "identity").strip().lower() != "identity":
        return LENGTH_REQUIRED
    if not announced:
        return 0  # no body
    if not (announced.isascii() and announced.isdigit()):
        return BAD_REQUEST
    return TOO_LARGE if len(announced) > MOST_DIGITS or int(announced) > limit else 0


def _language(request: HttpRequest) -> str:
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _refusal(request: HttpRequest, status: int, limit: int) -> HttpResponse:
    if request.path.startswith(FOR_MACHINES):
        facts = {
            BAD_REQUEST: "Content-Length is not a number",
            LENGTH_REQUIRED: "send the body with Content-Length, not in chunks",
            TOO_LARGE: f"the body is longer than the {limit} bytes that this address takes",
        }
        return HttpResponse(facts[status], content_type="text/plain; charset=utf-8", status=status)
    megabytes = f"{limit / KILOBYTE / KILOBYTE:.2f}".rstrip("0").rstrip(".")
    cause = _("At most %(size)s MB can be sent here at once.") % {"size": megabytes}
    next_step = _("Send less: a smaller file, or the papers one by one.")
    if request.headers.get("Accept") == "application/json" or request.headers.get("X-Requested-With") == "fetch":
        return JsonResponse({"cause": cause, "next_step": next_step}, status=status)
    context = {"title": _("Too much was sent at once"), "cause": cause, "next_step": next_step}
    return render(request, "ui/error.html", context, status=status)
