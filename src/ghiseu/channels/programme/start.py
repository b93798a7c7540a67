"""First page of those who look after the whole programme: centres for the manager, the installation for the others."""

from collections.abc import Iterator
from datetime import datetime, time
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.filters import WEEKDAYS
from ghiseu.foundation.ui.parts import Frame
from ghiseu.journeys.mind_legal_log import debt, is_connected
from ghiseu.journeys.oversee import standing
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import CentreKind, Role
from ghiseu.modules.centres.queries import CentreOverview, overview

KINDS = {
    CentreKind.TOWN_HALL: gettext_lazy("town hall"),
    CentreKind.LIBRARY: gettext_lazy("library"),
    CentreKind.EMBASSY: gettext_lazy("embassy"),
    CentreKind.CONSULATE: gettext_lazy("consulate"),
}
ROLES = {
    Role.PROGRAMME_MANAGER: gettext_lazy("Programme manager"),
    Role.AUDITOR: gettext_lazy("Auditor"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
    Role.DATA_PROTECTION_OFFICER: gettext_lazy("Data-protection officer"),
}
SEE_INSTALLATION = (Role.AUDITOR, Role.ADMINISTRATOR)


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Show what the person's role may see; an operator at a desk is told that this is not for them."""
    refused = turn_away(request, *ROLES)
    if refused is not None:
        return refused
    person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
    at = clock.now()
    on = clock.today(settings.TIME_ZONE, at=at)
    context: dict[str, object] = {"frame": frame(person), "roles": [ROLES[Role(one)] for one in sorted(person.roles)]}
    if person.has_role(Role.PROGRAMME_MANAGER):
        with transaction():
            context["centres"] = [_row(one) for one in overview(on=on)]
    if person.has_role(*SEE_INSTALLATION):
        context["standing"] = standing(on=on, at=at)
        context["language"] = (get_language() or "ro")[:2]
    context["legal_log"] = _legal_log(person, at=at)
    context["asks"] = person.has_role(Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER)
    context["looks_after_data"] = person.has_role(Role.DATA_PROTECTION_OFFICER)
    return render(request, "programme/start.html", context)


def _legal_log(person: WithoutDesk, *, at: datetime) -> dict[str, object]:
    """Return whether too much is owed to the log of legal events, and what the administrator has to look at there."""
    owed = debt(at=at)
    return {
        "is_late": owed.is_late(at=at),
        "stops_reading": owed.stops_reading(at=at),
        "oldest_at": owed.oldest_at,
        "refused": owed.refused,
        "is_minded_here": is_connected() and person.has_role(Role.ADMINISTRATOR),
    }


def turn_away(request: HttpRequest, *roles: str) -> HttpResponse | None:
    """Return where somebody goes who is not signed in or holds none of these roles, else None."""
    session = getattr(request, "operator_session", None)
    back = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
    if session is None:
        return HttpResponseRedirect(f"{reverse('callbacks:sign-in')}?{back}")
    if session.is_locked:
        return HttpResponseRedirect(f"{reverse('callbacks:lock')}?{back}")
    person = getattr(request, "without_desk", None)
    if person is not None and person.has_role(*roles):
        return None
    if person is None and getattr(request, "at_desk", None) is None:
        return HttpResponseRedirect(f"{reverse('callbacks:choose-desk')}?{back}")
    context = {
        "title": _("This page is not for your role"),
        "cause": _("Your role does not open it."),
        "next_step": _("Go back to your own first page."),
    }
    return render(request, "ui/error.html", context, status=403)


def frame(person: WithoutDesk) -> Frame:
    """Return what surrounds the page of somebody without a desk."""
    return Frame(
        operator=person.operator_name,
        centre=_("Whole programme"),
        home_url=reverse("programme:start"),
        sign_out_url=reverse("callbacks:sign-out"),
        lock_url=reverse("callbacks:lock"),
        alive_url=reverse("callbacks:still-here"),
        idle_seconds=settings.IDLE_LOCK_AFTER,
    )


def _row(one: CentreOverview) -> dict[str, object]:
    return {
        "code": one.centre.code,
        "name": one.centre.name,
        "place": ", ".join(filter(None, (str(KINDS[CentreKind(one.centre.kind)]), one.centre.region))),
        "is_demo": one.centre.is_demo,
        "hours": list(_hours(one.hours)),
        "hours_are_assumed": one.hours_are_assumed,
        "desks": one.desks,
        "staff": one.staff,
    }


def _hours(hours: tuple[tuple[int, time, time], ...]) -> Iterator[str]:
    """Yield lines such as "Monday–Friday 08:00–12:00, 13:00–17:00"."""
    names = WEEKDAYS[(get_language() or "ro")[:2]]
    by_day = [
        (day, tuple(f"{opens:%H:%M}–{closes:%H:%M}" for _day, opens, closes in several))
        for day, several in groupby(hours, key=lambda one: one[0])
    ]
    for open_at, days in groupby(by_day, key=lambda one: one[1]):
        run = [day for day, _open_at in days]
        span = names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}"
        yield f"{span} {', '.join(open_at)}"
