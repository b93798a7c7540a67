"""What every desk page shares: sign-in and role checked, one transaction, the frame, the open visit."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation.access import SubjectIsActor, transaction
from ghiseu.foundation.ui.parts import CitizenBanner, Frame, KeyHint, NavItem
from ghiseu.journeys.load_case import NoSuchCase
from ghiseu.journeys.start_visit import OwnMatter
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.visits.models import IdentifiedBy, Visit
from ghiseu.modules.visits.queries import open_visit_at

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate[HttpRequest, Arguments], HttpResponse]
DeskView = Callable[Concatenate[DeskRequest, Arguments], HttpResponse]
AT_THE_DESK = (Role.OPERATOR, Role.CENTRE_LEAD)

IDENTIFIED_WORDS = {
    IdentifiedBy.IDENTITY_CARD: gettext_lazy("identity card seen"),
    IdentifiedBy.PASSPORT: gettext_lazy("passport seen"),
    IdentifiedBy.FOREIGN_DOCUMENT: gettext_lazy("foreign document seen"),
    IdentifiedBy.OTHER_DOCUMENT: gettext_lazy("other document seen"),
    IdentifiedBy.NOT_SEEN: gettext_lazy("no document seen"),
}


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
                with nullcontext() if asks_outside else transaction():
                    response = view(desk_request, *args, **kwargs)
            except (SubjectIsActor, OwnMatter):
                response = _for_a_colleague(request)
            except AnotherVisit:
                response = _of_another_visit(request)
            except NoSuchCase:  # whatever was tried, and whether or not another centre has it
                response = no_case_here(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded  # type: ignore[return-value]  # wraps() hides that the call is the same

    return decorate


def no_case_here(request: HttpRequest) -> HttpResponse:
    """Say that this centre has no such case; a case of another centre is not told apart."""
    return refuse(
        request,
        status=404,
        title=_("There is no such case here"),
        cause=_("No case of this centre has this number."),
        next_step=_("Search for it by name or number: Ctrl+K."),
    )


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
        return _not_for_your_role(request)
    return None


def _away_from_desk(request: HttpRequest, person: WithoutDesk) -> HttpResponse:
    """Lead somebody without a desk to their own first page; the other pages of the desk stay closed."""
    if request.path != reverse("desk:home"):
        return _not_for_your_role(request)
    officer = person.roles == {Role.INSTITUTION_OFFICER}
    return HttpResponseRedirect(reverse("office:start" if officer else "programme:start"))


def _not_for_your_role(request: HttpRequest) -> HttpResponse:
    return refuse(
        request,
        status=403,
        title=_("This page is not for your role"),
        cause=_("Your role does not open it."),
        next_step=_("Go back to your own first page."),
    )


def _for_a_colleague(request: HttpRequest) -> HttpResponse:
    return refuse(
        request,
        status=403,
        title=_("A colleague has to serve"),
        cause=_("This is your own matter. Nobody serves themselves."),
        next_step=_("Ask a colleague at another desk. Nothing was changed."),
    )


def _of_another_visit(request: HttpRequest) -> HttpResponse:
    return refuse(
        request,
        status=409,
        title=_("This page belongs to an earlier visit"),
        cause=_("Another person is at the desk now. Nothing was changed."),
        next_step=_("Close this page and go on in the visit that is open."),
        back_url=reverse("desk:visit"),
    )


def refuse(
    request: HttpRequest, *, status: int, title: str, cause: str = "", next_step: str = "", back_url: str = "/"
) -> HttpResponse:
    """Answer with a plain page that says what is wrong and what to do."""
    context = {"title": title, "cause": cause, "next_step": next_step, "back_url": back_url}
    return django_render(request, "ui/error.html", context, status=status)


def open_visit(request: DeskRequest) -> Visit | None:
    """Return the visit open at this desk, read once per request."""
    if not hasattr(request, "_open_visit"):
        request._open_visit = open_visit_at(request.at_desk.desk_id)  # type: ignore[attr-defined]  # kept for the frame
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
