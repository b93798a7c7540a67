"""One box finds people, cases and services: by number, IDNP, name in any script, or the citizen's words."""

from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render as bare_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import asking, pages, reach, words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.ui.parts import SearchHit
from ghiseu.journeys.find_people import find_cases, names_one
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.catalogue import queries as catalogue


@require_http_methods(["GET", "POST"])
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """Take the words (POST) and lead to what fits (GET); with `fragment` answer with the lines under the box."""
    at = clock.now()
    if request.method == "POST" and request.POST.get("fragment"):
        asked = asking.asked_now(request)
        hits = _hits(request, asked, shows_people=names_one(asked), at=at)  # half a name shows nobody
        return bare_render(request, "desk/hits.html", {"hits": hits})
    if request.method == "POST":
        return HttpResponseRedirect(reverse("desk:find") + asking.keep(request))
    asked = asking.kept(request)
    hits = _hits(request, asked, shows_people=True, at=at)
    return pages.render(request, "desk/find.html", {"asked": asked, "hits": hits})


def _hits(request: DeskRequest, asked: str, *, shows_people: bool, at: datetime) -> list[SearchHit]:
    if not asked:
        return []
    language = pages.page_language()
    rows = find_cases(words=asked, language=language, at_desk=request.at_desk, at=at) if shows_people else []
    reach.name(request, (row.number for row in rows), visit=pages.open_visit(request))
    on = clock.today(request.at_desk.time_zone, at=at)
    services = catalogue.search(asked, language=language, on=on, limit=5)
    hits = [
        SearchHit(
            href=reverse("desk:case", args=[row.number]),
            title=_("Restricted") if row.is_covered else f"{row.holder} · {row.service}",
            detail=row.number,
            tag="" if row.is_covered else words.STATES[CaseState(row.state)],
        )
        for row in rows
    ]
    return hits + [
        SearchHit(href=reverse("desk:service", args=[one.code]), title=one.name, tag=_("service")) for one in services
    ]
