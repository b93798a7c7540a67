"""Browsers say which part of our content policy a page broke. Nothing of the page or of the person is kept."""

import json
from urllib.parse import urlsplit

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

LARGEST = 16 * 1024
MOST_IN_ONE = 10
# Reporting API, media type of the older `report-uri` and of the newer `report-to`.
TYPES = frozenset({"application/csp-report", "application/reports+json"})
_FETCHED = ("default", "script", "style", "img", "font", "connect", "media", "object", "frame", "child", "worker")
DIRECTIVES = frozenset(
    [f"{kind}-src" for kind in (*_FETCHED, "manifest")]
    + [f"{kind}-src-{part}" for kind in ("script", "style") for part in ("elem", "attr")]
    + ["frame-ancestors", "form-action", "base-uri"]
)
# What stands instead of an address when no address was blocked.
KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "self", "trusted-types-policy", "about"})
LONGEST_HOST = 100
# The older form first, then the newer one.
DIRECTIVE_NAMES = ("effective-directive", "violated-directive", "effectiveDirective")
BLOCKED_NAMES = ("blocked-uri", "blockedURL")
log = structlog.get_logger()


@csrf_exempt  # the browser sends it by itself, without a form
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Log the directive and the host of what was blocked, and nothing else. 204 whatever the report says.

    The address of the page, the referrer and samples of scripts are left out: they may tell of a person.
    Raises nothing; 413 when the body is too large, 415 for another media type, 400 for what is no JSON.
    """
    if request.content_type not in TYPES:
        return HttpResponse(status=415)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        told = json.loads(request.read(LARGEST))
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for directive, blocked in reports(told):
        log.warning("policy.violated", directive=directive, blocked_host=blocked)
    return HttpResponse(status=204)


def reports(told: object) -> list[tuple[str, str]]:
    """Return directive and blocked host of each report; what is neither is `other`. At most ten of one body."""
    rows = told if isinstance(told, list) else [told]
    found = []
    for row in rows[:MOST_IN_ONE]:
        body = row.get("csp-report") or row.get("body") if isinstance(row, dict) else None
        if isinstance(body, dict):
            found.append((_directive(_first(body, DIRECTIVE_NAMES)), _host(_first(body, BLOCKED_NAMES))))
    return found


def _first(body: dict[str, object], names: tuple[str, ...]) -> object:
    return next((body[name] for name in names if body.get(name)), None)


def _directive(told: object) -> str:
    first = told.split()[0] if isinstance(told, str) and told.split() else ""
    return first if first in DIRECTIVES else "other"


def _host(told: object) -> str:
    if not isinstance(told, str):
        return "other"
    if told in KEYWORDS:
        return told
    try:
        host = urlsplit(told).hostname or ""
    except ValueError:
        return "other"
    plain = host.isascii() and all(one.isalnum() or one in ".-:" for one in host)
    return host if host and plain and len(host) <= LONGEST_HOST else "other"
