"""An appointment in a calendar that a platform keeps: written here first, asked for there, confirmed there.

The platform knows no key of ours. After a call without an answer it is asked what became of it, by person, calendar
and time, and nothing is asked for twice before that is known. Moving is a new place, its confirmation, and then the
old one given up; whatever stands still on the way is gone on with by a job, and the old place stays until the new one
is confirmed. No call is made inside a transaction.
"""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from ghiseu.foundation.access import transaction
from ghiseu.foundation.clock import today
from ghiseu.foundation.outcomes import OutsideError
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys import tell_person
from ghiseu.journeys.book_appointment import lacking
from ghiseu.journeys.calendar_steps import NOT_REACHED, give_up_old, go_on
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import acting_on, case_for, opened, package_of
from ghiseu.modules.appointments import calendar_operations, operations, queries
from ghiseu.modules.appointments.calendar_operations import Asked
from ghiseu.modules.appointments.models import Appointment, CalendarBooking, OfferedService
from ghiseu.modules.appointments.operations import SlotTaken, TooLateToChange, Wanted
from ghiseu.modules.appointments.platform_places import PlatformCalendar
from ghiseu.modules.appointments.ports import PLATFORM, SLOT_TAKEN, PlaceWanted, calendars, is_connected
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.appointments.timetable import Place
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.submissions.operations import acting_text

PENDING = (AppointmentState.ASKING, AppointmentState.HELD)
Now = Callable[[], datetime]


class CalendarSilent(Exception):
    """The platform does not answer now. Nothing was booked."""


class NotGiven(Exception):
    """The platform declined the place; the text is its own, or says what it lacks."""

    def __init__(self, words: str, *, code: str) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


def is_elsewhere(offered_id: int) -> bool:
    """Tell whether a connected platform keeps the calendar. Call it inside a transaction."""
    offered = OfferedService.objects.filter(pk=offered_id).exclude(calendar_location_id="")
    return is_connected() and offered.exists()


def has_place_there(number: str, *, at_desk: AtDesk) -> bool:
    """Tell whether the booked place of the case is at a platform. Raises NoSuchCase. Call it inside a transaction."""
    found = _known(number, at_desk=at_desk, states=(AppointmentState.CONFIRMED,))
    return found is not None and found.occupancy.counter_id is None


def book(*, number: str, wanted: Wanted, at_desk: AtDesk, now: Now) -> Appointment:
    """Book the place at the platform and end the case; a case that has or awaits one keeps that. Returns it as it is.

    It may come back asked for (no answer came) or held (not confirmed yet): a job goes on. Raises NoSuchCase, NotReady,
    SlotTaken, CalendarSilent, NotGiven. Call it outside a transaction.
    """
    with transaction():
        known = _known(number, at_desk=at_desk, states=(*PENDING, AppointmentState.CONFIRMED))
        if known is None:
            _require_ready(number, at_desk=at_desk, at=now())
    if known is not None:
        return known
    place = _free(wanted, at=now())
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        known = _known(number, at_desk=at_desk, states=(*PENDING, AppointmentState.CONFIRMED))
        if known is not None:
            return known
        _require_ready(number, at_desk=at_desk, at=now())
        booking = _ask(case, wanted, place, at_desk=at_desk, replaces=None, at=now())
    return _made(booking, now=now)


def move(*, number: str, wanted: Wanted, at_desk: AtDesk, now: Now) -> Appointment:
    """Book another place, and give the old one up once it is confirmed; one of the two may be in our own calendar.

    The old place stays when the new one is refused, or is never confirmed. Raises NoSuchCase, Appointment.DoesNotExist,
    SlotTaken, NotASlot, TooLateToChange, CalendarSilent, NotGiven, OutsideBookingWindow, DailyCapReached. Call it
    outside a transaction.
    """
    with transaction():
        there = is_elsewhere(wanted.offered_id)
        pending = _known(number, at_desk=at_desk, states=PENDING)
    if pending is not None:
        return pending
    if not there:
        return _move_here(number=number, wanted=wanted, at_desk=at_desk, now=now)
    place = _free(wanted, at=now())
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        pending = _known(number, at_desk=at_desk, states=PENDING)
        if pending is not None:
            return pending
        old = _to_be_moved(number, at_desk=at_desk, at=now())
        booking = _ask(case, wanted, place, at_desk=at_desk, replaces=old, at=now())
    return _made(booking, now=now)


def cancel(*, number: str, reason: str, at_desk: AtDesk, now: Now) -> Appointment:
    """Give the place up at the platform. It may come back as leaving: a job goes on until the platform has said so.

    Raises NoSuchCase, Appointment.DoesNotExist, TooLateToChange when it has begun or the platform declines. Call it
    outside a transaction.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="appointment cancelled on request")
        appointment = _known(number, at_desk=at_desk, states=(AppointmentState.CONFIRMED,))
        if appointment is None:
            raise Appointment.DoesNotExist
        if now() >= appointment.occupancy.starts_at:
            raise TooLateToChange("it has begun")
        calendar_operations.leave(appointment=appointment, reason=reason, acting=acting, at=now())
    go_on(appointment.calendar.pk, now=now)
    found = _again(appointment)
    if found.state == AppointmentState.CONFIRMED:
        raise TooLateToChange("the platform declines")
    with transaction():
        tell(cases.locked(case.pk), "closed", at=now(), by_id=at_desk.operator_id)
    return found


def ask_now(*, number: str, at_desk: AtDesk, now: Now) -> None:
    """Go on at once with whatever of the case waits for the platform. May be repeated.

    Raises NoSuchCase. Call it outside a transaction.
    """
    with transaction():
        rows = CalendarBooking.objects.filter(case=case_for(number, at_desk=at_desk), next_try_at__isnull=False)
        waiting = list(rows.order_by("pk").values_list("pk", flat=True))
    for booking_id in waiting:
        go_on(booking_id, now=now, by_hand=True)


def note_wish(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Put the person on the call list: somebody books when the platform answers again. Once, however often pressed.

    Raises NoSuchCase.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        cases.ask_to_call(case, CallReason.APPOINTMENT, at=at)
        tell(case, "place-wished", at=at, by_id=at_desk.operator_id)


def _made(booking: CalendarBooking, *, now: Now) -> Appointment:
    go_on(booking.pk, now=now, is_new=True)
    appointment = _again(booking.appointment)
    calendar = appointment.calendar
    if appointment.state != AppointmentState.REFUSED:
        return appointment
    if calendar.why == SLOT_TAKEN:
        raise SlotTaken(appointment.number)
    if calendar.why == NOT_REACHED:
        raise CalendarSilent
    raise NotGiven(calendar.said, code=calendar.why)


def _again(appointment: Appointment) -> Appointment:
    with transaction():
        rows = Appointment.objects.select_related("occupancy__offered__office", "calendar")
        return rows.get(pk=appointment.pk)


def _known(number: str, *, at_desk: AtDesk, states: tuple[AppointmentState, ...]) -> Appointment | None:
    """Return the newest appointment of the case in one of these states. Raises NoSuchCase."""
    return queries.of_case(case_for(number, at_desk=at_desk).pk).filter(state__in=states).first()


def _require_ready(number: str, *, at_desk: AtDesk, at: datetime) -> None:
    lacks = lacking(opened(case_for(number, at_desk=at_desk), at_desk=at_desk, at=at))
    if lacks:
        raise NotReady(lacks)


def _to_be_moved(number: str, *, at_desk: AtDesk, at: datetime) -> Appointment:
    found = _known(number, at_desk=at_desk, states=(AppointmentState.CONFIRMED,))
    if found is None:
        raise Appointment.DoesNotExist
    if at >= found.occupancy.starts_at:
        raise TooLateToChange("it has begun")
    return found


def _move_here(*, number: str, wanted: Wanted, at_desk: AtDesk, now: Now) -> Appointment:
    """Take a place of our own calendar and give up the one at the platform."""
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        old = _to_be_moved(number, at_desk=at_desk, at=now())
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="appointment moved on request")
        new = operations.take_instead(of=old, wanted=wanted, acting=acting, at=now())
        following = give_up_old(old, acting=acting, at=now())
        tell(case, "booked", at=now(), by_id=at_desk.operator_id)
        tell_person.appointment_moved(case, new, acting=acting, at=now())
    if following is not None:
        go_on(following, now=now)
    return _again(new)


def _free(wanted: Wanted, *, at: datetime) -> Place:
    """Ask the platform whether the place is free now: what a page showed is never booked unasked."""
    with transaction():
        offered = OfferedService.objects.select_related("office").get(pk=wanted.offered_id)
    try:
        rules = calendars.get(PLATFORM).rules(offered.calendar_location_id)
    except (OutsideError, PortNotServed) as error:
        raise CalendarSilent from error
    zone = offered.office.time_zone
    there = PlatformCalendar(rules=rules, zone=zone, today=today(zone, at=at), at=at)
    found = there.free_at(wanted.starts_at)
    if found is None:
        raise SlotTaken(wanted.starts_at.isoformat())
    return found.place


def _ask(
    case: Case, wanted: Wanted, place: Place, *, at_desk: AtDesk, replaces: Appointment | None, at: datetime
) -> CalendarBooking:
    offered = OfferedService.objects.select_related("office").get(pk=wanted.offered_id)
    acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="appointment booked on request")
    zone = offered.office.time_zone
    asked = Asked(
        offered_id=offered.pk,
        place=place,
        wanted=_told(case, offered, place),
        acting_text=acting_text(acting),
        zone=zone,
        replaces=replaces,
    )
    return calendar_operations.ask(case=case, asked=asked, acting=acting, at=at)


def _told(case: Case, offered: OfferedService, place: Place) -> PlaceWanted:
    """Return what the platform is told: whose matter it is, and how whoever came is reached, else the centre."""
    holder, applicant = case.holder, case.applicant
    of_centre = Centre.objects.get(pk=case.centre_id).phone or settings.PROGRAMARI_PHONE
    return PlaceWanted(
        calendar_location_id=offered.calendar_location_id,
        starts_at=place.starts_at.astimezone(ZoneInfo(offered.office.time_zone)),
        idnp=holder.idnp,
        passport="" if holder.idnp else holder.document.rpartition(" ")[2],
        given_name=holder.given_name,
        surname=holder.surname,
        email=holder.email or applicant.email,
        phone=holder.phone or applicant.phone or of_centre,
    )
