"""What every desk page shares: sign-in and role checked, one transaction, the frame, the open visit."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ghiseu.channels.desk import reach
from ghiseu.channels.desk.reach import OutOfReach
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import SubjectIsActor, current_scope, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.ui.filters import long_date
from ghiseu.foundation.ui.parts import CitizenBanner, Frame, KeyHint, NavItem
from ghiseu.journeys.load_case import ContentDestroyed, ContentNotShown, NoSuchCase
from ghiseu.journeys.start_visit import OwnMatter
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.visits.models import IdentifiedBy, Visit
from ghiseu.modules.visits.queries import visit_of

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]
DeskView = Callable[Concatenate[DeskRequest, Arguments], HttpResponse]
AT_THE_DESK = (Role.OPERATOR, Role.CENTRE_LEAD)
OBJECTS = ("cases/", "work-list/", "access-grants/", "corrections/")  # addresses that name an object of a centre

IDENTIFIED_WORDS = {
    IdentifiedBy.IDENTITY_CARD: gettext_lazy("identity card seen"),
    IdentifiedBy.PASSPORT: gettext_lazy("passport seen"),
    IdentifiedBy.FOREIGN_DOCUMENT: gettext_lazy("foreign document seen"),
    IdentifiedBy.OTHER_DOCUMENT: gettext_lazy("other document seen"),
    IdentifiedBy.NOT_SEEN: gettext_lazy("no document seen"),
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What a page says instead of doing its work; `back` names the view to go back to, else the first page."""

    status: int
    title: "Promise | str"
    cause: "Promise | str"
    next_step: "Promise | str"
    back: str = "desk:home"


NO_CASE_HERE = Refusal(
    status=404,
    title=gettext_lazy("There is no such case here"),
    cause=gettext_lazy("No case of this centre has this number."),
    next_step=gettext_lazy("Search for it by name or number: Ctrl+K."),
)
CONTENT_DESTROYED = Refusal(
    status=410,
    title=gettext_lazy("The content of this case was destroyed"),
    cause="",
    next_step=gettext_lazy("Number, service and dates are left. Open a new case if the service is needed again."),
)
RESTRICTED = Refusal(
    status=403,
    title=gettext_lazy("This case is restricted"),
    cause=gettext_lazy("It is kept, and shown only to the centre lead and the data-protection officer."),
    next_step=gettext_lazy("Ask the centre lead."),
)
OTHER_ROLE = Refusal(
    status=403,
    title=gettext_lazy("This page is not for your role"),
    cause=gettext_lazy("Your role does not open it."),
    next_step=gettext_lazy("Go back to your own first page."),
)
OWN_MATTER = Refusal(
    status=403,
    title=gettext_lazy("A colleague has to serve"),
    cause=gettext_lazy("This is your own matter. Nobody serves themselves."),
    next_step=gettext_lazy("Ask a colleague at another desk. Nothing was changed."),
)
EARLIER_VISIT = Refusal(
    status=409,
    title=gettext_lazy("This page belongs to an earlier visit"),
    cause=gettext_lazy("Another person is at the desk now. Nothing was changed."),
    next_step=gettext_lazy("Close this page and go on in the visit that is open."),
    back="desk:visit",
)


class AnotherVisit(Exception):
    """The form was shown in a visit that is not the one open at this desk now."""


def desk_page(*roles: str, asks_outside: bool = False) -> Callable[[DeskView[Arguments]], View[Arguments]]:
    """Let only these roles in (default: operator and centre lead) and run the view in one transaction.

    `asks_outside` is for views that call registers or institutions: they get no transaction, because none is held
    over an outside call; the journeys they call open their own.
    """
    wanted = roles or AT_THE_DESK

    def decorate(view: DeskView[Arguments]) -> View[Arguments]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            turned_away = _turn_away(request, wanted)
            if turned_away is not None:
                return turned_away
            desk_request: DeskRequest = request  # type: ignore[assignment]  # the session middleware set the fields
            try:
                _stay_within_reach(desk_request)
                with nullcontext() if asks_outside else transaction():
                    response = view(desk_request, *args, **kwargs)
            except (SubjectIsActor, OwnMatter):
                response = refuse_with(request, OWN_MATTER)
            except AnotherVisit:
                response = refuse_with(request, EARLIER_VISIT)
            except ContentNotShown as why:
                response = refuse_with(request, _not_shown(why))
            except OutOfReach as why:
                response = reach.tell(desk_request, why)
            except NoSuchCase:  # whatever was tried, and whether or not another centre has it
                response = no_case_here(request)
            if response.status_code == HTTPStatus.NOT_FOUND:
                _note_refusal(desk_request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded  # type: ignore[return-value]  # wraps() hides that the call is the same

    return decorate


def _not_shown(why: ContentNotShown) -> Refusal:
    if not isinstance(why, ContentDestroyed):
        return RESTRICTED
    return replace(CONTENT_DESTROYED, cause=_("Content destroyed on %(day)s.") % {"day": long_date(why.on)})


def _stay_within_reach(request: DeskRequest) -> None:
    """Raise OutOfReach when the address is of a case, or of somebody's request, that this visit may not open."""
    found = request.resolver_match
    if found is None or not found.kwargs or found.url_name == "open-nevertheless":
        return
    if not found.route.startswith(("cases/", "corrections/", "work-list/witness/", "work-list/calls/")):
        return
    with transaction():
        visit = open_visit(request)
    if found.route.startswith("cases/"):
        reach.require(request, str(found.kwargs["number"]), visit=visit)
    elif found.route.startswith("corrections/"):
        reach.require_correction(request, str(found.kwargs["number"]), visit=visit)
    elif found.route.startswith("work-list/calls/"):
        reach.require_call(request, int(found.kwargs["task"]), visit=visit)
    else:
        reach.require_witness(request, int(found.kwargs["witnessing"]), visit=visit)


def _note_refusal(request: DeskRequest) -> None:
    """Write into the journal that somebody asked for what this centre does not have: the name of the address alone."""
    found = request.resolver_match
    if found is None or not found.route.startswith(OBJECTS):
        return
    scope = current_scope()
    if scope is None:
        return
    with transaction():
        journal.record_without_subject(
            "access.refused",
            centre_id=scope.centre_id,
            operator_id=scope.operator_id,
            at=clock.now(),
            outcome="refused",
            details={"address": found.view_name, "method": str(request.method)},
        )


def no_case_here(request: HttpRequest) -> HttpResponse:
    """Say that this centre has no such case; a case of another centre is not told apart."""
    return refuse_with(request, NO_CASE_HERE)


def _turn_away(request: HttpRequest, roles: tuple[str, ...]) -> HttpResponse | None:
    session = getattr(request, "operator_session", None)
    back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
    if session is None:
        return HttpResponseRedirect(f"{reverse('callbacks:sign-in')}?{back}")
    if session.is_locked:
        return HttpResponseRedirect(f"{reverse('callbacks:lock')}?{back}")
    at_desk, without_desk = getattr(request, "at_desk", None), getattr(request, "without_desk", None)
    if without_desk is not None:
        return _away_from_desk(request, without_desk)
    if at_desk is None:
        return HttpResponseRedirect(f"{reverse('callbacks:choose-desk')}?{back}")
    if not at_desk.has_role(*roles):
        return refuse_with(request, OTHER_ROLE)
    return None


def _away_from_desk(request: HttpRequest, person: WithoutDesk) -> HttpResponse:
    """Lead somebody without a desk to their own first page; the other pages of the desk stay closed."""
    if request.path != reverse("desk:home"):
        return refuse_with(request, OTHER_ROLE)
    officer = person.roles == {Role.INSTITUTION_OFFICER}
    return HttpResponseRedirect(reverse("office:start" if officer else "programme:start"))


def refuse_with(request: HttpRequest, why: Refusal) -> HttpResponse:
    """Answer with the page of a refusal that has a name."""
    return refuse(
        request,
        status=why.status,
        title=str(why.title),
        cause=str(why.cause),
        next_step=str(why.next_step),
        back_url=reverse(why.back),
    )


def refuse(
    request: HttpRequest, *, status: int, title: str, cause: str = "", next_step: str = "", back_url: str = "/"
) -> HttpResponse:
    """Answer with a plain page that says what is wrong and what to do."""
    context = {"title": title, "cause": cause, "next_step": next_step, "back_url": back_url}
    return django_render(request, "ui/error.html", context, status=status)


def open_visit(request: DeskRequest) -> Visit | None:
    """Return the visit that this operator has open at this desk, read once per request."""
    if not hasattr(request, "_open_visit"):
        request._open_visit = visit_of(request.at_desk)  # type: ignore[attr-defined]  # kept for the frame
    found: Visit | None = request._open_visit  # type: ignore[attr-defined]
    return found


def visit_of_form(request: DeskRequest) -> Visit | None:
    """Return the visit open at this desk. Raises AnotherVisit when the sent form was shown in another one."""
    visit, shown_in = open_visit(request), request.POST.get("visit", "")
    if visit is not None and shown_in and visit.number != shown_in:
        raise AnotherVisit(shown_in)
    return visit


def local_path(request: HttpRequest, told: str) -> str:
    """Return the address if it is one of ours, else an empty text."""
    ours = told.startswith("/") and url_has_allowed_host_and_scheme(told, allowed_hosts={request.get_host()})
    return told if ours else ""


def forget_open_visit(request: DeskRequest) -> None:
    """Read the visit anew: it was opened, ended or changed in this request."""
    if hasattr(request, "_open_visit"):
        del request._open_visit


def forgotten_by_browser(response: HttpResponse) -> HttpResponse:
    """Let the browser forget what it was shown and what it kept of a visit; the operator stays signed in."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def render(
    request: DeskRequest,
    template: str,
    context: dict[str, Any],  # Any: templates take whatever ready values the view has
    status: int = 200,
) -> HttpResponse:
    """Render a desk page with its frame. Call it inside a transaction."""
    return django_render(request, template, {"frame": frame(request), **context}, status=status)


def frame(request: DeskRequest) -> Frame:
    """Return what surrounds the page: menu, operator, the person being served."""
    at_desk = request.at_desk
    here = request.path
    nav = (
        NavItem(label=_("Desk"), href=reverse("desk:home"), key="Alt+1", current=here == "/"),
        NavItem(label=_("Work list"), href=reverse("desk:work"), key="Alt+2", current=here.startswith("/work-list")),
        NavItem(label=_("Services"), href=reverse("desk:services"), key="Alt+3", current=here.startswith("/services")),
    )
    visit = open_visit(request)
    return Frame(
        operator=at_desk.operator_name,
        centre=at_desk.centre_name,
        desk=at_desk.desk_name,
        nav=nav,
        citizen=banner(visit) if visit else None,
        home_url=reverse("desk:home"),
        sign_out_url=reverse("callbacks:sign-out"),
        lock_url=reverse("callbacks:lock"),
        alive_url=reverse("callbacks:still-here"),
        search_url=reverse("desk:find"),
        idle_seconds=settings.IDLE_LOCK_AFTER,
        keys=(KeyHint(key="Ctrl+K", label=_("Find")),),
    )


def banner(visit: Visit) -> CitizenBanner:
    """Return the permanent line about the person of the visit."""
    mandate = visit.mandate
    return CitizenBanner(
        name=visit.person.full_name or visit.person.document,
        idnp=visit.person.idnp,
        identified=IDENTIFIED_WORDS[IdentifiedBy(visit.identified_by)],
        visit_number=visit.number,
        visit_url=reverse("desk:visit"),
        acting_for=mandate.subject.full_name if mandate else "",
        reveal_url=reverse("desk:reveal"),
        end_url=reverse("desk:end-visit"),
        end_key="Alt+E",
    )


def page_language() -> str:
    """Return the language of the page: ro, ru or en."""
    return (get_language() or "ro")[:2]
