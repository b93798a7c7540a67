"""Who looked at the data of the person at the desk: a page to read with them, and a paper to take home."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.journeys.looked_paper import looked_paper, span
from ghiseu.journeys.who_looked import IdentityNotSeen, LookLine, who_looked
from ghiseu.modules.documents.papers import Size, render

AT_ONCE = 20


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One line, and when it was by the clock of the centre."""

    when: str
    line: LookLine


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """Show what was looked at, by whom (role and number) and why, newest first, twenty lines at once."""
    visit = pages.open_visit(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    language = pages.page_language()
    try:
        lines = who_looked(visit=visit, at_desk=request.at_desk, language=language, at=clock.now())
    except IdentityNotSeen:
        return _not_seen(request)
    last = max(1, -(-len(lines) // AT_ONCE))
    number = min(max(_number(request.GET.get("page", "")), 1), last)
    here, zone = reverse("desk:looks"), ZoneInfo(request.at_desk.time_zone)
    context = {
        "person": visit.person.full_name or visit.person.document,
        "rows": [Shown(when=span(one, zone), line=one) for one in lines[(number - 1) * AT_ONCE : number * AT_ONCE]],
        "number": number,
        "last": last,
        "newer": f"{here}?page={number - 1}" if number > 1 else "",
        "older": f"{here}?page={number + 1}" if number < last else "",
    }
    return pages.render(request, "desk/looks.html", context)


@require_GET
@desk_page()
def paper(request: DeskRequest) -> HttpResponse:
    """Draw the same on paper in the person's language; `size=large` prints 18 points."""
    visit = pages.open_visit(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    at = clock.now()
    try:
        lines = who_looked(visit=visit, at_desk=request.at_desk, language=visit.language, at=at, is_printed=True)
    except IdentityNotSeen:
        return _not_seen(request)
    size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
    drawn = render(looked_paper(visit, lines, at_desk=request.at_desk, at=at), size=size)
    return as_pdf(drawn, f"{visit.number}-who-looked.pdf")


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 5 else 1  # noqa: PLR2004 - pages, not more


def _not_seen(request: DeskRequest) -> HttpResponse:
    return pages.refuse(
        request,
        status=403,
        title=_("No identity document was seen"),
        cause=_("Who looked at somebody's data is told to that person alone."),
        next_step=_("End the visit, and open it anew with the document."),
        back_url=reverse("desk:visit"),
    )
