"""Finding a service by the citizen's words, and what can be told before anything is typed."""

from contextlib import suppress
from datetime import date
from uuid import uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render as bare_render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ghiseu.channels.desk import asking, case_words, pages, power_words, service_words
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.text import sort_key
from ghiseu.foundation.ui.parts import SearchHit
from ghiseu.journeys import check_power
from ghiseu.journeys.ask_status import NoAnswer, ask_status
from ghiseu.journeys.check_power import PowerDoesNotHold, PowerNotKnown
from ghiseu.journeys.load_case import load_case
from ghiseu.journeys.look_at_service import Asked, Prospect, look_at_service
from ghiseu.journeys.open_case import (
    NotPossible,
    OnlyTheLeadMayOverride,
    OpenOrder,
    PowerNotForThisService,
    RoleDoesNotFit,
)
from ghiseu.journeys.open_case import (
    open_case as journey_open_case,
)
from ghiseu.journeys.tell_granted import is_granted, tell_granted
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.models import CatalogueEntry
from ghiseu.modules.catalogue.queries import NoSuchService
from ghiseu.modules.centres.models import Role
from ghiseu.modules.documents.papers import Size, render
from ghiseu.modules.visits.models import Visit

NOT_OPENED = (
    NotPossible,
    RoleDoesNotFit,
    OnlyTheLeadMayOverride,
    MatterIsOpenAlready,
    PowerDoesNotHold,
    PowerNotKnown,
)
FREE_KEYS = ("Alt+4", "Alt+5", "Alt+6", "Alt+7", "Alt+8", "Alt+9")  # Alt+1 to Alt+3 are the main menu


@require_POST
@desk_page()
def hits(request: DeskRequest) -> HttpResponse:
    """Return the services that fit the words, as lines under the search box."""
    language = pages.page_language()
    found = catalogue.search(asking.asked_now(request), language=language, on=_today(request))
    names = {one.code: one.names.get(language) for one in catalogue.institutions()}
    lines = [
        SearchHit(
            href=reverse("desk:service", args=[hit.code]),
            title=hit.name,
            detail=names.get(hit.institution) or hit.institution,
            tag="" if hit.is_package else _("information"),
        )
        for hit in found[:8]
    ]
    return bare_render(request, "desk/hits.html", {"hits": lines})


@require_http_methods(["GET", "POST"])
@desk_page()
def catalogue_page(request: DeskRequest) -> HttpResponse:
    """Take the words (POST) and lead to the services that fit them; without words list all."""
    if request.method == "POST":
        return HttpResponseRedirect(reverse("desk:services") + asking.keep(request))
    words = asking.kept(request)
    on = _today(request)
    language = pages.page_language()
    found = catalogue.search(words, language=language, on=on, limit=50) if words else []
    packages = [] if words else catalogue.present_packages(on=on)
    listed = [
        {"code": package.code, "name": package.name(language), "summary": package.text("summary", language)}
        for package in sorted(packages, key=lambda one: sort_key(one.name(language), language=language))
    ]
    return pages.render(request, "desk/services.html", {"words": words, "found": found, "listed": listed})


@require_GET
@desk_page(asks_outside=True)
def page(request: DeskRequest, code: str) -> HttpResponse:
    """Tell whether the person can have the service, which papers, what it costs and when, before anything is typed."""
    with transaction():
        visit = pages.open_visit(request)
        try:
            catalogue.present_version(code, on=_today(request))
        except NoSuchService:
            return _information(request, code)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    return _prospect_page(request, visit, code, faults=[])


def _today(request: DeskRequest) -> date:
    return clock.today(request.at_desk.time_zone, at=clock.now())


def _information(request: DeskRequest, code: str) -> HttpResponse:
    """Tell what the catalogue knows of a service that is not done here, and where to go."""
    try:
        entry = catalogue.entry(code)
    except CatalogueEntry.DoesNotExist:
        return pages.refuse(
            request,
            status=404,
            title=_("There is no such service"),
            cause=_("The catalogue does not have it."),
            next_step=_("Go back and search with other words."),
        )
    return pages.render(request, "desk/information.html", service_words.information(entry, pages.page_language()))


def _prospect_page(
    request: DeskRequest, visit: Visit, code: str, *, faults: list[str], status: int = 200
) -> HttpResponse:
    asked = _asked(request, code)
    prospect = look_at_service(visit=visit, asked=asked, at_desk=request.at_desk, at=clock.now())
    with transaction():
        context = {**service_words.prospect(prospect, pages.page_language()), "faults": faults, "code": code}
        fits = check_power.fits(prospect.judged.matter)
        can_open, may_override = _can_open(prospect), request.at_desk.has_role(Role.CENTRE_LEAD)
        waits = not prospect.may_not_open_again and bool(context["questions"]) and not context["stops"]
        context |= {
            "may_override": may_override,
            "only_one": prospect.may_not_open_again,
            "can_open": can_open,
            "open_allowed": fits is not False
            and (can_open or waits or (may_override and not prospect.may_not_open_again)),
            "power_warning": power_words.for_service(fits=fits),
            "opens": _("Ask the institution")
            if case_words.is_question(prospect.judged.matter.package)
            else _("Open the case"),
            "granted_url": reverse("desk:granted-paper", args=[code]) if is_granted(prospect) else "",
            "links": _links(prospect, on=_today(request)),
            "command": str(uuid4()),
        }
        return pages.render(request, "desk/service.html", context, status=status)


def _links(prospect: Prospect, *, on: date) -> list[dict[str, str]]:
    """Return the services that the package offers beside this one, each with a key."""
    package, language = prospect.judged.matter.package, pages.page_language()
    offered = []
    for code, key in zip(prospect.judged.evaluation.links, FREE_KEYS, strict=False):
        try:
            name = catalogue.present_package(code, on=on).name(language)
        except NoSuchService:
            continue
        offered.append({"code": code, "key": key, "name": name, "text": package.text(f"links.{code}", language)})
    return offered


@require_GET
@desk_page(asks_outside=True)
def granted_paper(request: DeskRequest, code: str) -> HttpResponse:
    """Draw the paper that says how to take what was granted without a request; nothing is filed."""
    with transaction():
        visit = pages.open_visit(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    at = clock.now()
    prospect = look_at_service(visit=visit, asked=_asked(request, code), at_desk=request.at_desk, at=at)
    if not is_granted(prospect):
        return HttpResponseRedirect(reverse("desk:service", args=[code]))
    with transaction():
        size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
        paper = tell_granted(prospect, at_desk=request.at_desk, at=at)
        return as_pdf(render(paper, size=size), f"{visit.number}-granted.pdf")


def _can_open(prospect: Prospect) -> bool:
    evaluation = prospect.judged.evaluation
    open_ends = evaluation.stops or evaluation.questions or prospect.may_not_open_again
    return evaluation.role_is_allowed and not open_ends


def _asked(request: DeskRequest, code: str) -> Asked:
    told = request.POST if request.method == "POST" else request.GET
    answers = {
        name.removeprefix("answer-"): value == "yes"
        for name, value in told.items()
        if name.startswith("answer-") and value in {"yes", "no"}
    }
    return Asked(service=code, role=told.get("role", ""), answers=answers, term=told.get("term", ""))


@require_POST
@desk_page(asks_outside=True)
def open_case(request: DeskRequest, code: str) -> HttpResponse:
    """Open the case and go to it; pressed twice it opens once."""
    with transaction():
        visit = pages.visit_of_form(request)
    if visit is None:
        return HttpResponseRedirect(reverse("desk:home"))
    overrides = {
        name.removeprefix("override-"): reason.strip()
        for name, reason in request.POST.dict().items()
        if name.startswith("override-") and reason.strip()
    }
    order = OpenOrder(
        asked=_asked(request, code), command=request.POST.get("command_id") or str(uuid4()), overrides=overrides
    )
    try:
        number = journey_open_case(visit=visit, order=order, at_desk=request.at_desk, at=clock.now())
    except NOT_OPENED as reason:
        return _prospect_page(request, visit, code, faults=[_why_not_opened(reason)], status=422)
    with transaction():
        opened = load_case(number=number, at_desk=request.at_desk, at=clock.now())
    if case_words.is_question(opened.package) and opened.case.state == CaseState.DRAFT:
        with suppress(NoAnswer):  # kept, and shown by the page
            ask_status(number=number, at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(case_words.first_page(opened))


def _why_not_opened(reason: Exception) -> str:
    """Return in words why no case was opened."""
    if isinstance(reason, NotPossible):
        return _("Something still stops this service. It is marked below.")
    if isinstance(reason, PowerNotForThisService):
        return _("Nothing was opened.") + " " + power_words.for_service(fits=False)
    if isinstance(reason, PowerDoesNotHold | PowerNotKnown):
        return f"{power_words.why(reason.verdict)} {power_words.next_step(reason.verdict)}"
    if isinstance(reason, RoleDoesNotFit):
        return _("The person cannot apply in this role. Choose another one.")
    if isinstance(reason, MatterIsOpenAlready):
        return _already(reason.opened_on, reason.centre_name)
    return _("Only the centre lead may go past this, with a reason.")


def _already(opened_on: date, centre: str) -> str:
    return _("The same is open already since %(day)s at %(centre)s. Nothing was opened.") % {
        "day": f"{opened_on:%d.%m.%Y}",
        "centre": centre,
    }
