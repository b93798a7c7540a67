"""Places in calendars that a platform keeps: how they stand, in words, and the two buttons for when it is silent."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.ui.filters import weekday_and_time
from ghiseu.journeys import book_appointment, book_at_calendar
from ghiseu.journeys.book_at_calendar import PENDING, NotGiven
from ghiseu.modules.appointments import queries
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import Wanted
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.cases.models import Case


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the page says of places at a platform. `is_pending` is set while one is asked for or not confirmed yet."""

    lines: tuple[tuple[str, str], ...] = ()
    is_pending: bool = False
    may_ask: bool = False


def standing(case: Case) -> Standing:
    """Return how the places of the case stand at the platform. Call it inside a transaction."""
    rows = [one for one in queries.of_case(case.pk) if one.occupancy.counter_id is None]
    waiting = [one for one in rows if one.state in (*PENDING, AppointmentState.LEAVING)]
    lines = [_line(one) for one in waiting]
    if not lines and rows and rows[0].state == AppointmentState.REFUSED:
        lines.append(("info", _("The place of %(when)s was not booked.") % {"when": _when(rows[0])}))
    pending = any(one.state in PENDING for one in waiting)
    return Standing(lines=tuple(lines), is_pending=pending, may_ask=bool(waiting))


def _line(one: Appointment) -> tuple[str, str]:
    words = {"when": _when(one), "office": one.occupancy.offered.office.name}
    if one.state == AppointmentState.ASKING:
        told = _(
            "Not known yet: eProgramări has not said whether %(when)s, %(office)s, is booked. It is asked until "
            "that is known. Book no other place meanwhile."
        )
        return "warning", told % words
    if one.state == AppointmentState.HELD:
        told = _(
            "Held, not confirmed yet: %(when)s, %(office)s. It is confirmed as soon as eProgramări answers. "
            "An earlier place stays until then."
        )
        return "warning", told % words
    told = _("Being given up: %(when)s, %(office)s. eProgramări has not said so yet; it is told until it does.")
    return "info", told % words


def _when(one: Appointment) -> str:
    return weekday_and_time(one.occupancy.starts_at, one.occupancy.offered.office.time_zone)


def why_not_given(refusal: NotGiven) -> str:
    """Return what the operator reads when the platform declined a place."""
    if refusal.code == "no-phone":
        return _("Nothing was booked: eProgramări needs a telephone. Write down the person's first.")
    if refusal.code == "name-length":
        return _("Nothing was booked: eProgramări cannot take this name. Call the office.")
    return _("Nothing was booked. eProgramări says: %(words)s") % {"words": refusal.words}


def book(number: str, wanted: Wanted, *, request: DeskRequest, at: datetime) -> None:
    """Book the place where its calendar is kept. Raises what the two journeys raise."""
    with transaction():
        elsewhere = book_at_calendar.is_elsewhere(wanted.offered_id)
    if elsewhere:
        book_at_calendar.book(number=number, wanted=wanted, at_desk=request.at_desk, now=clock.now)
        return
    book_appointment.book(number=number, wanted=wanted, at_desk=request.at_desk, at=at)


def move(number: str, wanted: Wanted, *, request: DeskRequest, at: datetime) -> None:
    """Move the appointment, from and to whichever calendar. Raises what the two journeys raise."""
    with transaction():
        elsewhere = book_at_calendar.is_elsewhere(wanted.offered_id)
        elsewhere = elsewhere or book_at_calendar.has_place_there(number, at_desk=request.at_desk)
    if elsewhere:
        book_at_calendar.move(number=number, wanted=wanted, at_desk=request.at_desk, now=clock.now)
        return
    book_appointment.move(number=number, wanted=wanted, at_desk=request.at_desk, at=at)


def cancel(number: str, *, request: DeskRequest, at: datetime) -> None:
    """Cancel the appointment where it is. Raises what the two journeys raise."""
    reason, at_desk = _("asked at the desk"), request.at_desk
    with transaction():
        elsewhere = book_at_calendar.has_place_there(number, at_desk=at_desk)
    if elsewhere:
        book_at_calendar.cancel(number=number, reason=reason, at_desk=at_desk, now=clock.now)
        return
    book_appointment.cancel(number=number, reason=reason, at_desk=at_desk, at=at)


@require_POST
@desk_page(asks_outside=True)
def ask_now(request: DeskRequest, number: str) -> HttpResponse:
    """Ask the platform now how the places of the case stand. May be pressed again."""
    book_at_calendar.ask_now(number=number, at_desk=request.at_desk, now=clock.now)
    return HttpResponseRedirect(reverse("desk:appointment", args=[number]))


@require_POST
@desk_page()
def wish(request: DeskRequest, number: str) -> HttpResponse:
    """Note on the call list that the person wishes an appointment. Pressed twice it stands there once."""
    book_at_calendar.note_wish(number=number, at_desk=request.at_desk, at=clock.now())
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
