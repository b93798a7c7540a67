"""What happens to every request before a channel sees it."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from ghiseu.foundation.wire import correlated_as, new_correlation_id

Respond = Callable[[HttpRequest], HttpResponse]
_TRACE = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class Correlation:
    """Takes the trace id of the caller's `traceparent`, or makes one, and answers with it."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = _TRACE.fullmatch(request.headers.get("traceparent", ""))
        identifier = found.group(1) if found else new_correlation_id()
        with correlated_as(identifier):
            response = self.respond(request)
        response["X-Correlation-Id"] = identifier
        return response


class Language:
    """Shows the page in the language of the cookie, else of the operator, else Romanian."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = {code for code, _ in settings.LANGUAGES}
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if wanted not in known:
            wanted = getattr(getattr(request, "operator", None), "language", "") or settings.LANGUAGE_CODE
        with translation.override(wanted if wanted in known else settings.LANGUAGE_CODE):
            response = self.respond(request)
        response.headers.setdefault("Content-Language", wanted)
        return response


class CompressedPages(GZipMiddleware):
    """Sends pages and JSON compressed: on a village line most of the waiting is for bytes. Papers are so already.

    The tokens in a page are masked anew each time and the length is blurred, so that it gives nothing away (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith(("text/", "application/json")):
            return super().process_response(request, response)
        return response
