"""A register is wrong: the request to its owner, its paper, the centre's list of requests, and what was answered."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ghiseu.channels.desk import pages, reach
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.my_data import not_seen
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, Option, SummaryRow, failing_fields
from ghiseu.journeys.ask_correction import (
    NoSuchRegister,
    ask_correction,
    correction_paper,
    end_correction,
    owner_of,
    show_correction,
)
from ghiseu.journeys.paper_words import source_name
from ghiseu.journeys.plain_events import KEPT_BY
from ghiseu.journeys.who_looked import IdentityNotSeen
from ghiseu.modules.documents.papers import Size, render
from ghiseu.modules.privacy import corrections
from ghiseu.modules.privacy.corrections import SomethingMissing, Wrong
from ghiseu.modules.privacy.models import CorrectionRequest, CorrectionState
from ghiseu.modules.visits.models import Visit

STATES = {
    CorrectionState.ASKED: gettext_lazy("Waits for an answer"),
    CorrectionState.ANSWERED: gettext_lazy("Corrected or answered"),
    CorrectionState.REFUSED: gettext_lazy("Refused by the register's owner"),
}
TONES = {CorrectionState.ASKED: "warning", CorrectionState.ANSWERED: "good", CorrectionState.REFUSED: "bad"}
ENDINGS = (CorrectionState.ANSWERED, CorrectionState.REFUSED)


@require_http_methods(["GET", "POST"])
@desk_page()
def ask(request: DeskRequest) -> HttpResponse:
    """Ask what is wrong (GET) and keep the request (POST)."""
    visit = pages.visit_of_form(request) if request.method == "POST" else pages.open_visit(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    if request.method == "GET":
        return _form(request, visit, typed={}, errors={})
    typed = request.POST.dict()
    wrong = Wrong(
        register=typed.get("register", ""),
        field=typed.get("field", ""),
        register_says=typed.get("register_says", ""),
        person_says=typed.get("person_says", ""),
        evidence=typed.get("evidence", ""),
    )
    try:
        kept = ask_correction(visit=visit, wrong=wrong, at_desk=request.at_desk, at=clock.now())
    except IdentityNotSeen:
        return not_seen(request)
    except NoSuchRegister:
        error = FieldError(cause=_("There is no such register."), next_step=_("Choose one of the list."))
        return _form(request, visit, typed=typed, errors={"register": error})
    except SomethingMissing as missing:
        error = FieldError(cause=_("This is empty."), next_step=_("Write it down."))
        return _form(request, visit, typed=typed, errors={missing.field: error})
    return HttpResponseRedirect(reverse("desk:correction", args=[kept.number]))


def _form(request: DeskRequest, visit: Visit, *, typed: dict[str, str], errors: dict[str, FieldError]) -> HttpResponse:
    language = pages.page_language()

    def text(name: str, label: str, *, hint: str = "", required: bool = True) -> Field:
        return Field(
            kind=Kind.TEXT,
            name=name,
            label=label,
            hint=hint,
            value=typed.get(name, ""),
            required=required,
            error=errors.get(name),
        )

    fields = (
        Field(
            kind=Kind.SELECT,
            name="register",
            label=_("Register"),
            value=typed.get("register", "RSP"),
            error=errors.get("register"),
            options=tuple(Option(value=one, label=source_name(one, language)) for one in KEPT_BY),
            autofocus=True,
        ),
        text("field", _("What is wrong"), hint=_("For example: address, surname, year of birth.")),
        text("register_says", _("The register says"), required=False),
        text("person_says", _("Right is")),
        text("evidence", _("The paper that shows it")),
    )
    context = {"visit": visit, "fields": fields, "errors": failing_fields(fields)}
    return pages.render(request, "desk/ask_correction.html", context, status=422 if errors else 200)


@require_GET
@desk_page()
def page(request: DeskRequest) -> HttpResponse:
    """List the centre's requests, without names: the earliest answer to come at the top."""
    today, language = clock.today(request.at_desk.time_zone, at=clock.now()), pages.page_language()
    listed = corrections.of_centre()
    rows = [
        {
            "request": one,
            "register": source_name(one.register, language),
            "is_late": one.state == CorrectionState.ASKED and one.answer_due_on < today,
        }
        for one in listed
    ]
    reach.name(request, (one.number for one in listed), visit=pages.open_visit(request))
    return pages.render(request, "desk/corrections.html", {"rows": rows, "states": STATES, "tones": TONES})


@require_GET
@desk_page()
def one(request: DeskRequest, number: str) -> HttpResponse:
    """Show one request; opening it is in the journal."""
    try:
        found = show_correction(number=number, at_desk=request.at_desk, at=clock.now())
    except CorrectionRequest.DoesNotExist:
        return pages.no_case_here(request)
    return _one(request, found, error=None)


def _one(request: DeskRequest, found: CorrectionRequest, *, error: FieldError | None) -> HttpResponse:
    language = pages.page_language()
    owner = owner_of(found.register, language=language)
    answer = Field(kind=Kind.TEXTAREA, name="answer", label=_("What the owner answered"), error=error)
    context = {
        "found": found,
        "owner": owner,
        "rows": (
            SummaryRow(label=_("Person"), value=found.person.full_name or found.person.document),
            SummaryRow(label=_("Register"), value=source_name(found.register, language)),
            SummaryRow(label=_("What is wrong"), value=found.field),
            SummaryRow(label=_("The register says"), value=found.register_says or "—"),
            SummaryRow(label=_("Right is"), value=found.person_says),
            SummaryRow(label=_("The paper that shows it"), value=found.evidence),
            SummaryRow(label=_("Answer"), value=found.answer or "—"),
        ),
        "state": STATES[CorrectionState(found.state)],
        "tone": TONES[CorrectionState(found.state)],
        "endings": [(str(to), STATES[to]) for to in ENDINGS if found.can_move_to(to)],
        "answer": answer,
        "errors": failing_fields((answer,)),
    }
    return pages.render(request, "desk/correction.html", context, status=422 if error else 200)


@require_GET
@desk_page()
def paper(request: DeskRequest, number: str) -> HttpResponse:
    """Draw the request, to be signed by the person and sent to the register's owner."""
    try:
        drawn = correction_paper(number=number, at_desk=request.at_desk, at=clock.now())
    except CorrectionRequest.DoesNotExist:
        return pages.no_case_here(request)
    size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
    return as_pdf(render(drawn, size=size), f"{number}-correction.pdf")


@require_POST
@desk_page()
def answer(request: DeskRequest, number: str) -> HttpResponse:
    """Keep what the owner of the register answered."""
    told, at = request.POST.get("state", ""), clock.now()
    to = CorrectionState(told) if told in ENDINGS else CorrectionState.ANSWERED
    try:
        end_correction(number=number, to=to, answer=request.POST.get("answer", ""), at_desk=request.at_desk, at=at)
    except CorrectionRequest.DoesNotExist:
        return pages.no_case_here(request)
    except SomethingMissing:
        error = FieldError(cause=_("This is empty."), next_step=_("Write it down."))
        return _one(request, show_correction(number=number, at_desk=request.at_desk, at=at), error=error)
    except StepNotAllowed:
        pass  # somebody else noted another answer meanwhile; the page shows it
    return HttpResponseRedirect(reverse("desk:correction", args=[number]))
