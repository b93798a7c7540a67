"""An appointment: nearest office and earliest place first; booked, moved or cancelled by one key."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import book_appointment, make_papers
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.modules.appointments import queries
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import (
    DailyCapReached,
    NotASlot,
    OutsideBookingWindow,
    SlotTaken,
    TooLateToChange,
    Wanted,
)
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents.papers import Size, render


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the appointment of the case, or the nearest places to choose; `slip=1` is the paper."""
    at = clock.now()
    try:
        file = load_case(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    booked = queries.of_case(file.case.pk).filter(state="confirmed").first()
    if booked is not None and request.GET.get("slip"):
        size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
        slip = make_papers.appointment_slip(file, booked, at_desk=request.at_desk, at=at)
        return as_pdf(render(slip, size=size), f"{number}-appointment.pdf")
    return _page(request, file, booked, fault="", at=at)


def _page(
    request: DeskRequest, file: OpenedCase, booked: Appointment | None, *, fault: str, at: datetime, status: int = 200
) -> HttpResponse:
    moving = bool(request.GET.get("move")) or bool(fault)
    choices = []
    if booked is None or moving:
        choices = book_appointment.offer(number=file.case.number, at_desk=request.at_desk, at=at)
    slots: list[dict[str, object]] = [
        {"office": choice.office, "slot": slot, "distance": choice.distance_km, "assumed": choice.hours_are_assumed}
        for choice in choices
        for slot in choice.slots
    ]
    for index, one in enumerate(slots[:9], start=1):
        one["key"] = str(index)
    context = {
        "case": file.case,
        "name": file.package.name(pages.page_language()),
        "booked": booked,
        "slots": slots,
        "moving": moving,
        "can_book": file.case.state == CaseState.DRAFT,
        "fault": fault,
        "slip_url": reverse("desk:appointment", args=[file.case.number]) + "?slip=1",
    }
    return pages.render(request, "desk/appointment.html", context, status=status)


def _change(request: DeskRequest, number: str, change: Callable[[Wanted, datetime], object]) -> HttpResponse:
    at = clock.now()
    fault = ""
    try:
        wanted = Wanted(
            offered_id=int(request.POST["offered"]), starts_at=datetime.fromisoformat(request.POST["starts_at"])
        )
        with transaction():
            change(wanted, at)
        return HttpResponseRedirect(reverse("desk:appointment", args=[number]))
    except (KeyError, ValueError):
        fault = _("No place was chosen. Choose one of the list.")
    except SlotTaken:
        fault = _("Somebody took this place a moment ago. Choose another one.")
    except (NotASlot, OutsideBookingWindow, DailyCapReached):
        fault = _("This place cannot be booked any more. Choose another one.")
    except TooLateToChange:
        fault = _("It is too late to change it here. Call the office.")
    except NoSuchCase:
        return no_such_case(request)
    file = load_case(number=number, at_desk=request.at_desk, at=at)
    booked = queries.of_case(file.case.pk).filter(state="confirmed").first()
    return _page(request, file, booked, fault=fault, at=at, status=422)


@require_POST
@desk_page()
def book(request: DeskRequest, number: str) -> HttpResponse:
    """Book the chosen place; pressed twice it is one appointment."""
    return _change(
        request,
        number,
        lambda wanted, at: book_appointment.book(number=number, wanted=wanted, at_desk=request.at_desk, at=at),
    )


@require_POST
@desk_page()
def move(request: DeskRequest, number: str) -> HttpResponse:
    """Give the place up for another one."""
    return _change(
        request,
        number,
        lambda wanted, at: book_appointment.move(number=number, wanted=wanted, at_desk=request.at_desk, at=at),
    )


@require_POST
@desk_page()
def cancel(request: DeskRequest, number: str) -> HttpResponse:
    """Give the place up."""
    at = clock.now()
    try:
        with transaction():
            book_appointment.cancel(number=number, reason=_("asked at the desk"), at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    except Appointment.DoesNotExist:
        pass  # cancelled already
    except TooLateToChange:
        file = load_case(number=number, at_desk=request.at_desk, at=at)
        booked = queries.of_case(file.case.pk).filter(state="confirmed").first()
        fault = _("It is too late to change it here. Call the office.")
        return _page(request, file, booked, fault=fault, at=at, status=422)
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
