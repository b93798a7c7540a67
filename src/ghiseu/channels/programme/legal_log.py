"""What the state's log of legal events is owed, and what it refused: the administrator's task."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.programme.start import frame, turn_away
from ghiseu.foundation import clock
from ghiseu.foundation.audit.shipping import ReasonMissing
from ghiseu.foundation.audit.shipping_models import Shipment
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.journeys import mind_legal_log
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role

AT_ONCE = 50
HOUR = 3600


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show what is owed, and each shipment that was refused with the two things to do about it."""
    refused = turn_away(request, Role.ADMINISTRATOR)
    return refused if refused is not None else _page(request)


@require_POST
def send_again(request: HttpRequest, centre: str, shipment: int) -> HttpResponse:
    """Let the worker ask the log and send again what it does not have."""
    refused = turn_away(request, Role.ADMINISTRATOR)
    if refused is not None:
        return refused
    try:
        mind_legal_log.send_again(
            centre_code=centre, shipment_id=shipment, by_id=_person(request).operator_id, at=clock.now()
        )
    except (Shipment.DoesNotExist, StepNotAllowed):
        return _gone(request)
    return HttpResponseRedirect(reverse("programme:legal-log"))


@require_POST
def send_all_again(request: HttpRequest) -> HttpResponse:
    """The same for everything that was refused."""
    refused = turn_away(request, Role.ADMINISTRATOR)
    if refused is not None:
        return refused
    mind_legal_log.send_all_again(by_id=_person(request).operator_id, at=clock.now())
    return HttpResponseRedirect(reverse("programme:legal-log"))


@require_POST
def set_aside(request: HttpRequest, centre: str, shipment: int) -> HttpResponse:
    """Give one shipment up, with the reason."""
    refused = turn_away(request, Role.ADMINISTRATOR)
    if refused is not None:
        return refused
    try:
        mind_legal_log.set_aside(
            centre_code=centre,
            shipment_id=shipment,
            reason=request.POST.get(f"reason-{shipment}", ""),
            by_id=_person(request).operator_id,
            at=clock.now(),
        )
    except ReasonMissing:
        return _page(request, without_reason=(centre, shipment))
    except (Shipment.DoesNotExist, StepNotAllowed):
        return _gone(request)
    return HttpResponseRedirect(reverse("programme:legal-log"))


def _page(request: HttpRequest, *, without_reason: tuple[str, int] | None = None) -> HttpResponse:
    at = clock.now()
    debt = mind_legal_log.debt(at=at)
    lines = mind_legal_log.refused()
    rows = [(one, _reason(one, without_reason)) for one in lines[:AT_ONCE]]
    context = {
        "frame": frame(_person(request)),
        "is_connected": mind_legal_log.is_connected(),
        "debt": debt,
        "hours": int(debt.age(at=at).total_seconds() // HOUR),
        "is_late": debt.is_late(at=at),
        "stops_reading": debt.stops_reading(at=at),
        "rows": rows,
        "errors": failing_fields([field for _line, field in rows]),
        "left_off": max(0, len(lines) - AT_ONCE),
    }
    response = render(request, "programme/legal_log.html", context, status=422 if without_reason else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _reason(line: mind_legal_log.RefusedLine, without_reason: tuple[str, int] | None) -> Field:
    shipment = line.shipment
    missing = FieldError(cause=_("No reason was given."), next_step=_("Write why it need not be registered."))
    return Field(
        kind=Kind.TEXT,
        name=f"reason-{shipment.pk}",
        label=_("Why it need not be registered"),
        error=missing if without_reason == (line.centre.code, shipment.pk) else None,
    )


def _person(request: HttpRequest) -> WithoutDesk:
    person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
    return person


def _gone(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("This shipment does not wait any more"),
        "cause": _("Somebody has dealt with it, or it never was."),
        "next_step": _("Go back to the list."),
        "back_url": reverse("programme:legal-log"),
    }
    return render(request, "ui/error.html", context, status=404)
