"""Incidents with personal data, for the data-protection officer: two clocks, who is affected, letters, the end."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ghiseu.channels.programme.incident_fields import (
    KINDS,
    NotAMoment,
    NotInTheList,
    moment,
    not_a_moment,
    not_in_the_list,
    reach_fields,
    reach_of,
    told_fields,
    typed_of,
    what_fields,
)
from ghiseu.channels.programme.start import frame, turn_away
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import FieldError, failing_fields
from ghiseu.journeys import breach_letter, find_affected, mind_incident
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.documents.papers import render as draw
from ghiseu.modules.privacy import incidents
from ghiseu.modules.privacy.incidents import LANGUAGES, DutiesOpen, IncidentClosed, NotTold, NotYet
from ghiseu.modules.privacy.models import Duty, DutyKind, DutyState, Incident, IncidentKind, IncidentState

# Who opens incidents and sees whom they touched: nobody else of the programme.
OFFICER = Role.DATA_PROTECTION_OFFICER
DUTIES = {
    DutyKind.EARLY_WARNING: gettext_lazy("Cybersecurity: early warning, 24 hours"),
    DutyKind.DATA_AUTHORITY: gettext_lazy("National Center for Personal Data Protection: notification, 72 hours"),
    DutyKind.CYBER_NOTIFICATION: gettext_lazy("Cybersecurity: notification, 72 hours"),
    DutyKind.FINAL_REPORT: gettext_lazy("Cybersecurity: final report, one month after the notification"),
    DutyKind.PEOPLE_TOLD: gettext_lazy("The people are told, without delay when the risk is high"),
}
STATES = {IncidentState.OPEN: gettext_lazy("Open"), IncidentState.CLOSED: gettext_lazy("Closed")}
View = Callable[..., HttpResponse]


def _officers(view: View) -> View:
    """Let the officer alone in; an incident that is not there is answered in words."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str | int) -> HttpResponse:
        refused = turn_away(request, OFFICER)
        if refused is not None:
            return refused
        try:
            response = view(request, **named)
        except (Incident.DoesNotExist, Duty.DoesNotExist):
            response = _refuse(request, 404, _("There is no such incident"), _("No incident has this number."))
        except IncidentClosed:
            response = _refuse(request, 409, _("The incident is closed"), _("A closed incident is not changed."))
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


@require_http_methods(["GET", "POST"])
@_officers
def page(request: HttpRequest) -> HttpResponse:
    """List the incidents (GET); open one (POST)."""
    typed = request.POST.dict()
    errors: dict[str, FieldError] = {}
    if request.method == "POST":
        opened, errors = _open(typed, _officer_id(request))
        if opened is not None:
            return HttpResponseRedirect(reverse("programme:incident", args=[opened.pk]))
    at = clock.now()
    with transaction():
        fields = (*what_fields(typed, errors), *reach_fields(typed, errors))
        rows = [_row(one, at) for one in incidents.newest()]
    context = {
        "frame": frame(_person(request)),
        "rows": rows,
        "fields": fields,
        "errors": failing_fields(fields),
    }
    return render(request, "programme/incidents.html", context, status=422 if errors else 200)


def _open(typed: dict[str, str], by_id: int) -> tuple[Incident | None, dict[str, FieldError]]:
    kind = typed.get("kind", "")
    try:
        opened = mind_incident.open_incident(
            kind=IncidentKind(kind) if kind in IncidentKind.values else IncidentKind.BOTH,
            aware_at=moment(typed, "aware_at"),
            what_happened=typed.get("what_happened", ""),
            reach=reach_of(typed),
            by_id=by_id,
            at=clock.now(),
        )
    except NotTold:
        return None, {"what_happened": FieldError(cause=_("This is empty."), next_step=_("Write it down."))}
    except (NotAMoment, NotInTheList, NotYet, mind_incident.NoSuchCentre) as fault:
        return None, _wrong(fault, "aware_at")
    return opened, {}


def _wrong(fault: Exception, when: str) -> dict[str, FieldError]:
    """Return what is wrong with what was typed, by field."""
    if isinstance(fault, NotAMoment):
        return {fault.field: not_a_moment()}
    if isinstance(fault, NotInTheList):
        return {fault.field: not_in_the_list()}
    if isinstance(fault, NotYet):
        error = FieldError(cause=_("The order of the moments is wrong."), next_step=_("It cannot begin after its end."))
        return {when: error}
    return {"centre": FieldError(cause=_("There is no such centre."), next_step=_("Choose one of the list."))}


@require_GET
@_officers
def one(request: HttpRequest, *, incident: int) -> HttpResponse:
    """Show an incident with its clocks."""
    return _one(request, incident, typed=None, errors={})


@require_POST
@_officers
def count(request: HttpRequest, *, incident: int) -> HttpResponse:
    """Count whom the incident touched, and show it; each time the journals of the centres say so."""
    counted = find_affected.count_affected(incident_id=incident, by_id=_officer_id(request), at=clock.now())
    return _one(request, incident, typed=None, errors={}, counted=counted)


def _one(
    request: HttpRequest,
    number: int,
    *,
    typed: dict[str, str] | None,
    errors: dict[str, FieldError],
    counted: find_affected.Counted | None = None,
) -> HttpResponse:
    at = clock.now()
    with transaction():
        found = Incident.objects.prefetch_related("duties").select_related("opened_by").get(pk=number)
        kept = typed_of(found) if typed is None else typed
        fields = (*reach_fields(kept, errors), *told_fields(kept))
    context = {
        "frame": frame(_person(request)),
        "found": found,
        "kind": KINDS[IncidentKind(found.kind)],
        "is_open": found.state == IncidentState.OPEN,
        "state": STATES[IncidentState(found.state)],
        "duties": _duties(found, at),
        "counted": counted,
        "letters": LANGUAGES,
        "fields": fields,
        "errors": failing_fields(fields),
    }
    return render(request, "programme/incident.html", context, status=422 if errors else 200)


@require_POST
@_officers
def change(request: HttpRequest, *, incident: int) -> HttpResponse:
    """Change what the incident is about and what people are told."""
    typed = request.POST.dict()
    told = {one: typed.get(f"told_{one}", "") for one in LANGUAGES}
    try:
        reach = reach_of(typed)
        mind_incident.change_incident(
            incident_id=incident, reach=reach, told=told, by_id=_officer_id(request), at=clock.now()
        )
    except (NotAMoment, NotInTheList, NotYet, mind_incident.NoSuchCentre) as fault:
        return _one(request, incident, typed=typed, errors=_wrong(fault, "to_at"))
    return _back_to(incident)


@require_POST
@_officers
def duty_done(request: HttpRequest, *, incident: int, duty: str) -> HttpResponse:
    """Mark a duty as done, or as not needed with the reason."""
    if duty not in DutyKind.values:
        raise Duty.DoesNotExist
    try:
        mind_incident.end_duty(
            incident_id=incident,
            kind=DutyKind(duty),
            to=DutyState.NOT_NEEDED if request.POST.get("state") == DutyState.NOT_NEEDED else DutyState.DONE,
            reason=request.POST.get("note", ""),
            by_id=_officer_id(request),
            at=clock.now(),
        )
    except NotTold:
        return _refuse(request, 422, _("No reason was given"), _("A duty is not needed for a reason: write it down."))
    except StepNotAllowed:
        return _back_to(incident)  # it was marked meanwhile; the page shows it
    return _back_to(incident)


@require_POST
@_officers
def close(request: HttpRequest, *, incident: int) -> HttpResponse:
    """Close the incident when every duty is done or not needed."""
    try:
        mind_incident.close_incident(incident_id=incident, by_id=_officer_id(request), at=clock.now())
    except DutiesOpen:
        return _refuse(request, 409, _("A duty is still open"), _("Mark every duty as done or as not needed first."))
    return _back_to(incident)


@require_POST
@_officers
def people(request: HttpRequest, *, incident: int) -> HttpResponse:
    """Give the list of the people as a table; the journal of each person says so."""
    table = find_affected.export_affected(incident_id=incident, by_id=_officer_id(request), at=clock.now())
    response = HttpResponse(table, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="incident-{incident}-people.csv"'
    return response


@require_GET
@_officers
def letter(request: HttpRequest, *, incident: int, language: str) -> HttpResponse:
    """Draw the draft of the letter to the people in one language."""
    try:
        paper = breach_letter.breach_letter(
            incident_id=incident, language=language, by_id=_officer_id(request), at=clock.now()
        )
    except breach_letter.NoLetterInLanguage as error:
        raise Incident.DoesNotExist from error
    response = HttpResponse(draw(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="incident-{incident}-letter-{language}.pdf"'
    return response


def _row(one: Incident, at: datetime) -> dict[str, object]:
    duties = _duties(one, at)
    return {
        "incident": one,
        "kind": KINDS[IncidentKind(one.kind)],
        "state": STATES[IncidentState(one.state)],
        "is_open": one.state == IncidentState.OPEN,
        "next": next((duty for duty in duties if duty["is_due"] and duty["due_at"]), None),
    }


def _duties(found: Incident, at: datetime) -> list[dict[str, object]]:
    """Return the duties in the order in which they fall due, each with the hours that are left."""
    rows = sorted(found.duties.all(), key=lambda one: (one.due_at is None, one.due_at or at, one.pk))
    return [
        {
            "duty": one,
            "label": DUTIES[DutyKind(one.kind)],
            "due_at": one.due_at,
            "is_due": one.state == DutyState.DUE,
            "is_done": one.state == DutyState.DONE,
            "was_late": one.due_at is not None and (one.ended_at or at) > one.due_at,
            "hours_left": int((one.due_at - at).total_seconds() // 3600) if one.due_at else None,
        }
        for one in rows
    ]


def _back_to(incident: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("programme:incident", args=[incident]))


def _person(request: HttpRequest) -> WithoutDesk:
    person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
    return person


def _officer_id(request: HttpRequest) -> int:
    return _person(request).operator_id


def _refuse(request: HttpRequest, status: int, title: str, cause: str) -> HttpResponse:
    context = {
        "title": title,
        "cause": cause,
        "next_step": _("Go back to the list."),
        "back_url": reverse("programme:incidents"),
    }
    return render(request, "ui/error.html", context, status=status)
