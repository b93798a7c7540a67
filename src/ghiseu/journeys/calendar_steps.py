"""The calls that bring one place at a platform to its end, one after the other, and what each of them means.

asking   request, once, by whoever wrote it; ever after only: what became of it?
held     confirm; after no answer or a refusal: what became of it?
leaving  cancel; after no answer or a refusal: what became of it?
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.outcomes import OutcomeUnknown, OutsideError, Refused, TryLater
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys import tell_person
from ghiseu.modules.appointments import calendar_operations as operations
from ghiseu.modules.appointments.calendar_operations import BELIEVED_AFTER, LeaseLost
from ghiseu.modules.appointments.models import Appointment, CalendarBooking, Occupancy
from ghiseu.modules.appointments.ports import PLATFORM, Calendars, PlaceKept, PlaceThere, ThereState, calendars
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.submissions.operations import acting_from

# Request, confirm, and then the old place of a move: its cancel. A question may come between any two.
MOST_CALLS = 6
NOT_REACHED = "not-reached"
Now = Callable[[], datetime]


class Came(StrEnum):
    """What one call brought."""

    KEPT = "kept"
    FOUND_KEPT = "found-kept"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_THERE = "not-there"
    GIVEN_UP = "given-up"
    STILL_THERE = "still-there"
    DECLINED = "declined"  # to confirm or to give up; what is so is asked next
    UNKNOWN = "unknown"
    LATER = "later"  # nothing was done there


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What one call brought, with what belongs to it."""

    came: Came
    kept: PlaceKept | None = None
    there: PlaceThere | None = None
    code: str = ""
    words: str = ""


def go_on(booking_id: int, *, now: Now, is_new: bool = False, by_hand: bool = False, by_worker: bool = False) -> None:
    """Make the calls that are due until it is settled or has to wait. May be repeated; two at once do each thing once.

    `is_new` is for whoever has just written it: only then the place is asked for. `by_hand` does not wait for its
    time. `by_worker` puts whoever has left the desk on the call list. Call it outside a transaction.
    """
    following: int | None = booking_id
    for call in range(MOST_CALLS):
        if following is None:
            return
        with transaction():
            booking = _taken(following, is_first=is_new and call == 0, by_hand=by_hand and call == 0, at=now())
        if booking is None:
            return
        acting = acting_from(booking.acting)
        ending = _call(booking, acting, asks=is_new and call == 0)
        try:
            with transaction():
                following = _write_down(booking, ending, acting=acting, by_worker=by_worker, at=now())
        except LeaseLost:
            return


def _taken(booking_id: int, *, is_first: bool, by_hand: bool, at: datetime) -> CalendarBooking | None:
    """Return the booking for one call; one that nobody wants any more is given up instead of confirmed."""
    if is_first:
        return operations.locked(booking_id)
    case = cases.locked(CalendarBooking.objects.only("case_id").get(pk=booking_id).case_id, destroyed_too=True)
    booking = operations.lease(booking_id=booking_id, at=at, now=by_hand)
    if booking is None or not booking.acting:  # its content was destroyed with that of its case
        return None
    appointment = booking.appointment
    if appointment.state == AppointmentState.HELD and not _is_wanted(appointment, case):
        operations.leave(appointment=appointment, reason="not-wanted", acting=acting_from(booking.acting), at=at)
        return operations.lease(booking_id=booking_id, at=at, now=True)
    return booking


def _is_wanted(appointment: Appointment, case: Case) -> bool:
    if appointment.replaces is not None:
        return appointment.replaces.state == AppointmentState.CONFIRMED
    return case.state == CaseState.DRAFT and case.destroyed_at is None


def _call(booking: CalendarBooking, acting: ActingContext, *, asks: bool) -> Ending:
    try:
        platform = calendars.get(PLATFORM)
        if asks:
            return _request(booking, platform, acting)
        state = AppointmentState(booking.appointment.state)
        if state is AppointmentState.ASKING or booking.is_unknown:
            there = platform.find(operations.wanted_of(booking), there_id=booking.there_id, acting=acting)
            return _found(state, there)
        return _act(booking, platform, acting)
    except OutcomeUnknown as error:
        return Ending(came=Came.UNKNOWN, words=error.reason)
    except (OutsideError, PortNotServed):
        # A reading that brought nothing leaves open what was open; of a writing that never left nothing is done.
        return Ending(came=Came.LATER)


def _request(booking: CalendarBooking, platform: Calendars, acting: ActingContext) -> Ending:
    try:
        return Ending(came=Came.KEPT, kept=platform.request(operations.wanted_of(booking), acting=acting))
    except Refused as error:
        return Ending(came=Came.REFUSED, code=error.code, words=error.reason)
    except TryLater:
        return Ending(came=Came.REFUSED, code=NOT_REACHED)


def _act(booking: CalendarBooking, platform: Calendars, acting: ActingContext) -> Ending:
    """Confirm what is held, cancel what is left."""
    try:
        if booking.appointment.state == AppointmentState.HELD:
            platform.confirm(booking.there_id, acting=acting)
            return Ending(came=Came.CONFIRMED)
        notify = bool(operations.wanted_of(booking).email)
        platform.cancel(booking.there_id, notify=notify, acting=acting)
    except Refused as error:
        return Ending(came=Came.DECLINED, code=error.code, words=error.reason)
    return Ending(came=Came.GIVEN_UP)


def _found(state: AppointmentState, there: PlaceThere | None) -> Ending:
    """Return what the state there means for ours."""
    if there is None:
        return Ending(came=Came.NOT_THERE)
    if there.state in (ThereState.CANCELED, ThereState.REJECTED, ThereState.BLOCKED):
        return Ending(came=Came.GIVEN_UP, there=there)
    if state is AppointmentState.LEAVING:
        return Ending(came=Came.STILL_THERE, there=there)
    came = Came.FOUND_KEPT if there.state is ThereState.WAITING else Came.CONFIRMED
    return Ending(came=came, there=there)


def _write_down(
    booking: CalendarBooking, ending: Ending, *, acting: ActingContext, by_worker: bool, at: datetime
) -> int | None:
    """Write down what came, and return the booking to go on with at once."""
    case = cases.locked(booking.case_id, destroyed_too=True)
    held = operations.held_by(booking_id=booking.pk, tries=booking.tries)
    if held.appointment.state != booking.appointment.state:
        return None
    write = {
        AppointmentState.ASKING: _of_asking,
        AppointmentState.HELD: _of_held,
        AppointmentState.LEAVING: _of_leaving,
    }[AppointmentState(held.appointment.state)]
    return write(held, ending, case, _Hand(acting=acting, by_worker=by_worker, at=at))


@dataclass(frozen=True, kw_only=True)
class _Hand:
    """Who writes, and when."""

    acting: ActingContext
    by_worker: bool
    at: datetime


def _of_asking(held: CalendarBooking, ending: Ending, case: Case, hand: _Hand) -> int | None:
    acting, at, there = hand.acting, hand.at, ending.there
    if ending.kept is not None:
        operations.keep(held, ending.kept, acting=acting, at=at)
        return held.pk
    if there is not None and operations.is_ours_already(there_id=there.there_id, but=held):
        there, ending = None, Ending(came=Came.NOT_THERE)
    if there is not None and ending.came in (Came.FOUND_KEPT, Came.CONFIRMED):
        # Scheduled already or not: it is ours now, and one more question tells which.
        operations.keep_found(held, there_id=there.there_id, received=there.answered, acting=acting, at=at)
        if ending.came is Came.CONFIRMED:
            return _confirmed(held, case, hand)
        return held.pk
    if ending.came is Came.REFUSED:
        operations.give_free(held, why=ending.code[:24], said=ending.words, acting=acting, at=at)
        return None
    is_believed = at - held.asked_at >= BELIEVED_AFTER
    if ending.came is Came.GIVEN_UP or (ending.came is Came.NOT_THERE and is_believed):
        operations.give_free(held, why="never-there", acting=acting, at=at)
        _say_not_booked(case, hand)
        return None
    if not held.is_unknown:
        tell(case, "place-not-known", at=at, by_id=None)
    operations.try_again(held, is_unknown=True, at=at)
    _mind_the_hour(held, case, at=at)
    return None


def _of_held(held: CalendarBooking, ending: Ending, case: Case, hand: _Hand) -> int | None:
    if ending.came is Came.CONFIRMED:
        return _confirmed(held, case, hand)
    if ending.came in (Came.NOT_THERE, Came.GIVEN_UP):
        operations.give_free(held, why="not-confirmed", acting=hand.acting, at=hand.at)
        _say_not_booked(case, hand)
        return None
    if ending.came is Came.DECLINED and not held.why:
        operations.try_again(held, is_unknown=True, why="declined", said=ending.words, at=hand.at)
        operations.go_on_at_once(held, is_unknown=True, at=hand.at)
        return held.pk
    if ending.came is Came.FOUND_KEPT and not held.why:
        operations.go_on_at_once(held, at=hand.at)  # the confirmation never arrived: once more
        return held.pk
    # After a refusal it is tried again now and then, until the platform's own deadline.
    is_unknown = ending.came in (Came.UNKNOWN, Came.DECLINED) or (held.is_unknown and ending.came is Came.LATER)
    operations.try_again(held, is_unknown=is_unknown, why=held.why, said=held.said, at=hand.at)
    return None


def _of_leaving(held: CalendarBooking, ending: Ending, case: Case, hand: _Hand) -> int | None:
    if ending.came in (Came.GIVEN_UP, Came.NOT_THERE):
        operations.left(held, acting=hand.acting, at=hand.at)
        return None
    if ending.came is Came.DECLINED:
        operations.try_again(held, is_unknown=True, why="declined", said=ending.words, at=hand.at)
        operations.go_on_at_once(held, is_unknown=True, at=hand.at)
        return held.pk
    if ending.came is Came.STILL_THERE and held.why == "declined":
        is_over = hand.at >= held.appointment.occupancy.starts_at
        cases.ask_to_call(case, CallReason.ALARM, at=hand.at)
        if held.appointment.cancel_reason:
            operations.stay(held, acting=hand.acting, at=hand.at)
            return None
        if is_over:
            operations.left(held, acting=hand.acting, at=hand.at)
            return None
    if ending.came is Came.STILL_THERE and held.why != "declined":
        operations.go_on_at_once(held, at=hand.at)  # the cancellation never arrived: once more
        return held.pk
    is_unknown = ending.came is Came.UNKNOWN or (held.is_unknown and ending.came is Came.LATER)
    operations.try_again(held, is_unknown=is_unknown, why=held.why, said=held.said, at=hand.at)
    return None


def _confirmed(held: CalendarBooking, case: Case, hand: _Hand) -> int | None:
    """The person has the place: the case ends, or the old place is given up."""
    acting, at, appointment = hand.acting, hand.at, held.appointment
    was_wanted = _is_wanted(appointment, case)
    operations.confirm(held, acting=acting, at=at)
    old = appointment.replaces
    if not was_wanted:
        operations.leave(appointment=appointment, reason="not-wanted", acting=acting, at=at)
        return held.pk
    if old is None:
        cases.move(case, CaseState.DONE, acting=acting, at=at, tell_as="booked", outcome=Outcome.BOOKED)
        tell_person.appointment_booked(case, appointment, acting=acting, at=at)
    else:
        tell(case, "booked", at=at, by_id=None if hand.by_worker else acting.operator_id)
        tell_person.appointment_moved(case, appointment, acting=acting, at=at)
    if hand.by_worker:  # whoever stood at the desk has gone without the paper
        cases.ask_to_call(case, CallReason.APPOINTMENT, at=at)
    return give_up_old(old, acting=acting, at=at) if old is not None else None


def give_up_old(old: Appointment, *, acting: ActingContext, at: datetime) -> int | None:
    """Give up the place that was moved: here at once, at a platform by the calls to it; return the booking of those.

    Call it inside a transaction.
    """
    if old.occupancy.counter_id is not None:
        operations.moved_here(old, acting=acting, at=at)
        return None
    operations.leave(appointment=old, reason="", acting=acting, at=at)
    return old.calendar.pk


def _say_not_booked(case: Case, hand: _Hand) -> None:
    if case.destroyed_at is not None:
        return
    tell(case, "place-not-booked", at=hand.at, by_id=None)
    if hand.by_worker:
        cases.ask_to_call(case, CallReason.APPOINTMENT, at=hand.at)


def _mind_the_hour(held: CalendarBooking, case: Case, *, at: datetime) -> None:
    """Put a place that begins while nobody knows whether it is booked before a person."""
    if at >= Occupancy.objects.get(pk=held.appointment.occupancy_id).starts_at:
        cases.ask_to_call(case, CallReason.ALARM, at=at)
