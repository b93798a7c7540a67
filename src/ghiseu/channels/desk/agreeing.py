"""Ways to agree besides the paper, on the check page: the citizen's screen, and a colleague who witnesses."""

from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from ghiseu.channels.desk import lacking, pages
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.pages import Refusal, desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.journeys import agree_aloud, citizen_screen
from ghiseu.journeys.citizen_screen import NoScreenHere
from ghiseu.journeys.confirm_request import needs_paper, request_taken, texts_of
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import NobodyIsHere, NoSuchCase, OpenedCase, case_for, load_case
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases.agreeing_models import ScreenOrder, WitnessTask
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Case, EvidenceMethod
from ghiseu.modules.centres import screens

NOBODY_HERE = Refusal(
    status=409,
    title=gettext_lazy("The person is not at this desk"),
    cause=gettext_lazy("Only who is here can agree. No visit of this person is open at this desk."),
    next_step=gettext_lazy("Open their visit first. Nothing was changed."),
    back="desk:visit",
)
METHODS = {
    EvidenceMethod.HAND_SIGNATURE: gettext_lazy("Signed by hand"),
    EvidenceMethod.CITIZEN_TOUCH: gettext_lazy("Agreed on their screen"),
    EvidenceMethod.ELECTRONIC_SIGNATURE: gettext_lazy("Signed with MSign"),
    EvidenceMethod.SPOKEN_BEFORE_WITNESS: gettext_lazy("Said aloud before a witness"),
    EvidenceMethod.GUARDIAN: gettext_lazy("Agreed by the representative"),
}


def ways(request: DeskRequest, file: OpenedCase, *, at: datetime) -> dict[str, object]:
    """Return for the check page what each way of agreeing is at. Call it inside a transaction."""
    screen = screens.screen_of_desk(request.at_desk.desk_id)
    order, task = _open_ones(request, file.case)
    digest = texts_of(file).request_sha256
    taken = request_taken(file)
    stands = taken is not None and taken.text_sha256 == digest
    return {
        "mark": _mark(order, task),
        "by": METHODS.get(EvidenceMethod(taken.method), "") if taken is not None and stands else "",
        "needs_paper": needs_paper(file.package),
        "screen": screen,
        "is_silent": screen is not None and screens.is_silent(screen, at=at),
        "is_on": order is not None,
        "is_wrong": order is not None and order.wrong_at is not None,
        "touched": order is not None and order.agreed_at is not None and citizen_screen.touched_text(file) == digest,
        "task": task if task is not None and task.text_sha256 == digest else None,
        "task_until": agree_aloud.ends_at(task) if task is not None else None,
        "is_asked": task is not None and task.text_sha256 == digest and agreeing.is_open(task, at=at),
    }


def _open_ones(request: DeskRequest, case: Case) -> tuple[ScreenOrder | None, WitnessTask | None]:
    visit = pages.open_visit(request)
    if visit is None:
        return None, None
    return agreeing.newest_order(case, visit_id=visit.pk), agreeing.newest_witness_task(case, visit_id=visit.pk)


def _mark(order: ScreenOrder | None, task: WitnessTask | None) -> str:
    """Return what changes when the person or the witness does something."""
    parts = [order.pk, order.agreed_at, order.wrong_at] if order is not None else []
    parts += [task.pk, task.done_at] if task is not None else []
    return " ".join(one.isoformat() if isinstance(one, datetime) else str(one or "-") for one in parts) or "-"


@require_http_methods(["GET", "POST"])
@desk_page()
def on_screen(request: DeskRequest, number: str) -> HttpResponse:
    """Put the request on the citizen's screen or take it off (POST); or tell where it stands, as a mark (GET)."""
    try:
        case = case_for(number, at_desk=request.at_desk)
    except NoSuchCase:
        return no_such_case(request)
    if request.method == "GET":
        return HttpResponse(_mark(*_open_ones(request, case)), content_type="text/plain; charset=utf-8")
    at = clock.now()
    if request.POST.get("act") == "hide":
        citizen_screen.take_off_screen(at_desk=request.at_desk, at=at)
        return HttpResponseRedirect(reverse("desk:check", args=[number]))
    try:
        citizen_screen.put_on_screen(number=number, at_desk=request.at_desk, at=at)
    except NoScreenHere:
        return HttpResponseRedirect(reverse("desk:screen"))
    except NobodyIsHere:
        return pages.refuse_with(request, NOBODY_HERE)
    except CaseIsNotEditable:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    except NotReady as incomplete:
        return lacking.refuse(request, load_case(number=number, at_desk=request.at_desk, at=at), lacks=incomplete.lacks)
    return HttpResponseRedirect(reverse("desk:check", args=[number]))


@require_POST
@desk_page()
def ask_witness(request: DeskRequest, number: str) -> HttpResponse:
    """The text was read aloud: ask a colleague to say that they heard the person agree."""
    at = clock.now()
    try:
        agree_aloud.ask_witness(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    except NobodyIsHere:
        return pages.refuse_with(request, NOBODY_HERE)
    except CaseIsNotEditable:
        return HttpResponseRedirect(reverse("desk:case", args=[number]))
    except NotReady as incomplete:
        return lacking.refuse(request, load_case(number=number, at_desk=request.at_desk, at=at), lacks=incomplete.lacks)
    return HttpResponseRedirect(reverse("desk:check", args=[number]))
