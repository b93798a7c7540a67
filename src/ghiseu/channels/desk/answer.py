"""A status check: the institution is asked once, the answer is read aloud and printed, and the case is done."""

from contextlib import suppress
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import case_words, form_values, pages, words
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import make_papers
from ghiseu.journeys.ask_status import NoAnswer, ask_status, told_before
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.papers import Size, render

_WHY = {
    "silent": gettext_lazy("The institution does not answer now. Try again later; the case stays open."),
    "unusable": gettext_lazy("The institution answered something that cannot be used. Nothing of it is shown."),
    "refused": gettext_lazy("The institution refused the question. Call it."),
}


def _notes(file: OpenedCase) -> list[str]:
    """Return what the package has to say beside an answer, in the person's language."""
    notes = [one.id for one in file.judged.evaluation.notes if one.at in {"result", "slip"}]
    return [file.package.text(f"notes.{one}", file.case.language) for one in notes]


@require_http_methods(["GET", "POST"])
@desk_page(asks_outside=True)
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Ask (POST), and show what was answered; `paper=1` prints the answer, `size=large` in 18 points."""
    at = clock.now()
    try:
        with transaction():
            known = load_case(number=number, at_desk=request.at_desk, at=at)
            if case_words.first_page(known) != request.path:
                return HttpResponseRedirect(reverse("desk:case", args=[number]))  # not a service that is only asked
        if request.method == "POST":
            with suppress(NoAnswer):  # kept, and shown by the page
                ask_status(number=number, at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(request.path)
    except NoSuchCase:
        with transaction():
            return no_such_case(request)
    return _page(request, number, at)


def _page(request: DeskRequest, number: str, at: datetime) -> HttpResponse:
    told, fault = None, ""
    with transaction():
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
        try:
            told = told_before(file)
        except NoAnswer as silence:
            fault = str(_WHY[silence.why])
        if told is not None and request.GET.get("paper"):
            size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
            answer = make_papers.status_paper(file, told, at_desk=request.at_desk, at=at)
            return as_pdf(render(answer, size=size), f"{number}-answer.pdf")
        context = {
            "case": file.case,
            "name": file.package.name(pages.page_language()),
            "state": words.STATES[CaseState(file.case.state)],
            "tone": words.STATE_TONES[CaseState(file.case.state)],
            "told": told,
            "not_found": told is not None and not told.facts,
            "fault": fault,
            "filed_on": form_values.show(str(told.facts.get("filed_on") or "")) if told is not None else "",
            "notes": _notes(file) if told is not None else [],
            "nothing": _("The institution holds no such request."),
        }
        return pages.render(request, "desk/answer.html", context, status=503 if fault else 200)
