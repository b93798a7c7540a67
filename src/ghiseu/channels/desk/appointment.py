"""An appointment: nearest office and earliest place first; booked, moved or cancelled by one key."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ghiseu.channels.desk import case_words, pages
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.check_page import as_pdf
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.parts import failing_fields
from ghiseu.journeys import book_appointment, make_papers
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, load_case
from ghiseu.journeys.submit_case import NotReady
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

KEYS = "123456789"
FAULTS = {
    KeyError: "No place was chosen. Choose one of the list.",
}


@require_GET
@desk_page()
def page(request: DeskRequest, number: str) -> HttpResponse:
    """Show the appointment of the case, or the nearest places to choose; `slip=1` is the paper, `ics=1` for a phone."""
    at = clock.now()
    try:
        file = load_case(number=number, at_desk=request.at_desk, at=at)
    except NoSuchCase:
        return no_such_case(request)
    booked = _booked(file)
    if booked is not None and request.GET.get("slip"):
        size = Size.LARGE if request.GET.get("size") == "large" else Size.NORMAL
        slip = make_papers.appointment_slip(file, booked, at_desk=request.at_desk, at=at)
        return as_pdf(render(slip, size=size), f"{number}-appointment.pdf")
    if booked is not None and request.GET.get("ics"):
        return _calendar_file(file, booked, at=at)
    return _page(request, file, booked, fault="", at=at)
