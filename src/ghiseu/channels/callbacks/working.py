"""Between signing in and the work: choosing a desk, locking, staying."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ghiseu.channels.callbacks.mpass_pages import local_path, refusals_as_pages
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import leave_desk
from ghiseu.modules.centres import places, sign_in
from ghiseu.modules.centres.sign_in_models import OperatorSession, SessionEnd


def go_to_work(request: HttpRequest, session: OperatorSession, *, return_path: str) -> HttpResponse:
    """Send the operator to the only place there is, or ask which; without any the session ends."""
    at = clock.now()
    on = clock.today(settings.TIME_ZONE, at=at)
    with transaction():
        found = places.places_of(operator=session.operator, on=on)
        if not found:
            sign_in.end(session, because=SessionEnd.NOT_ASSIGNED, at=at)
            request.session.flush()
    if len(found) == 1:
        leave_desk.sit_down(session, place_key=found[0].key, on=on, at=at)
        return HttpResponseRedirect(return_path)
    if not found:
        raise places.NotAssignedThere("nothing is assigned today")
    return HttpResponseRedirect(f"{reverse('callbacks:choose-desk')}?{urlencode({'next': return_path})}")


@require_http_methods(["GET", "POST"])
@refusals_as_pages
def choose_desk(request: HttpRequest) -> HttpResponse:
    """Ask where the operator works now, the place of last time first chosen; or take the answer."""
    at = clock.now()
    on = clock.today(settings.TIME_ZONE, at=at)
    return_path = local_path(request.POST.get("next") or request.GET.get("next"))
    with transaction():
        session = sign_in.session_of(request.session, at=at)
    if session is None or session.is_locked:
        return HttpResponseRedirect(f"{reverse('callbacks:sign-in')}?{urlencode({'next': return_path})}")
    if request.method == "POST":
        leave_desk.sit_down(session, place_key=request.POST.get("place", ""), on=on, at=at)
        return HttpResponseRedirect(return_path)
    with transaction():
        found = places.places_of(operator=session.operator, on=on)
        last = places.last_place(operator=session.operator)
    keys = [place.key for place in found]
    chosen = last if last in keys else next(iter(keys), "")
    shown = {"places": found, "chosen": chosen, "next": return_path, "name": session.operator.full_name}
    return render(request, "callbacks/choose_desk.html", shown)


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the screen (POST), or show that it is locked and the way back in. Nothing of the work is lost."""
    at = clock.now()
    return_path = local_path(request.POST.get("next") or request.GET.get("next") or _page_before(request))
    with transaction():
        session = sign_in.session_of(request.session, at=at)
        if session is not None and request.method == "POST":
            sign_in.lock(session, at=at)
    again = urlencode({"next": return_path})
    if session is None:
        return HttpResponseRedirect(f"{reverse('callbacks:sign-in')}?{again}")
    if request.method == "POST":
        return HttpResponseRedirect(f"{reverse('callbacks:lock')}?{again}")
    if not session.is_locked:
        return HttpResponseRedirect(return_path)
    shown = {"name": session.operator.full_name, "sign_in_url": f"{reverse('callbacks:sign-in')}?{again}"}
    return render(request, "callbacks/locked.html", shown)


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Note that somebody is there: 204; or 401 when the session is locked or over and the page must be left."""
    at = clock.now()
    with transaction():
        session = sign_in.session_of(request.session, at=at)
        usable = session is not None and sign_in.touch(session, at=at)
    return HttpResponse(status=204 if usable else 401)


def _page_before(request: HttpRequest) -> str:
    """Return the local address that the browser says it comes from; the policy of our pages tells only ourselves."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if request.method != "POST" or parts.netloc != request.get_host():
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
