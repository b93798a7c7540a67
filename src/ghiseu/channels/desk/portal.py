"""Guided hand-over: the institution's portal in the next window, each value copied by one key, its number filed."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import form_values, pages, words
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import CopyValue, Field, FieldError, Kind, Option, failing_fields
from ghiseu.journeys import make_papers
from ghiseu.journeys.end_case import FiledNumber, NumberMissing, portal_answered
from ghiseu.journeys.end_case import file_number as keep_number
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.papers import render


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the values in the portal's order; `sheet=1` prints them for a desk with one small screen."""
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    if request.GET.get("sheet"):
        values = [(str(one.label), one.value) for one in _values(file)]
        sheet = make_papers.portal_sheet(file, values, at_desk=request.at_desk, at=clock.now())
        return as_pdf(render(sheet), f"{number}-portal.pdf")
    return _page(request, file, fault="")


def _page(request: DeskRequest, file: OpenedCase, *, fault: str, status: int = 200) -> HttpResponse:
    context = {
        "case": file.case,
        "name": file.package.name(pages.page_language()),
        "state": words.STATES[CaseState(file.case.state)],
        "tone": words.STATE_TONES[CaseState(file.case.state)],
        "values": _values(file),
        "portal_url": settings.PORTAL_URLS.get(file.package.institution) or file.package.route.portal,
        "institution": make_papers.institution_name(file.package.institution, pages.page_language()),
        "sheet_url": reverse("desk:portal", args=[file.case.number]) + "?sheet=1",
        "open_there": file.case.state == CaseState.WITH_INSTITUTION,
        **_forms(file, fault),
    }
    return pages.render(request, "desk/portal.html", context, status=status)


def _forms(file: OpenedCase, fault: str) -> dict[str, object]:
    """Return the boxes for the portal's number and for its answer."""
    next_step = _("Copy it in the portal, then press the key and paste it.")
    filed = Field(
        kind=Kind.TEXT,
        name="institution_number",
        label=_("Number that the portal gave"),
        hint=_("Press F6, then Ctrl+V."),
        value=file.case.institution_number,
        width="middle",
        error=FieldError(cause=fault, next_step=next_step, key="F6") if fault else None,
        key="F6",
    )
    granted = Field(
        kind=Kind.RADIO,
        name="granted",
        label=_("Its answer"),
        value="yes",
        options=(Option(value="yes", label=_("The result is ready")), Option(value="no", label=_("Refused"))),
    )
    reason = Field(kind=Kind.TEXT, name="reason", label=_("What it said"), required=False)
    return {"filed": filed, "granted": granted, "reason": reason, "errors": failing_fields([filed])}


def _values(file: OpenedCase) -> list[CopyValue]:
    """Return label and value in the order of the portal's form; a choice in the words of the portal's language."""
    states = {state.field.id: state for state in file.judged.evaluation.fields}
    found = []
    for one in file.package.handover:
        state = states.get(one.field)
        if state is None or state.value in (None, "", [], {}):
            continue
        with override("ro"):
            value = form_values.say(state.value)
        for option in state.options:
            if option.value == state.value:
                value = file.package.text(option.text, "ro")
        found.append(
            CopyValue(
                label=one.portal_label,
                value=value,
                where=file.package.text(state.field.label_key, pages.page_language()),
            )
        )
    return found


@require_POST
@desk_page()
def file_number(request: DeskRequest, number: str) -> HttpResponse:
    """File the number that the portal gave."""
    filed = FiledNumber(institution_number=request.POST.get("institution_number", ""))
    try:
        keep_number(number=number, filed=filed, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    except NumberMissing:
        try:
            file = load_case(number=number, at_desk=request.at_desk, at=clock.now())
        except NoSuchCase:
            return no_such_case(request)
        return _page(request, file, fault=_("The number is missing."), status=422)
    except StepNotAllowed:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    return HttpResponseRedirect(reverse("desk:sent", args=[number]))


@require_POST
@desk_page()
def answer(request: DeskRequest, number: str) -> HttpResponse:
    """Record the answer that was read at the portal."""
    try:
        portal_answered(
            number=number,
            granted=request.POST.get("granted") == "yes",
            reason=request.POST.get("reason", "").strip(),
            at_desk=request.at_desk,
            at=clock.now(),
        )
    except NoSuchCase:
        return no_such_case(request)
    except StepNotAllowed:
        pass  # the case page shows where it stands
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
