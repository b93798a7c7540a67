"""Support asks to read a case of a centre; a second person agrees; for some hours it can be read, and nothing more."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.programme.start import frame, turn_away
from ghiseu.foundation import clock
from ghiseu.foundation.access import Scope, SubjectIsActor, scoped_to, transaction
from ghiseu.foundation.ui.parts import Field, FieldError, Kind, failing_fields
from ghiseu.journeys.load_case import NoSuchCase
from ghiseu.journeys.look_under_grant import look
from ghiseu.modules.centres import grants
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.grant_models import MOST_HOURS, AccessGrant
from ghiseu.modules.centres.models import Role

View = Callable[..., HttpResponse]
Page = Callable[..., HttpResponse]


def _open_to(*roles: str) -> Callable[[View], Page]:
    """Let only these roles in; what there is no grant for is answered as what does not exist."""

    def decorate(view: View) -> Page:
        @wraps(view)
        def guarded(request: HttpRequest, *, number: str = "", grant: int = 0) -> HttpResponse:
            refused = turn_away(request, *roles)
            if refused is not None:
                return refused
            person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
            try:
                response = view(request, person, number=number, grant=grant)
            except (grants.NoSuchCentre, grants.NotInForce, AccessGrant.DoesNotExist, NoSuchCase):
                response = _nothing(request)
            except (grants.TwoPeopleNeeded, SubjectIsActor):
                response = _another_person(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded

    return decorate


SUPPORT = (Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER)


@require_GET
@_open_to(*SUPPORT)
def page(request: HttpRequest, person: WithoutDesk, *, number: str, grant: int) -> HttpResponse:
    """Show the form, or the grants of one case."""
    del grant
    return _page(request, person, number=number, typed={"number": number}, errors={})


@require_POST
@_open_to(Role.ADMINISTRATOR)
def ask(request: HttpRequest, person: WithoutDesk, *, number: str, grant: int) -> HttpResponse:
    """Ask to read a case."""
    del number, grant
    typed = request.POST.dict()
    hours = typed.get("hours", "")
    try:
        with transaction():
            scope = grants.scope_of(typed.get("number", ""), operator_id=person.operator_id)
        with scoped_to(scope), transaction():
            asked = grants.ask(
                case_number=typed["number"],
                reason=typed.get("reason", ""),
                hours=int(hours) if hours in map(str, range(1, MOST_HOURS + 1)) else 1,
                scope=scope,
                at=clock.now(),
            )
    except grants.NoSuchCentre:
        error = FieldError(cause=_("This is not a number of ours."), next_step=_("Type it as the slip has it."))
        return _page(request, person, number="", typed=typed, errors={"number": error})
    except grants.ReasonTooShort:
        error = FieldError(cause=_("The reason is too short."), next_step=_("Say what you look for, and why."))
        return _page(request, person, number="", typed=typed, errors={"reason": error})
    return HttpResponseRedirect(reverse("programme:support-case", args=[asked.case_number]))


@require_POST
@_open_to(Role.PROGRAMME_MANAGER)
def approve(request: HttpRequest, person: WithoutDesk, *, number: str, grant: int) -> HttpResponse:
    """Agree to what somebody else asked for."""
    del request
    scope = _scope(number, person)
    with scoped_to(scope), transaction():
        try:
            grants.approve(grant, scope=scope, at=clock.now())
        except grants.NotWaiting:  # somebody was faster, or it is too old; the page shows it
            return HttpResponseRedirect(reverse("programme:support-case", args=[number]))
    return HttpResponseRedirect(reverse("programme:support-case", args=[number]))


@require_POST
@_open_to(*SUPPORT)
def end(request: HttpRequest, person: WithoutDesk, *, number: str, grant: int) -> HttpResponse:
    """End a grant, or turn the question down."""
    del request
    scope = _scope(number, person)
    with scoped_to(scope), transaction():
        grants.end(grant, scope=scope, at=clock.now())
    return HttpResponseRedirect(reverse("programme:support-case", args=[number]))


@require_GET
@_open_to(Role.ADMINISTRATOR)
def read(request: HttpRequest, person: WithoutDesk, *, number: str, grant: int) -> HttpResponse:
    """Show the case; the journal of its centre says so, with the grant."""
    del grant
    language = (get_language() or "ro")[:2]
    found = look(case_number=number, operator_id=person.operator_id, language=language, at=clock.now())
    return render(request, "programme/case_read.html", {"frame": frame(person), "found": found})


def _scope(number: str, person: WithoutDesk) -> Scope:
    with transaction():
        return grants.scope_of(number, operator_id=person.operator_id)


def _page(
    request: HttpRequest, person: WithoutDesk, *, number: str, typed: dict[str, str], errors: dict[str, FieldError]
) -> HttpResponse:
    at, found = clock.now(), []
    if number:
        scope = _scope(number, person)
        with scoped_to(scope), transaction():
            found = [_row(one, person) for one in grants.of_centre(at=at, case_number=number)]
    fields = _fields(typed, errors)
    context = {
        "frame": frame(person),
        "grants": found,
        "number": number,
        "fields": fields if person.has_role(Role.ADMINISTRATOR) else (),
        "errors": failing_fields(fields),
    }
    return render(request, "programme/support.html", context, status=422 if errors else 200)


def _row(one: AccessGrant, person: WithoutDesk) -> dict[str, object]:
    at = clock.now()
    mine = one.asker_id == person.operator_id
    return {
        "grant": one,
        "asker": one.asker.full_name,
        "approver": one.approver.full_name if one.approver else "",
        "is_open": one.is_in_force(at),
        "may_read": mine and one.is_in_force(at),
        "may_approve": not mine and one.waits(at) and person.has_role(Role.PROGRAMME_MANAGER),
        "may_end": one.waits(at) or one.is_in_force(at),
    }


def _fields(typed: dict[str, str], errors: dict[str, FieldError]) -> tuple[Field, ...]:
    return (
        Field(
            kind=Kind.TEXT,
            name="number",
            label=_("Number of the case"),
            value=typed.get("number", ""),
            error=errors.get("number"),
        ),
        Field(
            kind=Kind.TEXT,
            name="reason",
            label=_("What you look for, and why"),
            hint=_("No names and no numbers of people."),
            value=typed.get("reason", ""),
            error=errors.get("reason"),
        ),
        Field(
            kind=Kind.TEXT,
            name="hours",
            label=_("Hours, at most 8"),
            value=typed.get("hours", "1"),
            width="short",
        ),
    )


def _nothing(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("There is nothing to read here"),
        "cause": _("No case has this number, or nobody has agreed that you read it."),
        "next_step": _("Ask for access, and let a second person agree."),
        "back_url": reverse("programme:support"),
    }
    return render(request, "ui/error.html", context, status=404)


def _another_person(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("A second person has to agree"),
        "cause": _("Nobody agrees to what they asked for themselves, and nobody reads their own case."),
        "next_step": _("Ask the centre lead or a programme manager."),
        "back_url": reverse("programme:support"),
    }
    return render(request, "ui/error.html", context, status=403)
