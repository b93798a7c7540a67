"""First page of an institution's officer: what the centres offer in its name, and how the connection stands."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.parts import Frame
from ghiseu.journeys.oversee import standing
from ghiseu.modules.catalogue import queries as catalogue
from ghiseu.modules.catalogue.models import Institution
from ghiseu.modules.centres.at_desk import WithoutDesk
from ghiseu.modules.centres.models import Role


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Show the institution's services and connection; cases belong to the centres and are not shown here."""
    refused = _turn_away(request)
    if refused is not None:
        return refused
    person: WithoutDesk = request.without_desk  # type: ignore[attr-defined]  # the session middleware set it
    at = clock.now()
    on = clock.today(settings.TIME_ZONE, at=at)
    language = (get_language() or "ro")[:2]
    places = [
        {"name": _name(code, language), "standing": standing(on=on, at=at, institution=code)}
        for code in person.institutions
    ]
    return render(
        request, "office/start.html", {"frame": _frame(person, places), "places": places, "language": language}
    )


def _name(code: str, language: str) -> str:
    with transaction():
        try:
            names = catalogue.institution(code).names
        except Institution.DoesNotExist:
            return code.upper()
    return str(names.get(language) or names["ro"])


def _turn_away(request: HttpRequest) -> HttpResponse | None:
    session = getattr(request, "operator_session", None)
    back = urlencode({"next": request.get_full_path()})
    if session is None:
        return HttpResponseRedirect(f"{reverse('callbacks:sign-in')}?{back}")
    if session.is_locked:
        return HttpResponseRedirect(f"{reverse('callbacks:lock')}?{back}")
    person = getattr(request, "without_desk", None)
    if person is not None and person.has_role(Role.INSTITUTION_OFFICER):
        return None
    if person is None and getattr(request, "at_desk", None) is None:
        return HttpResponseRedirect(f"{reverse('callbacks:choose-desk')}?{back}")
    context = {
        "title": _("This page is not for your role"),
        "cause": _("Your role does not open it."),
        "next_step": _("Go back to your own first page."),
    }
    return render(request, "ui/error.html", context, status=403)


def _frame(person: WithoutDesk, places: list[dict[str, object]]) -> Frame:
    return Frame(
        operator=person.operator_name,
        centre=", ".join(str(one["name"]) for one in places),
        home_url=reverse("office:start"),
        sign_out_url=reverse("callbacks:sign-out"),
        lock_url=reverse("callbacks:lock"),
        alive_url=reverse("callbacks:still-here"),
        idle_seconds=settings.IDLE_LOCK_AFTER,
    )
