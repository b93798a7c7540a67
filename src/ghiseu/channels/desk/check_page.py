"""Check with the person, print, let sign by hand, scan, send; then the slip."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import agreeing, case_words, form_values, lacking, pages, power_words, signing, words
from ghiseu.channels.desk.case_page import mark_of, no_such_case, papers_of, result_item
from ghiseu.channels.desk.lacking import hurdles_of
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import SummaryRow
from ghiseu.journeys import make_papers, make_slip, scan_paper
from ghiseu.journeys.check_power import PowerDoesNotHold, PowerNotKnown
from ghiseu.journeys.collect_payment import PriceUnknown, issue_order
from ghiseu.journeys.confirm_request import (
    RequestNotPrinted,
    SignedScan,
    SignedTextIsStale,
    record_signed,
    remember_printed,
    request_taken,
    require_current,
    signed_text_stands,
    texts_of,
)
from ghiseu.journeys.lacking import NotReady, unanswered, unfinished
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.show_case import open_and_show
from ghiseu.journeys.submit_case import ENDS_AT_THE_DESK, submit_case, what_lacks
from ghiseu.modules.cases.evidence import ScanServedBefore
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.intake import FileNotTaken
from ghiseu.modules.documents.models import DocumentKind
from ghiseu.modules.documents.papers import Size, render
from ghiseu.modules.documents.papers.kinds import Paper


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show everything that would be sent, in the order in which it is read aloud."""
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    if file.case.state != CaseState.DRAFT:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    return _page(request, file, faults=[])


def _page(request: DeskRequest, file: OpenedCase, *, faults: list[str], status: int = 200) -> HttpResponse:
    language = pages.page_language()
    signs = file.package.signature.at_centre != "none"
    lacks, is_signed = what_lacks(file), not signs or signed_text_stands(file)
    hurdles = hurdles_of(file, lacks, language=language)
    context = {
        "case": file.case,
        "name": file.package.name(language),
        "rows": [*_power(file, request.at_desk.time_zone), *_rows(file, language)],
        "papers": papers_of(file, language),
        "price": file.judged.quote,
        "term": file.package.text(f"terms.{file.judged.quote.term}", language) if file.judged.quote.term else "",
        "consents": [file.package.text(f"consents.{one.id}", language) for one in file.package.consents],
        "hurdles": hurdles,
        "signs": signs,
        "ends_here": file.package.route.kind in ENDS_AT_THE_DESK,
        "is_payment": make_slip.is_payment(file),
        "is_signed": is_signed,
        "can_agree": not unanswered(file),
        "ready": is_signed and not hurdles,
        "text_sha256": texts_of(file).request_sha256,
        "command": str(uuid4()),
        "faults": faults,
        "spoken_languages": words.SPOKEN_LANGUAGES,
        "prints": reverse("desk:paper", args=[file.case.number, "request"]),
        "ways": agreeing.ways(request, file, at=clock.now()),
        "is_complete": not unfinished(file),
        "msign": signing.state_of(file, at=clock.now()),
    }
    return pages.render(request, "desk/check.html", context, status=status)


def _power(file: OpenedCase, zone: str) -> list[SummaryRow]:
    """Return what MPower said last about the power on which the person acts."""
    said = power_words.holds(file.case.mandate, zone=zone)
    return [SummaryRow(label=_("MPower"), value=said)] if said else []


def _rows(file: OpenedCase, language: str) -> list[SummaryRow]:
    back = reverse("desk:case", args=[file.case.number])
    rows = []
    for state in file.judged.evaluation.fields:
        if not state.visible or state.value in (None, "", [], {}):
            continue
        value = form_values.say(case_words.masked(state))
        for option in state.options:
            if option.value == state.value:
                value = file.package.text(option.text, language)
        stored = file.values.get(state.field.id)
        if stored and stored.is_disputed:
            value += " · " + _("the person says: %(value)s") % {"value": form_values.say(stored.disputed)}
        rows.append(
            SummaryRow(
                label=file.package.text(state.field.label_key, language),
                value=value,
                change_url="" if state.source else f"{back}#f-{state.field.id}",
                source=case_words.source_of(file, state) if state.source else None,
            )
        )
    return rows


@require_POST
@desk_page(asks_outside=True)
def signed(request: DeskRequest, number: str) -> HttpResponse:
    """Take the scan of the signed paper; then everything is ready to be sent."""
    at = clock.now()
    upload = request.FILES.get("scan")
    fault = ""
    try:
        if not isinstance(upload, UploadedFile):
            fault = _("No file was chosen. Scan the signed paper and choose the file.")
        else:
            _take_signed(request, number, upload, at)
            return HttpResponseRedirect(reverse("desk:check", args=[number]))
    except NoSuchCase:
        with transaction():
            return no_such_case(request)
    except FileNotTaken as refused:
        fault = f"{refused.explanation.cause} {refused.explanation.next_step}"
    except NotReady:
        fault = _("Nothing was kept: something still lacks. Complete it, print the request and let it be signed.")
    except SignedTextIsStale:
        fault = _("The values changed after this paper was printed. Print it again and let it be signed again.")
    except RequestNotPrinted:
        fault = _("The request was not printed yet. Print it, let it be signed, then scan it.")
    except ScanServedBefore:
        fault = _("This is the scan of an earlier request. Scan the paper that was signed now.")
    except CaseIsNotEditable:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    with transaction():
        try:
            file = load_case(number=number, at_desk=request.at_desk, at=at)
        except NoSuchCase:
            return no_such_case(request)
        return _page(request, file, faults=[fault], status=422)


def _take_signed(request: DeskRequest, number: str, upload: "UploadedFile[bytes]", at: datetime) -> None:
    printed = request.POST.get("text_sha256", "")
    require_current(number=number, request_sha256=printed, at_desk=request.at_desk, at=at)
    kept = scan_paper.keep(
        number=number,
        scan=scan_paper.Scan(
            content=upload.read(),
            file_name=upload.name or "scan",
            kind=DocumentKind.SIGNED_SCAN,
            title=_("Request signed by hand"),
            signs=printed,
        ),
        at_desk=request.at_desk,
        at=at,
    )
    scan = SignedScan(document_sha256=kept.sha256, request_sha256=printed)
    record_signed(number=number, scan=scan, at_desk=request.at_desk, at=at)


@require_POST
@desk_page(asks_outside=True)
def submit(request: DeskRequest, number: str) -> HttpResponse:
    """Send the file; pressed twice it is sent once."""
    command = request.POST.get("command_id") or str(uuid4())
    at = clock.now()
    try:
        sent_now = submit_case(number=number, command=command, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        with transaction():
            return no_such_case(request)
    except NotReady:
        with transaction():
            file = load_case(number=number, at_desk=request.at_desk, at=at)
            return _page(request, file, faults=[_why_not_sent(file)], status=422)
    except (PowerDoesNotHold, PowerNotKnown) as power:
        status = 503 if isinstance(power, PowerNotKnown) else 422
        return _not_sent(request, number, power_words.not_sent(power.verdict), status=status, at=at)
    except MatterIsOpenAlready as known:
        fault = _("Nothing was sent: the same is open since %(day)s at %(centre)s.") % {
            "day": f"{known.opened_on:%d.%m.%Y}",
            "centre": known.centre_name,
        }
        return _not_sent(request, number, fault, status=422, at=at)
    except StepNotAllowed:  # sent from another tab meanwhile
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    where = "desk:sent"
    if sent_now.state == CaseState.AWAITING_PAYMENT:
        where = "desk:payment"  # which says so when there is no order
        with suppress(PriceUnknown, StepNotAllowed):
            issue_order(number=number, at_desk=request.at_desk, at=at)
    if sent_now.state == CaseState.WITH_INSTITUTION:
        where = "desk:portal"
    return HttpResponseRedirect(reverse(where, args=[number]))


def _not_sent(request: DeskRequest, number: str, fault: str, *, status: int, at: datetime) -> HttpResponse:
    with transaction():
        file = load_case(number=number, at_desk=request.at_desk, at=at)
        return _page(request, file, faults=[fault], status=status)


def _why_not_sent(file: OpenedCase) -> str:
    if not unfinished(file) and request_taken(file) is not None:
        return _(
            "Nothing was sent: the signed paper no longer fits, because the request changed after it was signed. "
            "Print it again and let it be signed again."
        )
    return _("Nothing was sent: something still lacks.")


@require_GET
@desk_page()
def sent(request: DeskRequest, number: str) -> HttpResponse:
    """Say what happens next and by when; print the slip by one key."""
    opens = load_case if request.GET.get("mark") else open_and_show  # the page asks by itself where it stands
    try:
        file = opens(number=number, at_desk=request.at_desk, at=clock.now())
    except NoSuchCase:
        return no_such_case(request)
    results = documents.results_of(file.case)
    mark = mark_of(file, results)
    if request.GET.get("mark"):
        return HttpResponse(mark, content_type="text/plain; charset=utf-8")
    state = CaseState(file.case.state)
    context = {
        "case": file.case,
        "name": file.package.name(pages.page_language()),
        "state": words.STATES[state],
        "tone": words.STATE_TONES[state],
        "slip": make_papers.slip(file, at_desk=request.at_desk, at=clock.now()),
        "mark": mark,
        "ready": state in {CaseState.RESULT_READY, CaseState.REFUSED},
        "refused": state is CaseState.REFUSED,
        "done": _end_words(file) if state is CaseState.DONE else "",
        "results": [{"file": result_item(file, one), "report": one.signature_report} for one in results],
        "verdicts": words.SIGNATURES,
        "doubtful": words.SIGNATURE_DOUBTFUL,
        "visit": pages.open_visit(request),
    }
    return pages.render(request, "desk/sent.html", context)


def _end_words(file: OpenedCase) -> str:
    """Return how the case ended: only what was handed over is called so."""
    if make_slip.is_payment(file):
        return _("The person was told how to pay")
    handed = {Outcome.RESULT_HANDED_OVER, Outcome.REFUSAL_HANDED_OVER}
    return _("Handed to the person") if file.case.outcome in handed else _("Answered at the desk")


PAPERS: dict[str, Callable[[OpenedCase, DeskRequest, datetime], Paper]] = {
    "request": lambda file, request, at: make_papers.request_paper(file, at_desk=request.at_desk, at=at),
    "slip": lambda file, request, at: make_papers.slip(file, at_desk=request.at_desk, at=at),
}


@require_GET
@desk_page()
def paper(request: DeskRequest, number: str, paper: str) -> HttpResponse:
    """Draw a paper of the case as PDF; `size=large` prints 18 points. The text of a printed request is remembered."""
    at = clock.now()
    try:
        file = open_and_show(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    if paper not in PAPERS:
        return pages.refuse(request, status=404, title=_("There is no such paper"), next_step=_("Go back to the case."))
    size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
    if paper == "request":
        try:
            remember_printed(file, at_desk=request.at_desk, at=at)
        except NotReady as incomplete:
            return lacking.refuse(request, file, lacks=incomplete.lacks)
    drawn = render(PAPERS[paper](file, request, at), size=size)
    return as_pdf(drawn, f"{number}-{paper}.pdf")


def as_pdf(content: bytes, name: str) -> HttpResponse:
    """Return a PDF to be shown and printed, never kept by the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
