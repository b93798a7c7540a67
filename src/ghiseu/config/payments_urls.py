"""Every address of the process that only MPay calls."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from ghiseu.channels.callbacks import mpay
from ghiseu.config import health

PLAIN = "text/plain; charset=utf-8"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is at this address."""
    del request, exception
    return HttpResponse("nothing is here", content_type=PLAIN, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """Say that we failed: MPay repeats a confirmation until it succeeds, and nothing was half done."""
    del request
    return HttpResponse("failed here; send it again", content_type=PLAIN, status=500)


urlpatterns: list[URLPattern] = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("mpay/service", mpay.service, name="mpay-service"),
]
handler404 = not_found
handler500 = fault
