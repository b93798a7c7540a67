"""Cases of this centre that are kept and shown to few: the centre lead restricts one, and lifts that."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.journeys.load_case import NoSuchCase
from ghiseu.journeys.restrict_case import ReasonMissing, lift, restrict
from ghiseu.modules.cases import queries
from ghiseu.modules.centres.models import Role


@require_http_methods(["GET", "POST"])
@desk_page(Role.CENTRE_LEAD)
def page(request: DeskRequest) -> HttpResponse:
    """List what is restricted, and restrict a case by its number and a reason."""
    number, reason = request.POST.get("number", "").strip().upper(), request.POST.get("reason", "")
    unknown = missing = None
    if request.method == "POST":
        try:
            restrict(number=number, reason=reason, at_desk=request.at_desk, at=clock.now())
            return HttpResponseRedirect(reverse("desk:restrictions"))
        except NoSuchCase:
            unknown = FieldError(cause=_("No case of this centre has this number."), next_step=_("Check the number."))
        except ReasonMissing:
            missing = FieldError(
                cause=_("Nothing is written."), next_step=_("Write the reference of the objection, no name.")
            )
    fields = [
        Field(kind=Kind.TEXT, name="number", label=_("Case"), value=number, error=unknown, width="middle"),
        Field(kind=Kind.TEXT, name="reason", label=_("Reason"), value=reason, error=missing),
    ]
    rows = queries.restricted(centre_id=request.at_desk.centre_id)
    context = {"rows": rows, "fields": fields, "errors": failing_fields(fields)}
    return pages.render(request, "desk/restrictions.html", context, status=422 if unknown or missing else 200)


@require_POST
@desk_page(Role.CENTRE_LEAD)
def end(request: DeskRequest) -> HttpResponse:
    """Lift the restriction of a case; what is over is destroyed the next night."""
    lift(number=request.POST.get("number", ""), at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(reverse("desk:restrictions"))
