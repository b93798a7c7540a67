"""Places in calendars that a platform keeps: written here first, and changed by what the platform then says.

Nothing here calls the platform. Whoever does takes the booking with `lease`, calls, and writes down what came of it
under the same number of the try.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.clock import today
from ghiseu.modules.appointments.models import Appointment, CalendarBooking, Occupancy
from ghiseu.modules.appointments.ports import PlaceKept, PlaceWanted
from ghiseu.modules.appointments.states import UNSETTLED_STATES, AppointmentState
from ghiseu.modules.appointments.timetable import Place
from ghiseu.modules.cases.models import Case
from ghiseu.modules.visits.numbering import next_number

# Longer than one call with its reading may take.
LEASE = timedelta(seconds=90)
# A request that was lost on the way can still arrive there; only then "not there" is believed.
BELIEVED_AFTER = timedelta(minutes=3)
SOON, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)


class LeaseLost(Exception):
    """Somebody else has called meanwhile; what this call brought is not written down."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: the place, what the platform is told, and the acting context as JSON text."""

    offered_id: int
    place: Place
    wanted: PlaceWanted
    acting_text: str
    zone: str
    replaces: Appointment | None = None


def ask(*, case: Case, asked: Asked, acting: ActingContext, at: datetime) -> CalendarBooking:
    """Write down that the place is going to be asked for; the caller makes the first try.

    Raises IntegrityError when the case asks for one already, NoTransaction.
    """
    require_transaction()
    occupancy = Occupancy.objects.create(
        offered_id=asked.offered_id, starts_at=asked.place.starts_at, ends_at=asked.place.ends_at
    )
    appointment = Appointment.objects.create(
        centre_id=acting.centre_id,
        number=next_number(centre_code=acting.centre_code, year=today(asked.zone, at=at).year),
        person_id=case.holder_id,
        case=case,
        occupancy=occupancy,
        state=AppointmentState.ASKING,
        replaces=asked.replaces,
        made_at=at,
        made_by_id=acting.operator_id,
        changed_at=at,
    )
    booking = CalendarBooking.objects.create(
        centre_id=acting.centre_id,
        case=case,
        appointment=appointment,
        wanted=json.dumps(asdict(asked.wanted), default=datetime.isoformat, ensure_ascii=False),
        acting=asked.acting_text,
        asked_at=at,
        next_try_at=at + LEASE,
        tries=1,
    )
    _record("appointments.appointment.asked", appointment, acting=acting, at=at)
    return booking


def wanted_of(booking: CalendarBooking) -> PlaceWanted:
    """Return what the platform is told."""
    facts = json.loads(booking.wanted)
    return PlaceWanted(**{**facts, "starts_at": datetime.fromisoformat(facts["starts_at"])})


def lease(*, booking_id: int, at: datetime, now: bool = False) -> CalendarBooking | None:
    """Take the booking for one call; None when nothing is to be done, or not yet. `now` does not wait for its time.

    Raises NoTransaction.
    """
    booking = locked(booking_id)
    if booking.appointment.state not in UNSETTLED_STATES:
        return None
    if not now and (booking.next_try_at is None or booking.next_try_at > at):
        return None
    booking.tries += 1
    booking.next_try_at = at + LEASE
    booking.save(update_fields=["tries", "next_try_at"])
    return booking


def locked(booking_id: int) -> CalendarBooking:
    """Return the booking with its appointment, both locked. Raises CalendarBooking.DoesNotExist, NoTransaction."""
    require_transaction()
    rows = CalendarBooking.objects.select_for_update(of=("self", "appointment"))
    return rows.select_related("appointment__occupancy__offered__office", "appointment__replaces").get(pk=booking_id)


def held_by(*, booking_id: int, tries: int) -> CalendarBooking:
    """Return the booking for writing an outcome down. Raises LeaseLost, NoTransaction."""
    booking = locked(booking_id)
    if booking.tries != tries:
        raise LeaseLost(str(booking_id))
    return booking


def keep(booking: CalendarBooking, kept: PlaceKept, *, acting: ActingContext, at: datetime) -> None:
    """The platform keeps the place until it is confirmed. Raises StepNotAllowed, NoTransaction."""
    booking.sent = kept.sent
    if kept.confirm_within_hours is not None:
        booking.confirm_by = at + timedelta(hours=kept.confirm_within_hours)
    place = booking.appointment.occupancy
    place.ends_at, place.held_until = max(kept.ends_at, place.starts_at + timedelta(minutes=1)), booking.confirm_by
    place.save(update_fields=["ends_at", "held_until"])
    keep_found(booking, there_id=kept.there_id, received=kept.answered, acting=acting, at=at)


def keep_found(booking: CalendarBooking, *, there_id: str, received: str, acting: ActingContext, at: datetime) -> None:
    """The platform was found to keep the place. Raises StepNotAllowed, NoTransaction."""
    booking.there_id, booking.received, booking.is_unknown, booking.next_try_at = there_id, received, False, at
    _save(booking)
    _move(booking.appointment, AppointmentState.HELD, acting=acting, at=at)


def confirm(booking: CalendarBooking, *, acting: ActingContext, at: datetime) -> None:
    """The platform has scheduled it. Raises StepNotAllowed, NoTransaction."""
    place = booking.appointment.occupancy
    place.held_until = None
    place.save(update_fields=["held_until"])
    _rest(booking, why="")
    _move(booking.appointment, AppointmentState.CONFIRMED, acting=acting, at=at)


def give_free(booking: CalendarBooking, *, why: str, said: str = "", acting: ActingContext, at: datetime) -> None:
    """Nothing is kept there, or nothing any more. Raises StepNotAllowed, NoTransaction."""
    appointment = booking.appointment
    booking.said = said
    _rest(booking, why=why)
    asking = appointment.state == AppointmentState.ASKING
    appointment.replaces = None  # the one that it was to replace stays, and may be moved again
    appointment.cancel_reason = why
    _release(appointment)
    _move(appointment, AppointmentState.REFUSED if asking else AppointmentState.CANCELLED, acting=acting, at=at)


def leave(*, appointment: Appointment, reason: str, acting: ActingContext, at: datetime) -> Appointment:
    """Let the platform be told that the place is given up; `reason` is empty when it is moved. Repeating is harmless.

    Raises StepNotAllowed, NoTransaction.
    """
    require_transaction()
    if appointment.state == AppointmentState.LEAVING:
        return appointment
    booking = appointment.calendar
    booking.is_unknown, booking.why, booking.next_try_at = False, "", at
    _save(booking)
    appointment.cancel_reason = reason
    _move(appointment, AppointmentState.LEAVING, acting=acting, at=at)
    return appointment


def left(booking: CalendarBooking, *, acting: ActingContext, at: datetime) -> None:
    """The platform has given the place up. Raises StepNotAllowed, NoTransaction."""
    appointment = booking.appointment
    _rest(booking, why="")
    _release(appointment)
    moved = not appointment.cancel_reason
    _move(appointment, AppointmentState.MOVED if moved else AppointmentState.CANCELLED, acting=acting, at=at)


def stay(booking: CalendarBooking, *, acting: ActingContext, at: datetime) -> None:
    """The platform does not give the place up. Raises StepNotAllowed, NoTransaction."""
    _rest(booking, why="not-given-up")
    booking.appointment.cancel_reason = ""
    _move(booking.appointment, AppointmentState.CONFIRMED, acting=acting, at=at)


def try_again(booking: CalendarBooking, *, is_unknown: bool, why: str = "", said: str = "", at: datetime) -> None:
    """Nothing is settled; the longer it takes, the longer the pause. Raises NoTransaction."""
    require_transaction()
    booking.is_unknown, booking.why, booking.said = is_unknown, why, said
    booking.next_try_at = at + min(max((at - booking.appointment.changed_at) / 2, SOON), LONGEST_PAUSE)
    _save(booking)


def go_on_at_once(booking: CalendarBooking, *, is_unknown: bool = False, at: datetime) -> None:
    """Let the next call come without a pause. Raises NoTransaction."""
    booking.is_unknown, booking.next_try_at = is_unknown, at
    _save(booking)


def moved_here(appointment: Appointment, *, acting: ActingContext, at: datetime) -> None:
    """Give up a place of our own calendar for one at a platform. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    _release(appointment)
    _move(appointment, AppointmentState.MOVED, acting=acting, at=at)


def due(*, at: datetime) -> list[int]:
    """Return the bookings of the scope's centre that a job has to go on with. Raises NoTransaction."""
    require_transaction()
    rows = CalendarBooking.objects.filter(next_try_at__lte=at, appointment__state__in=UNSETTLED_STATES)
    return list(rows.order_by("next_try_at", "pk").values_list("pk", flat=True))


def is_ours_already(*, there_id: str, but: CalendarBooking) -> bool:
    """Tell whether another appointment of the centre is the one with this id there."""
    return CalendarBooking.objects.filter(there_id=there_id).exclude(pk=but.pk).exists()


def destroy_of(case: Case) -> int:
    """Empty what the case's places at platforms say of people; return how many. Raises NoTransaction."""
    require_transaction()
    return CalendarBooking.objects.filter(case=case).update(
        wanted="", sent="", received="", said="", acting="", next_try_at=None
    )


def _rest(booking: CalendarBooking, *, why: str) -> None:
    booking.is_unknown, booking.why, booking.next_try_at = False, why, None
    _save(booking)


def _save(booking: CalendarBooking) -> None:
    require_transaction()
    booking.save(
        update_fields=[
            "there_id", "is_unknown", "sent", "received", "said", "why", "confirm_by", "next_try_at",
        ]
    )  # fmt: skip


def _release(appointment: Appointment) -> None:
    Occupancy.objects.filter(pk=appointment.occupancy_id).update(is_released=True)


def _move(appointment: Appointment, to: AppointmentState, *, acting: ActingContext, at: datetime) -> None:
    event = appointment.move_to(to)
    appointment.changed_at = at
    appointment.save(update_fields=["state", "cancel_reason", "changed_at", "replaces"])
    _record(event, appointment, acting=acting, at=at)


def _record(event: str, appointment: Appointment, *, acting: ActingContext, at: datetime) -> None:
    journal.record(event, acting=acting, at=at, object_type="appointment", object_id=appointment.number)
