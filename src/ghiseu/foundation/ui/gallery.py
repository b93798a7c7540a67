"""Every component in every state on one page, for people who build pages and for the accessibility test.

Served only where `DEBUG_GALLERY` is on; shows invented people.
"""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from ghiseu.foundation.ui import gallery_samples as samples
from ghiseu.foundation.ui.parts import Field, failing_fields


def show(request: HttpRequest) -> HttpResponse:
    """Show the gallery; `?errors=1` as a page that was refused, `?idle=<seconds>` with a short idle lock."""
    fields = samples.fields()
    refused = request.GET.get("errors") == "1"
    shown = fields if refused else [without_error(one) for one in fields]
    context = {
        "frame": replace(samples.frame(), idle_seconds=int(request.GET.get("idle") or 300)),
        "page_keys": samples.keys(),
        "fields": shown,
        "errors": failing_fields(shown),
        "prefilled": samples.prefilled(),
        "samples": samples,
    }
    return render(request, "ui/gallery.html", context, status=422 if refused else 200)


def without_error(one: Field) -> Field:
    """Return the field as it is before anybody judged it."""
    rows = tuple(tuple(without_error(cell) for cell in row) for row in one.rows)
    return replace(one, error=None, rows=rows)


def show_bare(request: HttpRequest) -> HttpResponse:
    """Show a page without an operator: the page of a failure."""
    return render(request, "ui/error.html", samples.failure())


def search(request: HttpRequest) -> HttpResponse:
    """Answer the gallery's search box with the hits whose words begin with what was typed."""
    words = (request.POST.get("q") or request.GET.get("q", "")).casefold().split()
    hits = [hit for hit in samples.hits() if all(word in str(hit.title).casefold() for word in words)]
    return render(request, "ui/gallery_hits.html", {"hits": hits})


@require_POST
def save(request: HttpRequest) -> JsonResponse:
    """Answer like a page that saves field by field: "conflict" meets another's answer, "wrong" is refused."""
    value = request.POST.get("value", "")
    if value == "conflict":
        return JsonResponse({"version": 9, "value": "Orhei", "by": "Ana"}, status=409)
    if value == "wrong":
        return JsonResponse({"cause": "Not a place.", "next_step": "Choose another."}, status=422)
    return JsonResponse({"version": int(request.POST.get("version") or 0) + 1})
