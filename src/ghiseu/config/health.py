"""Is the process alive, is it ready, how is it doing; and the pages for what is not there or went wrong."""

from collections.abc import Callable
from time import perf_counter

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from ghiseu.config import certificates, legal_log
from ghiseu.foundation import clock
from ghiseu.foundation.crypto import (
    KeysFileDamaged,
    KeysFileMissing,
    KeysFileUnsafe,
    SelfTestFailed,
    configured_keyring,
    self_test,
)
from ghiseu.foundation.wire import correlation_id

REQUESTS = Counter("ghiseu_requests_total", "Requests answered", ["view", "method", "status"])
SECONDS = Histogram("ghiseu_request_seconds", "Server time of a request", ["view"])
WAITING = Gauge("ghiseu_jobs_waiting", "Jobs that wait to be done", ["queue"])
UNSEALED = Gauge("ghiseu_unsealed_records", "Records of agreements that wait for the platform's seal")
UNSEALED_FOR = Gauge("ghiseu_unsealed_records_oldest_seconds", "How long the oldest of them has been waiting")
log = structlog.get_logger()


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can answer."""
    del request
    return HttpResponse("alive", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database and the keys can be used; outside systems do not count."""
    del request
    faults = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        faults["database"] = "not reachable"
    try:
        self_test(configured_keyring())
    except (SelfTestFailed, KeysFileMissing, KeysFileUnsafe, KeysFileDamaged, OSError) as error:
        faults["keys"] = type(error).__name__
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return Prometheus metrics of this process, and how many jobs wait. Only to this machine or a named proxy."""
    # Behind a proxy on this machine everybody seems local; whoever came through one is told apart by its header.
    came_through = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    is_local = request.META.get("REMOTE_ADDR", "") in {"127.0.0.1", "::1", ""} and not came_through
    if not is_local and not settings.METRICS_OPEN:
        return HttpResponse(status=404)
    with connection.cursor() as cursor:
        cursor.execute("SELECT queue_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' GROUP BY queue_name")
        WAITING.clear()
        for queue, count in cursor.fetchall():
            WAITING.labels(queue=queue).set(count)
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min((args->>'since')::timestamptz)), 0) "
            "FROM procrastinate_jobs WHERE queue_name = 'seals' AND status IN ('todo', 'doing')"
        )
        unsealed, oldest = cursor.fetchone()
        UNSEALED.set(unsealed)
        UNSEALED_FOR.set(oldest)
    certificates.measure(at=clock.now())
    legal_log.measure(at=clock.now())
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


class Measure:
    """Counts and times every request under the name of its view, and writes one log line without personal data."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.respond(request)
        match = request.resolver_match
        view = (match.view_name if match else "") or "none"
        took = perf_counter() - began
        REQUESTS.labels(view=view, method=request.method, status=response.status_code).inc()
        SECONDS.labels(view=view).observe(took)
        if not request.path.startswith(("/static/", "/livez", "/readyz", "/metrics")):
            log.info(
                "request.answered",
                view=view,
                method=request.method,
                status=response.status_code,
                duration_ms=round(took * 1000, 1),
                correlation_id=correlation_id(),
            )
        return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is at this address."""
    del exception
    context = {"title": _("There is no such page"), "cause": "", "next_step": _("Go back to the desk and search.")}
    return render(request, "ui/error.html", context, status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """Say that we failed, with the number under which the log tells why. Nothing half-done remains."""
    context = {
        "title": _("Something went wrong on our side"),
        "cause": _("Nothing was half done."),
        "next_step": _("Try again. If it stays, tell your administrator the number below."),
        "number": correlation_id()[:12],
    }
    return render(request, "ui/error.html", context, status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not sent from a page of this sign-in. `reason` is Django's, for developers, and not shown."""
    del reason
    context = {
        "title": _("This page is too old to be sent"),
        "cause": _("You signed in again after it was opened. Nothing was changed."),
        "next_step": _("Go back, load the page again and press once more."),
    }
    return render(request, "ui/error.html", context, status=403)
