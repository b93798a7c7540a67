"""What the rules of detection found, for the data-protection officer: a list, and one page for each finding."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ghiseu.channels.programme.start import frame, turn_away
from ghiseu.foundation import clock
from ghiseu.foundation.audit.findings import ReasonMissing
from ghiseu.foundation.audit.models import Finding, Verdict
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.journeys.review_findings import OwnFinding, all_findings, open_finding, review_finding
from ghiseu.journeys.watch_rules import Severity
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role

RULES = {
    "own-relatives": gettext_lazy("Looked at a relative"),
    "colleague": gettext_lazy("Looked at a colleague"),
    "out-of-hours": gettext_lazy("Looked outside opening hours"),
    "burst": gettext_lazy("Looked at many people in a short time"),
    "burst-of-searches": gettext_lazy("Searched for many people in a short time"),
    "repeated": gettext_lazy("Looked at one person again and again, and no case went on"),
    "without-case": gettext_lazy("Typed numbers of people without a document and without a case"),
    "own-surname": gettext_lazy("Looked at many people of their own surname"),
}
SEVERITIES = {
    Severity.HIGH: (gettext_lazy("high"), "bad"),
    Severity.MEDIUM: (gettext_lazy("middle"), "warning"),
    Severity.LOW: (gettext_lazy("low"), "muted"),
}
VERDICTS = {
    Verdict.EXPLAINED: (gettext_lazy("Explained"), "good"),
    Verdict.TO_INVESTIGATE: (gettext_lazy("To be investigated"), "bad"),
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the findings of all centres by severity; `all=1` shows also those that were explained."""
    refused = turn_away(request, Role.DATA_PROTECTION_OFFICER)
    if refused is not None:
        return refused
    with_explained = request.GET.get("all") == "1"
    found = all_findings(with_explained=with_explained, at=clock.now())
    context = {
        "frame": frame(_person(request)),
        "lines": found.lines,
        "left_off": found.left_off,
        "with_explained": with_explained,
        **_words(),
    }
    return _kept_by_nobody(render(request, "programme/findings.html", context))


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, centre: str, finding: int) -> HttpResponse:
    """Show one finding with its look-ups; take what the officer thinks of it (POST)."""
    refused = turn_away(request, Role.DATA_PROTECTION_OFFICER)
    if refused is not None:
        return refused
    error, status = None, 200
    try:
        if request.method == "POST":
            error = _review(request, centre, finding)
            if error is None:
                return HttpResponseRedirect(reverse("programme:findings"))
            status = 422
        return _kept_by_nobody(_one(request, centre, finding, error=error, status=status))
    except Finding.DoesNotExist:
        return _refuse(request, 404, _("There is no such finding"), _("The number is not that of a finding."))
    except OwnFinding:
        return _refuse(request, 403, _("A colleague has to judge"), _("This finding is about your own look-ups."))


def _review(request: HttpRequest, centre: str, finding: int) -> FieldError | None:
    told = request.POST.get("verdict", "")
    try:
        review_finding(
            centre_code=centre,
            finding_id=finding,
            verdict=Verdict(told) if told in Verdict.values else Verdict.TO_INVESTIGATE,
            note=request.POST.get("note", ""),
            by_id=_person(request).operator_id,
            at=clock.now(),
        )
    except ReasonMissing:
        return FieldError(
            cause=_("No reason was given."), next_step=_("Write what you found out, or what is to be asked.")
        )
    return None


def _one(request: HttpRequest, centre: str, finding: int, *, error: FieldError | None, status: int) -> HttpResponse:
    file = open_finding(
        centre_code=centre,
        finding_id=finding,
        by_id=_person(request).operator_id,
        language=(get_language() or "ro")[:2],
        at=clock.now(),
    )
    note = Field(kind=Kind.TEXTAREA, name="note", label=_("What you found out, or what is to be asked"), error=error)
    context = {
        "frame": frame(_person(request)),
        "file": file,
        "note": note,
        "errors": failing_fields((note,)),
        "investigate": Verdict.TO_INVESTIGATE.value,
        "explained": Verdict.EXPLAINED.value,
        **_words(),
    }
    return render(request, "programme/finding.html", context, status=status)


def _words() -> dict[str, object]:
    return {"rules": RULES, "severities": SEVERITIES, "verdicts": VERDICTS}


def _person(request: HttpRequest) -> WithoutDesk:
    person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
    return person


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse(request: HttpRequest, status: int, title: str, cause: str) -> HttpResponse:
    context = {
        "title": title,
        "cause": cause,
        "next_step": _("Go back to the list."),
        "back_url": reverse("programme:findings"),
    }
    return render(request, "ui/error.html", context, status=status)
