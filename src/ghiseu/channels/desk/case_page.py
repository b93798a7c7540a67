"""One case on one page: what is asked, what is known, the papers, the price, the steps, what happened."""

from collections.abc import Sized

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render as bare_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import agreements, case_words, deliveries, pages, reach, service_words, shared_results, words
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import FileItem, failing_fields
from ghiseu.journeys import edit_case
from ghiseu.journeys.edit_case import Choices
from ghiseu.journeys.end_case import end_case
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, case_for, load_case
from ghiseu.journeys.make_papers import document_title
from ghiseu.journeys.scan_paper import may_be_taken_off
from ghiseu.journeys.show_case import show_case
from ghiseu.journeys.submit_case import what_lacks
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import CaseEvent
from ghiseu.modules.cases.states import EDITABLE_STATES, CaseState, Outcome
from ghiseu.modules.catalogue.package import Kind, RouteKind
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.models import Document, DocumentKind
from ghiseu.modules.payments import queries as payments


def no_such_case(request: DeskRequest) -> HttpResponse:
    """Say that this centre has no such case; a case of another centre is not told apart."""
    return pages.no_case_here(request)


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the case; that it was shown is in the journal."""
    at = clock.now()
    try:
        file = load_case(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    show_case(file, at_desk=request.at_desk, at=at)
    return _page(request, file)


@require_POST
@desk_page()
def open_nevertheless(request: DeskRequest, number: str) -> HttpResponse:
    """Open a case that does not concern who is here: the operator has pressed for it; the page leaves its trace."""
    case = case_for(number, at_desk=request.at_desk)
    reach.name(request, [case.number], visit=pages.open_visit(request))
    return HttpResponseRedirect(reverse("desk:case", args=[case.number]))


def _page(request: DeskRequest, file: OpenedCase) -> HttpResponse:
    language = pages.page_language()
    first_asked = service_words.questions(file.judged, language)
    precondition_waits = any(one["waits"] for one in first_asked)
    questions = case_words.questions(file, language, may_focus=not precondition_waits)
    draft = file.case.state in EDITABLE_STATES
    lacks = what_lacks(file) if draft else []
    signed = draft and "request" not in lacks
    papers, results = papers_of(file, language), documents.results_of(file.case)
    context = {
        "case": file.case,
        "name": file.package.name(language),
        "state": words.STATES[CaseState(file.case.state)],
        "tone": words.STATE_TONES[CaseState(file.case.state)],
        "questions": questions,
        "errors": failing_fields([*questions.asked, *questions.optional]),
        "verdicts": service_words.verdicts(file.judged, language),
        "answer_questions": first_asked,
        "precondition_waits": precondition_waits,
        "open_question": any(one.autofocus for one in questions.asked),
        "disputed": any(one.source and one.source.disputed for one in questions.known),
        "papers": papers,
        "after_questions": next((f"f-paper-{one['id']}" for one in papers if draft and not one["done"]), "next"),
        "prices": service_words.prices(file.judged, language),
        "tasks": case_words.tasks(file, lacks=lacks, signed=signed, paid=_paid(file)),
        "timeline": _timeline(file),
        "results": [result_item(file, one) for one in results],
        "to_the_door": deliveries.shown(file),
        "shared": shared_results.shown(request, file, results),
        "agreements": agreements.listed(file, at=clock.now()),
        "mark": mark_of(file, results),
        "moves": not draft and file.case.state not in {CaseState.DONE, CaseState.CLOSED},
        "draft": draft,
        "is_ready": file.case.state in {CaseState.RESULT_READY, CaseState.REFUSED},
        "next": _next(file, lacks),
        "silent": sorted({one.register for one in file.judged.sources if one.outcome not in {"answered", "not_found"}}),
        "paused": any(one.outcome == "paused" for one in file.judged.sources),
        "links": file.judged.evaluation.links,
    }
    return pages.render(request, "desk/case.html", context)


def mark_of(file: OpenedCase, results: Sized) -> str:
    """Return what differs as soon as the case moved on: a page that shows it fetches itself anew then."""
    return f"{file.case.state}:{len(results)}:{file.case.institution_number}"


def _next(file: OpenedCase, lacks: list[str]) -> dict[str, str]:
    """Return the one act that comes next, its address and whether something still lacks."""
    number, state, route = file.case.number, CaseState(file.case.state), file.package.route.kind
    if state is CaseState.DRAFT and route is RouteKind.OWN_CALENDAR:
        return {"label": _("Choose a time"), "href": reverse("desk:appointment", args=[number])}
    if state is CaseState.DRAFT and file.package.kind in {Kind.STATUS_CHECK, Kind.LOOKUP} and route is RouteKind.NONE:
        return {"label": _("Ask the institution"), "href": reverse("desk:answer", args=[number])}
    by_state = {
        CaseState.DRAFT: (_("Check and sign"), "desk:check"),
        CaseState.AWAITING_PAYMENT: (_("Payment"), "desk:payment"),
        CaseState.PAPERS_MISSING: (_("Bring the missing papers"), "desk:supplement"),
        CaseState.RESULT_READY: (_("Hand over the result"), "desk:hand-over"),
        CaseState.REFUSED: (_("Hand over the refusal"), "desk:hand-over"),
        CaseState.STOPPED: (_("Look at the alarm"), "desk:resume-case"),
        CaseState.SENDING: (_("Slip for the person"), "desk:sent"),
        CaseState.WITH_INSTITUTION: (_("Slip for the person"), "desk:sent"),
    }
    if state is CaseState.WITH_INSTITUTION and route is RouteKind.GUIDED:
        by_state[state] = (_("Carry over to the portal"), "desk:portal")
    if state not in by_state:
        return {}
    label, name = by_state[state]
    hurdle = [one for one in lacks if one not in {"request", "agreement"}]
    return {"label": label, "href": reverse(name, args=[number]), "lacks": ", ".join(hurdle)}


def _paid(file: OpenedCase) -> bool | None:
    order = payments.newest_order(file.case)
    if order is not None:
        return order.paid_at is not None
    total = file.judged.quote.total
    return False if total is not None and not total.is_zero else None


def papers_of(file: OpenedCase, language: str) -> list[dict[str, object]]:
    """Return each paper with what was scanned for it."""
    scanned = list(documents.documents_of(file.case).filter(kind=DocumentKind.ATTACHMENT))
    rows = service_words.papers(file.judged, language)
    for row in rows:
        files = [result_item(file, one) for one in scanned if one.attachment_id == row["id"]]
        row["files"] = files
        row["done"] = len(files) >= int(str(row["count"])) or not row["scan"]
        row["upload_url"] = reverse("desk:upload-begin", args=[file.case.number]) + f"?paper={row['id']}"
        row["joins"] = row["count"] == 1
        row["hint"] = ", ".join(filter(None, (str(row["form"]), "" if row["certain"] else _("perhaps"))))
    return rows


def result_item(file: OpenedCase, document: Document) -> FileItem:
    """Return a document as a row; only a paper that was scanned here and is not sent yet can be taken off."""
    return FileItem(
        name=document_title(file, document, pages.page_language()),
        size=document.size,
        href=reverse("desk:document", args=[file.case.number, str(document.key)]),
        remove_value=str(document.key) if may_be_taken_off(file.case, document) else "",
    )


def _timeline(file: OpenedCase) -> list[object]:
    events = list(CaseEvent.objects.filter(case=file.case).order_by("-id")[:30])
    who = {event.by_id for event in events if event.by_id}
    names = {one.pk: one.full_name for one in Operator.objects.filter(pk__in=who).order_by("pk")}
    return list(case_words.timeline(events, names))


@require_GET
@desk_page()
def presence(request: DeskRequest, number: str) -> HttpResponse:
    """Say who else has the case on screen, as a fragment; empty when nobody has."""
    at = clock.now()
    try:
        case = case_for(number, at_desk=request.at_desk)
    except NoSuchCase:
        return HttpResponse(status=404)
    cases.note_presence(case, operator_id=request.at_desk.operator_id, at=at)
    others = cases.others_present(case, operator_id=request.at_desk.operator_id, at=at)
    return bare_render(request, "desk/presence.html", {"others": others})


@require_POST
@desk_page()
def choose(request: DeskRequest, number: str) -> HttpResponse:
    """Keep answers to preconditions, and choices that are not fields of the form."""
    answers = {
        name.removeprefix("answer-"): value == "yes"
        for name, value in request.POST.items()
        if name.startswith("answer-") and value in {"yes", "no"}
    }
    choices = Choices(
        answers=answers,
        term=request.POST.get("term"),
        delivery=request.POST.get("delivery"),
        readback_language=request.POST.get("readback_language"),
        pays_despite_exemption=request.POST["pays"] == "yes" if "pays" in request.POST else None,
    )
    try:
        edit_case.choose(number=number, choices=choices, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    except CaseIsNotEditable:
        pass  # the page shows that the file has been sent
    came_from = "desk:check" if request.POST.get("back") == "check" else "desk:case"
    return HttpResponseRedirect(reverse(came_from, args=[number]))


@require_POST
@desk_page(asks_outside=True)
def read_again(request: DeskRequest, number: str) -> HttpResponse:
    """Ask the registers that were silent once more."""
    try:
        edit_case.read_again(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        with transaction():
            return no_such_case(request)
    return HttpResponseRedirect(reverse("desk:case", args=[number]))


@require_POST
@desk_page()
def end(request: DeskRequest, number: str) -> HttpResponse:
    """Close a case that ends here: withdrawn, duplicate, not eligible, granted already."""
    asked = request.POST.get("outcome", Outcome.WITHDRAWN)
    try:
        if asked in Outcome.values:
            end_case(number=number, outcome=Outcome(asked), at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    except StepNotAllowed:
        pass  # the page shows where it stands
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
