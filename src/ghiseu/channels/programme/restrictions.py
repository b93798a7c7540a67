"""Cases of any centre that are kept and shown to few: the data-protection officer restricts one, and lifts that."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ghiseu.channels.programme.start import frame, turn_away
from ghiseu.foundation import clock
from ghiseu.foundation.access import SubjectIsActor
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.journeys.load_case import NoSuchCase
from ghiseu.journeys.restrict_case import ReasonMissing, all_restricted, lift_anywhere, restrict_anywhere
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """List what is restricted in all centres, and restrict a case by its number and a reason."""
    refused = turn_away(request, Role.DATA_PROTECTION_OFFICER)
    if refused is not None:
        return refused
    number, reason = request.POST.get("number", "").strip().upper(), request.POST.get("reason", "")
    unknown = missing = None
    if request.method == "POST":
        try:
            restrict_anywhere(number=number, reason=reason, officer=_officer(request), at=clock.now())
            return HttpResponseRedirect(reverse("programme:restrictions"))
        except NoSuchCase:
            unknown = _unknown()
        except SubjectIsActor:
            unknown = _own()
        except ReasonMissing:
            missing = FieldError(
                cause=_("Nothing is written."), next_step=_("Write the reference of the objection, no name.")
            )
    fields = [
        Field(kind=Kind.TEXT, name="number", label=_("Case"), value=number, error=unknown, width="middle"),
        Field(kind=Kind.TEXT, name="reason", label=_("Reason"), value=reason, error=missing),
    ]
    return _page(request, fields, status=422 if unknown or missing else 200)


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Lift the restriction of a case; what is over is destroyed the next night."""
    refused = turn_away(request, Role.DATA_PROTECTION_OFFICER)
    if refused is not None:
        return refused
    number, error = request.POST.get("number", ""), None
    try:
        lift_anywhere(number=number, officer=_officer(request), at=clock.now())
    except NoSuchCase:
        error = _unknown()
    except SubjectIsActor:
        error = _own()
    if error is None:
        return HttpResponseRedirect(reverse("programme:restrictions"))
    fields = [
        Field(kind=Kind.TEXT, name="number", label=_("Case"), value=number, error=error, width="middle"),
        Field(kind=Kind.TEXT, name="reason", label=_("Reason")),
    ]
    return _page(request, fields, status=422)


def _page(request: HttpRequest, fields: list[Field], *, status: int) -> HttpResponse:
    context = {
        "frame": frame(_officer(request)),
        "rows": all_restricted(),
        "fields": fields,
        "errors": failing_fields(fields),
    }
    response = render(request, "programme/restrictions.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _unknown() -> FieldError:
    return FieldError(cause=_("No case has this number."), next_step=_("Check the number."))


def _own() -> FieldError:
    return FieldError(cause=_("This is your own matter. Nobody serves themselves."), next_step=_("Ask a colleague."))


def _officer(request: HttpRequest) -> WithoutDesk:
    person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
    return person
