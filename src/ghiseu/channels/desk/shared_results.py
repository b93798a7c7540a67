"""Results in MDocs: where they are, until when the person may read them there, and the two buttons for it."""

from collections.abc import Sized

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.ui.filters import long_date
from ghiseu.journeys import share_result
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.modules.documents import sharing
from ghiseu.modules.documents.models import SharedResult
from ghiseu.modules.documents.sharing_models import SharingState

WORDS = {
    SharingState.WAITING: (gettext_lazy("on its way to MDocs"), "warning"),
    SharingState.UNKNOWN: (gettext_lazy("MDocs did not answer; it is asked again"), "warning"),
    SharingState.REFUSED: (gettext_lazy("MDocs did not accept it"), "bad"),
    SharingState.WITHDRAWING: (gettext_lazy("being taken back from MDocs"), "warning"),
    SharingState.WITHDRAWN: (gettext_lazy("taken back from MDocs"), "muted"),
}
MAY_END = (SharingState.WAITING, SharingState.UNKNOWN, SharingState.SHARED)
MAY_BEGIN = (SharingState.WITHDRAWN, SharingState.REFUSED)


def shown(request: DeskRequest, file: OpenedCase, results: Sized) -> dict[str, object]:
    """Return the lines about results in MDocs, and which of the two buttons there are. Call it in a transaction."""
    rows = sharing.of_case(file.case) if len(results) else []
    offered = share_result.is_offered(file.case)
    states = {one.state for one in rows}
    return {
        "rows": [_line(request, one) for one in rows],
        "may_begin": offered and len(results) > 0 and (len(rows) < len(results) or bool(states & set(MAY_BEGIN))),
        "may_end": offered and bool(states & set(MAY_END)),
    }


def _line(request: DeskRequest, row: SharedResult) -> dict[str, object]:
    state = SharingState(row.state)
    if state is not SharingState.SHARED:
        words, tone = WORDS[state]
        return {"name": row.document.title, "words": words, "tone": tone, "why": row.refusal}
    day = {"day": long_date(clock.today(request.at_desk.time_zone, at=row.ends_at))}
    is_over = row.ends_at <= clock.now()
    told = _("was in MDocs until %(day)s") % day if is_over else _("in MDocs until %(day)s") % day
    return {"name": row.document.title, "words": told, "tone": "muted" if is_over else "good", "why": ""}


@require_POST
@desk_page()
def begin(request: DeskRequest, number: str) -> HttpResponse:
    """Put the results into MDocs for the person, or try again. Pressed twice it is done once."""
    try:
        share_result.share_results(number=number, at_desk=request.at_desk, at=clock.now())
    except share_result.NotOffered:
        return pages.refuse(
            request,
            status=409,
            title=_("MDocs is not connected"),
            cause=_("This installation has no connection to MDocs, or the person has no IDNP."),
            next_step=_("Hand the result over on paper."),
            back_url=reverse("desk:case", args=[number]),
        )
    return HttpResponseRedirect(reverse("desk:case", args=[number]))


@require_POST
@desk_page()
def end(request: DeskRequest, number: str) -> HttpResponse:
    """Take the results back from MDocs. Pressed twice it is done once."""
    share_result.withdraw_results(number=number, at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
