"""My data here: everything that is kept about the person at the desk, on paper and as a file, in one go."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.journeys.my_data import as_file, my_data
from ghiseu.journeys.my_data_paper import my_data_paper
from ghiseu.journeys.who_looked import IdentityNotSeen
from ghiseu.modules.documents.papers import Size, render


@require_GET
@desk_page()
def paper(request: DeskRequest) -> HttpResponse:
    """Draw everything on paper in the person's language, in large print; `size=normal` saves paper."""
    visit = pages.open_visit(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    at = clock.now()
    try:
        data = my_data(visit=visit, at_desk=request.at_desk, language=visit.language, form="paper", at=at)
    except IdentityNotSeen:
        return not_seen(request)
    size = Size.NORMAL if request.GET.get("size") == "normal" else Size.LARGE
    drawn = render(my_data_paper(data, visit, at_desk=request.at_desk, at=at), size=size)
    return as_pdf(drawn, f"{visit.number}-my-data.pdf")


@require_POST
@desk_page()
def file(request: DeskRequest) -> HttpResponse:
    """Give the same as a file, to be put onto what the person brought."""
    visit = pages.visit_of_form(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    try:
        data = my_data(visit=visit, at_desk=request.at_desk, language=visit.language, form="file", at=clock.now())
    except IdentityNotSeen:
        return not_seen(request)
    response = HttpResponse(as_file(data), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{visit.number}-my-data.json"'
    return response


def not_seen(request: DeskRequest) -> HttpResponse:
    """Say that nobody's data is given to somebody whose document was not seen."""
    return pages.refuse(
        request,
        status=403,
        title=_("No identity document was seen"),
        cause=_("Somebody's data is given to that person alone."),
        next_step=_("End the visit, and open it anew with the document."),
        back_url=reverse("desk:visit"),
    )
