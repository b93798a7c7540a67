"""One box finds people, cases and services: by number, IDNP, name in any script, or the citizen's words."""

from django.http import HttpResponse
from django.shortcuts import render as bare_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ghiseu.channels.desk import pages, words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.ui.parts import SearchHit
from ghiseu.journeys.find_people import find_cases, names_one
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.catalogue import queries as catalogue


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """Show cases and services that fit; `fragment` returns only the lines under the box."""
    asked = request.GET.get("q", "").strip()
    language = pages.page_language()
    rows, services = [], []
    is_typing = bool(request.GET.get("fragment"))
    if asked:
        if not is_typing or names_one(asked):  # half a name shows nobody
            rows = find_cases(words=asked, language=language, at_desk=request.at_desk, at=clock.now())
        services = catalogue.search(asked, language=language, on=clock.now().date(), limit=5)
    hits = [
        SearchHit(
            href=reverse("desk:case", args=[row.number]),
            title=f"{row.holder} · {row.service}",
            detail=row.number,
            tag=words.STATES[CaseState(row.state)],
        )
        for row in rows
    ]
    hits += [
        SearchHit(href=reverse("desk:service", args=[one.code]), title=one.name, tag=_("service")) for one in services
    ]
    if is_typing:
        return bare_render(request, "desk/hits.html", {"hits": hits})
    return pages.render(request, "desk/find.html", {"asked": asked, "hits": hits})
