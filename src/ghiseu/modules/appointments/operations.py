"""Holding, confirming, moving and cancelling places. The database refuses a second person at a taken counter.

A place is taken by one insert that does nothing when the exclusion constraint says no: no check before it
that could be outrun, and no two bookings that wait for each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.clock import today
from ghiseu.modules.appointments import calendar_operations
from ghiseu.modules.appointments.models import (
    Appointment,
    Closure,
    Counter,
    Occupancy,
    OfferedService,
    Office,
)
from ghiseu.modules.appointments.queries import OfficeDesk, booked_on
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.appointments.timetable import Place, free_counters
from ghiseu.modules.visits.numbering import next_number

HOLD_FOR = timedelta(minutes=10)
_TAKE = """
    INSERT INTO appointments_occupancy (counter_id, offered_id, starts_at, ends_at, held_until, is_released)
    VALUES (%s, %s, %s, %s, %s, false) ON CONFLICT DO NOTHING RETURNING id
"""


class SlotTaken(Exception):
    """Somebody else has the place, or no counter is open then."""


class NotASlot(Exception):
    """The office does not receive people at this time."""


class OutsideBookingWindow(Exception):
    """The day is too near or too far to be booked now."""


class DailyCapReached(Exception):
    """The office takes no more people for this service on that day."""


class HoldExpired(Exception):
    """The place was kept for a few minutes and then given up."""


class TooLateToChange(Exception):
    """The office wants to know earlier when somebody does not come."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which place: what an office offers, and when it begins (`queries.Slot` has both)."""

    offered_id: int
    starts_at: datetime


def hold(
    *,
    wanted: Wanted,
    person_id: int,
    case_id: int | None,
    acting: ActingContext,
    at: datetime,
    hold_for: timedelta = HOLD_FOR,
) -> Appointment:
    """Keep a place for the person for some minutes; confirm it before they end.

    Raises SlotTaken, NotASlot, OutsideBookingWindow, DailyCapReached, NoTransaction.
    """
    require_transaction()
    occupancy = _take(wanted, held_until=at + hold_for, at=at)
    appointment = _make(
        occupancy, person_id=person_id, case_id=case_id, state=AppointmentState.HELD, acting=acting, at=at
    )
    _record("appointments.appointment.held", appointment=appointment, acting=acting, at=at)
    return appointment


def confirm(*, appointment: Appointment, acting: ActingContext, at: datetime) -> Appointment:
    """Turn a held place into an appointment. Confirming again changes nothing.

    Raises HoldExpired, StepNotAllowed, NoTransaction.
    """
    require_transaction()
    locked = _locked(appointment)
    if locked.state == AppointmentState.CONFIRMED:
        return locked
    occupancy = Occupancy.objects.select_for_update(of=("self",)).get(pk=locked.occupancy_id)
    event = locked.move_to(AppointmentState.CONFIRMED)
    if occupancy.is_released or (occupancy.held_until is not None and occupancy.held_until <= at):
        raise HoldExpired(locked.number)
    occupancy.held_until = None
    occupancy.save(update_fields=["held_until"])
    return _saved(locked, event=event, acting=acting, at=at)


def move(*, appointment: Appointment, wanted: Wanted, acting: ActingContext, at: datetime) -> Appointment:
    """Give an appointment up for another place and return the new one, confirmed. The old stays when that is
    taken.

    Raises SlotTaken, NotASlot, OutsideBookingWindow, DailyCapReached, TooLateToChange, StepNotAllowed,
    NoTransaction.
    """
    require_transaction()
    locked = _locked(appointment)
    event = locked.move_to(AppointmentState.MOVED)
    _require_in_time(locked, at=at)
    # The new place first: two people who exchange places then never wait for each other.
    occupancy = _take(wanted, held_until=None, at=at)
    _release(locked)
    _saved(locked, event=event, acting=acting, at=at)
    replacement = _make(
        occupancy,
        person_id=locked.person_id,
        case_id=locked.case_id,
        state=AppointmentState.CONFIRMED,
        acting=acting,
        at=at,
        replaces=locked,
    )
    _record("appointments.appointment.confirmed", appointment=replacement, acting=acting, at=at)
    return replacement


def take_instead(*, of: Appointment, wanted: Wanted, acting: ActingContext, at: datetime) -> Appointment:
    """Take a place of our own calendar, confirmed, for a person whose other place is going to be given up.

    Raises SlotTaken, NotASlot, OutsideBookingWindow, DailyCapReached, NoTransaction.
    """
    require_transaction()
    taken = _make(
        _take(wanted, held_until=None, at=at),
        person_id=of.person_id,
        case_id=of.case_id,
        state=AppointmentState.CONFIRMED,
        acting=acting,
        at=at,
        replaces=of,
    )
    _record("appointments.appointment.confirmed", appointment=taken, acting=acting, at=at)
    return taken


def cancel(*, appointment: Appointment, reason: str, acting: ActingContext, at: datetime) -> Appointment:
    """Give the place up. Cancelling again changes nothing; a place at a platform is given up there by a job.

    Raises TooLateToChange, StepNotAllowed, NoTransaction.
    """
    require_transaction()
    locked = _locked(appointment)
    if locked.state in (AppointmentState.CANCELLED, AppointmentState.LEAVING):
        return locked
    if locked.occupancy.counter_id is None:
        return calendar_operations.leave(appointment=locked, reason=reason, acting=acting, at=at)
    if locked.state == AppointmentState.CONFIRMED:
        _require_in_time(locked, at=at)
    event = locked.move_to(AppointmentState.CANCELLED)
    locked.cancel_reason = reason
    _release(locked)
    return _saved(locked, event=event, acting=acting, at=at)


def record_kept(*, appointment: Appointment, acting: ActingContext, at: datetime) -> Appointment:
    """The person came. Saying so again changes nothing. Raises StepNotAllowed, NoTransaction."""
    return _end(appointment, state=AppointmentState.KEPT, acting=acting, at=at)


def record_missed(*, appointment: Appointment, acting: ActingContext, at: datetime) -> Appointment:
    """The person did not come. Saying so again changes nothing. Raises StepNotAllowed, NoTransaction."""
    return _end(appointment, state=AppointmentState.MISSED, acting=acting, at=at)


def release_expired_holds(*, centre_id: int, at: datetime) -> int:
    """Give up the centre's places that nobody confirmed in time; return how many. Safe to repeat.

    A hold that has ended takes no place from anybody even before this runs. Raises NoTransaction.
    """
    require_transaction()
    expired = (
        Appointment.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(centre_id=centre_id, state=AppointmentState.HELD, occupancy__held_until__lte=at)
        .exclude(occupancy__counter=None)  # the platform says whether these were confirmed
        .order_by("pk")
    )
    count = 0
    for appointment in expired:
        appointment.move_to(AppointmentState.CANCELLED)
        appointment.cancel_reason, appointment.changed_at = "hold-expired", at
        appointment.save(update_fields=["state", "cancel_reason", "changed_at"])
        _release(appointment)
        count += 1
    if count:
        journal.record_without_subject(
            "appointments.holds.expired",
            centre_id=centre_id,
            operator_id=None,
            at=at,
            details={"count": count},
        )
    return count


def close(
    *, office: Office, starts_at: datetime, ends_at: datetime, reason: str, counter: Counter | None = None
) -> Closure:
    """Take no more bookings for this time, of the whole office or of a counter. Safe to repeat.

    Appointments that were given before stay: they are moved one by one, with their people told. Raises
    NoTransaction.
    """
    require_transaction()
    closure, _ = Closure.objects.get_or_create(
        office=office, counter=counter, starts_at=starts_at, ends_at=ends_at, defaults={"reason": reason}
    )
    return closure


def _take(wanted: Wanted, *, held_until: datetime | None, at: datetime) -> Occupancy:
    offered = OfferedService.objects.select_related("office").get(
        pk=wanted.offered_id, is_active=True, office__is_active=True
    )
    desk = OfficeDesk.of(offered, at=at)
    day = desk.calendar.day_of(wanted.starts_at)
    if not desk.can_be_booked(day):
        raise OutsideBookingWindow(day.isoformat())
    place = next((each for each in desk.places(day) if each.starts_at == wanted.starts_at), None)
    if place is None:
        raise NotASlot(wanted.starts_at.isoformat())
    _require_below_cap(desk, place=place, at=at)
    busy = desk.busy_between(day, last=day, at=at)
    for counter_id in free_counters(place, counters=desk.counters, busy=busy):
        _release_expired_at(counter_id, place=place, at=at)
        if occupancy := _insert(counter_id, offered=offered, place=place, held_until=held_until):
            return occupancy
    raise SlotTaken(wanted.starts_at.isoformat())


def _insert(counter_id: int, *, offered: OfferedService, place: Place, held_until: datetime | None) -> Occupancy | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [counter_id, offered.pk, place.starts_at, place.ends_at, held_until])
        row = cursor.fetchone()
    return Occupancy.objects.get(pk=row[0]) if row else None


def _release_expired_at(counter_id: int, *, place: Place, at: datetime) -> None:
    Occupancy.objects.filter(
        counter_id=counter_id,
        is_released=False,
        held_until__lte=at,
        starts_at__lt=place.ends_at,
        ends_at__gt=place.starts_at,
    ).update(is_released=True)


def _require_below_cap(desk: OfficeDesk, *, place: Place, at: datetime) -> None:
    offered, day = desk.offered, desk.calendar.day_of(place.starts_at)
    if offered.daily_cap is None:
        return
    # Bookings of a capped day stand in line until the one before them is decided.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [offered.pk, day.toordinal()])
    if booked_on(offered, day=day, calendar=desk.calendar, at=at) >= offered.daily_cap:
        raise DailyCapReached(day.isoformat())


def _make(
    occupancy: Occupancy,
    *,
    person_id: int,
    case_id: int | None,
    state: AppointmentState,
    acting: ActingContext,
    at: datetime,
    replaces: Appointment | None = None,
) -> Appointment:
    year = today(occupancy.offered.office.time_zone, at=at).year
    return Appointment.objects.create(
        centre_id=acting.centre_id,
        number=next_number(centre_code=acting.centre_code, year=year),
        person_id=person_id,
        case_id=case_id,
        occupancy=occupancy,
        state=state,
        replaces=replaces,
        made_at=at,
        made_by_id=acting.operator_id,
        changed_at=at,
    )


def _end(appointment: Appointment, *, state: AppointmentState, acting: ActingContext, at: datetime) -> Appointment:
    require_transaction()
    locked = _locked(appointment)
    if locked.state == state:
        return locked
    return _saved(locked, event=locked.move_to(state), acting=acting, at=at)


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("occupancy__offered__office")
    return rows.get(pk=appointment.pk)


def _require_in_time(appointment: Appointment, *, at: datetime) -> None:
    hours = appointment.occupancy.offered.cancel_until_hours or 0
    if at > appointment.occupancy.starts_at - timedelta(hours=hours):
        raise TooLateToChange(f"{hours} h before it begins")


def _release(appointment: Appointment) -> None:
    Occupancy.objects.filter(pk=appointment.occupancy_id).update(is_released=True)


def _saved(appointment: Appointment, *, event: str, acting: ActingContext, at: datetime) -> Appointment:
    appointment.changed_at = at
    appointment.save(update_fields=["state", "cancel_reason", "changed_at"])
    _record(event, appointment=appointment, acting=acting, at=at)
    return appointment


def _record(event: str, *, appointment: Appointment, acting: ActingContext, at: datetime) -> None:
    journal.record(event, acting=acting, at=at, object_type="appointment", object_id=appointment.number)
