"""Whose cases and requests this desk opens now: of who is here, and those that the operator looked for.

Nothing of one visit is reachable from another. An address that was open before (Back, another window, the history of
the browser) opens a case only when it concerns whoever is at the desk now, or after a list, a search or a press of
this visit named it. With nobody at the desk only what was looked for opens. The beginning and the end of a visit
forget what was looked for. Requests to correct a register, and what a colleague is to witness, follow the same rule.
"""

from collections.abc import Iterable

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ghiseu.channels.desk import asking
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation.access import transaction
from ghiseu.journeys.load_case import concerns
from ghiseu.modules.cases import agreeing
from ghiseu.modules.cases import queries as cases
from ghiseu.modules.privacy import corrections
from ghiseu.modules.visits.models import Visit

MOST = 200  # of the latest that were named
BY_SCRIPT = frozenset({"save-field", "upload-begin", "upload-chunk", "presence"})
_KEY = "named_cases"


class OutOfReach(Exception):
    """What was asked for is of somebody who is not here, and nobody looked for it in this visit.

    `back` names the list that leads to it; empty for a case, which one key opens nevertheless.
    """

    def __init__(self, number: str, *, back: str = "") -> None:
        super().__init__(number)
        self.number, self.back = number, back


def of_witness(task_id: int) -> str:
    """Return the name by which a list makes a witness task reachable."""
    return f"witness {task_id}"


def of_call(task_id: int) -> str:
    """Return the name by which a list makes a call reachable."""
    return f"call {task_id}"


def name(request: DeskRequest, numbers: Iterable[str], *, visit: Visit | None) -> None:
    """Let these cases and requests be opened until the visit ends: the operator has just been shown that they exist."""
    known = _named(request, visit)
    if new := [one for one in numbers if one not in known]:
        request.session[_KEY] = {"visit": visit.number if visit else "", "cases": [*known, *new][-MOST:]}


def forget(request: DeskRequest) -> None:
    """Forget what was looked for: another person comes, or this one has left."""
    request.session.pop(_KEY, None)
    asking.forget(request)


def require(request: DeskRequest, number: str, *, visit: Visit | None) -> None:
    """Raise OutOfReach for a case of this centre that may not be opened now. One that does not exist passes."""
    if number in _named(request, visit):
        return
    with transaction():
        case = cases.people_of(number)
    if case is not None and not (visit is not None and concerns(case, visit)):
        raise OutOfReach(number)


def require_correction(request: DeskRequest, number: str, *, visit: Visit | None) -> None:
    """Raise OutOfReach for a request to correct a register that may not be opened now. None at all passes."""
    if number in _named(request, visit):
        return
    with transaction():
        person = corrections.person_of(number)
    if person is not None and (visit is None or visit.person_id != person):
        raise OutOfReach(number, back="desk:corrections")


def require_witness(request: DeskRequest, task_id: int, *, visit: Visit | None) -> None:
    """Raise OutOfReach for a witness task that no list of this visit has shown. None at all passes."""
    if of_witness(task_id) in _named(request, visit):
        return
    with transaction():
        is_here = agreeing.has_task(task_id)
    if is_here:
        raise OutOfReach(of_witness(task_id), back="desk:work")


def require_call(request: DeskRequest, task_id: int, *, visit: Visit | None) -> None:
    """Raise OutOfReach for a call that no list of this visit has shown. None at all passes."""
    if of_call(task_id) in _named(request, visit):
        return
    with transaction():
        is_here = cases.has_call(task_id)
    if is_here:
        raise OutOfReach(of_call(task_id), back="desk:work")


def tell(request: DeskRequest, why: OutOfReach) -> HttpResponse:
    """Answer without a word about whose it is; the page has one key that opens a case nevertheless."""
    found = request.resolver_match
    if found is not None and found.url_name in BY_SCRIPT:
        return JsonResponse(
            {"cause": _("This page belongs to an earlier visit"), "next_step": _("Open the case again.")}, status=422
        )
    return render(request, "desk/out_of_reach.html", {"number": why.number, "back": why.back}, status=409)


def _named(request: DeskRequest, visit: Visit | None) -> list[str]:
    kept = request.session.get(_KEY) or {}
    found: list[str] = kept.get("cases", []) if kept.get("visit") == (visit.number if visit else "") else []
    return found
