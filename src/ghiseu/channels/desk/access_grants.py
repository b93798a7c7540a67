"""Who of support asked to read a case of this centre: the centre lead agrees, turns down, or ends it."""

from contextlib import suppress

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.modules.centres import grants
from ghiseu.modules.centres.grant_models import AccessGrant
from ghiseu.modules.centres.models import Role


@require_GET
@desk_page(Role.CENTRE_LEAD)
def page(request: DeskRequest) -> HttpResponse:
    """List what was asked for, newest first, with both names."""
    at = clock.now()
    rows = [{"grant": one, "waits": one.waits(at), "is_open": one.is_in_force(at)} for one in grants.of_centre(at=at)]
    return pages.render(request, "desk/access_grants.html", {"rows": rows})


@require_POST
@desk_page(Role.CENTRE_LEAD)
def approve(request: DeskRequest, grant: int) -> HttpResponse:
    """Agree: the asker may read the case until the hours are over."""
    # Somebody else may have agreed or ended it meanwhile; the list shows where it stands.
    with suppress(grants.NotWaiting, grants.TwoPeopleNeeded):
        try:
            grants.approve(grant, scope=request.at_desk.scope, at=clock.now())
        except AccessGrant.DoesNotExist:
            return pages.no_case_here(request)
    return HttpResponseRedirect(reverse("desk:access-grants"))


@require_POST
@desk_page(Role.CENTRE_LEAD)
def end(request: DeskRequest, grant: int) -> HttpResponse:
    """Turn the question down, or end what was agreed to before its time."""
    try:
        grants.end(grant, scope=request.at_desk.scope, at=clock.now())
    except AccessGrant.DoesNotExist:
        return pages.no_case_here(request)
    return HttpResponseRedirect(reverse("desk:access-grants"))
