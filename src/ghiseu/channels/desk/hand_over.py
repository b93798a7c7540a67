"""The end of a case: missing papers, the result handed over to an identified person, an alarm looked at."""

from dataclasses import replace
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ghiseu.channels.desk import pages, power_words, words
from ghiseu.channels.desk.case_page import no_such_case, result_item
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import Field, FieldError, FileItem, Kind, failing_fields
from ghiseu.journeys import make_papers
from ghiseu.journeys.check_power import PowerDoesNotHold, PowerNotKnown
from ghiseu.journeys.complete_papers import NothingNew, send_papers
from ghiseu.journeys.hand_over_result import Handing, NotIdentified, NotTheirs, hand_over
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.resume_case import ReasonMissing, give_up, resume
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.papers import render
from ghiseu.modules.visits.models import IdentifiedBy, Visit

MOST_KEYS = 6  # Alt+1 to Alt+3 are the main menu


@require_http_methods(["GET", "POST"])
@desk_page(asks_outside=True)
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the result, print it and its receipt, and hand it to the person of the open visit."""
    with transaction():
        shown = _shown_or_asked(request, number)
    if isinstance(shown, HttpResponse):
        return shown
    visit, handing = shown
    fault, status = "", 422
    try:
        hand_over(number=number, visit=visit, handing=handing, at_desk=request.at_desk, at=clock.now())
    except NotTheirs:
        fault = _("This person may not receive it: neither the holder, nor the applicant, nor named in a mandate.")
    except NotIdentified:
        fault = _("No document was seen in this visit. Identify the person first.")
    except (PowerDoesNotHold, PowerNotKnown) as power:
        fault = power_words.not_handed_over(power.verdict)
        status = 503 if isinstance(power, PowerNotKnown) else 422
    except StepNotAllowed:
        pass  # handed over from another tab meanwhile
    if not fault:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    with transaction():
        file = load_case(number=number, at_desk=request.at_desk, at=clock.now())
        return _page(request, file, fault=fault, status=status)


def _shown_or_asked(request: DeskRequest, number: str) -> HttpResponse | tuple[Visit, Handing]:
    """Return the page, or to whom what is to be handed over."""
    at = clock.now()
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    visit = pages.visit_of_form(request)
    if request.method == "GET":
        if visit is not None and request.GET.get("receipt"):
            receipt = make_papers.receipt(file, visit, at_desk=request.at_desk, at=at)
            return as_pdf(render(receipt), f"{number}-receipt.pdf")
        return _page(request, file, fault="")
    if visit is None:
        return _page(request, file, fault=_("Open a visit first: the person has to be identified."), status=422)
    handing = Handing(
        documents=tuple(one.sha256 for one in documents.results_of(file.case)),
        copies=1,
        command=request.POST.get("command_id") or str(uuid4()),
    )
    return visit, handing


def _page(request: DeskRequest, file: OpenedCase, *, fault: str, status: int = 200) -> HttpResponse:
    visit, state = pages.open_visit(request), CaseState(file.case.state)
    context = {
        "case": file.case,
        "name": file.package.name(pages.page_language()),
        "state": words.STATES[state],
        "tone": words.STATE_TONES[state],
        "results": [
            {"file": _shown(file, one), "report": one.signature_report} for one in documents.results_of(file.case)
        ],
        "visit": visit,
        "identified": pages.IDENTIFIED_WORDS[IdentifiedBy(visit.identified_by)] if visit else "",
        "holder_is_other": visit is not None and visit.person_id != file.case.holder_id,
        "ready": state in {CaseState.RESULT_READY, CaseState.REFUSED},
        "refused": state is CaseState.REFUSED,
        "fault": fault,
        "receipt_url": reverse("desk:hand-over", args=[file.case.number]) + "?receipt=1",
    }
    return pages.render(request, "desk/hand_over.html", context, status=status)


def _shown(file: OpenedCase, document: Document) -> FileItem:
    """Return a result to look at; it cannot be taken off the case."""
    return replace(result_item(file, document), remove_value="")


@require_http_methods(["GET", "POST"])
@desk_page()
def supplement(request: DeskRequest, number: str) -> HttpResponse:
    """Show which papers the institution asks for and until when; send what was scanned."""
    at = clock.now()
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    fault = ""
    if request.method == "POST":
        command = request.POST.get("command_id") or str(uuid4())
        try:
            send_papers(number=number, command=command, at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(reverse("desk:sent", args=[number]))
        except NothingNew:
            fault = _("Nothing new was scanned. Choose the files of the scans first.")
        except StepNotAllowed:
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
    papers = _papers(file)
    context = {
        "case": file.case,
        "name": file.package.name(pages.page_language()),
        "state": words.STATES[CaseState(file.case.state)],
        "tone": words.STATE_TONES[CaseState(file.case.state)],
        "institution": make_papers.institution_name(file.package.institution, pages.page_language()),
        "papers": papers,
        "ready": all(one["done"] for one in papers),
        "fault": fault,
        "command": str(uuid4()),
    }
    return pages.render(request, "desk/supplement.html", context, status=422 if fault else 200)


def _papers(file: OpenedCase) -> list[dict[str, object]]:
    """Return each paper that the institution asks for, with what was scanned for it since."""
    language, number = pages.page_language(), file.case.number
    sent = {one["sha256"] for each in file.case.submissions.order_by("id") for one in each.files}
    standing = [one for one in documents.documents_of(file.case) if one.sha256 not in sent]
    papers: list[dict[str, object]] = []
    for index, one in enumerate(file.case.missing_papers or ["other"], start=1):
        key = f"attachments.{one}.name"
        files = [result_item(file, document) for document in standing if document.attachment_id == one]
        papers.append(
            {
                "id": one,
                "name": file.package.text(key, language) if file.package.has_text(key) else _other(one),
                "hint": "",
                "files": files,
                "done": bool(files),
                "joins": True,
                "upload_url": reverse("desk:upload-begin", args=[number]) + f"?paper={one}",
                "key": f"Alt+{index + 3}" if index <= MOST_KEYS else "",
            }
        )
    return papers


def _other(paper: str) -> str:
    return _("Another paper") if paper == "other" else paper


@require_http_methods(["GET", "POST"])
@desk_page()
def resume_page(request: DeskRequest, number: str) -> HttpResponse:
    """Look at an alarm: say what was found out, then go on or close."""
    at = clock.now()
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    missing = None
    if request.method == "POST":
        act = give_up if request.POST.get("act") == "close" else resume
        try:
            act(number=number, reason=request.POST.get("reason", ""), at_desk=request.at_desk, at=at)
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
        except ReasonMissing:
            missing = FieldError(
                cause=_("Nothing is written."), next_step=_("Write what you found out, in a few words.")
            )
        except StepNotAllowed:
            return HttpResponseRedirect(reverse("desk:case", args=[number]))
    language = pages.page_language()
    reason = Field(kind=Kind.TEXTAREA, name="reason", label=_("What you found out"), error=missing, autofocus=True)
    context = {
        "case": file.case,
        "name": file.package.name(language),
        "state": words.STATES[CaseState(file.case.state)],
        "tone": words.STATE_TONES[CaseState(file.case.state)],
        "alarm": words.ALARMS.get(file.case.alarm, file.case.alarm),
        "calls": make_papers.contacts_of(file, request.at_desk, language)[:1],
        "reason": reason,
        "errors": failing_fields([reason]),
    }
    return pages.render(request, "desk/resume.html", context, status=422 if missing else 200)
