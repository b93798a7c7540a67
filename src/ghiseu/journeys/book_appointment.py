"""An appointment at an institution's office: nearest office, earliest place; booked, moved, cancelled."""

from dataclasses import dataclass
from datetime import date, datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys import tell_person
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_for, opened, package_of
from ghiseu.journeys.submit_case import what_lacks
from ghiseu.modules.appointments import operations, queries
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import Wanted
from ghiseu.modules.appointments.queries import Elsewhere, OfficeChoice
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk

# A place is booked by word of mouth: no paper is scanned and nothing is signed for it.
_NOT_NEEDED = ("paper:", "request", "agreement")


@dataclass(frozen=True, kw_only=True)
class Booked:
    """The appointment and the case it belongs to."""

    appointment: Appointment
    case_number: str


def lacking(file: OpenedCase) -> list[str]:
    """Return what still lacks before a place may be booked. Call it inside a transaction."""
    return [one for one in what_lacks(file) if not one.startswith(_NOT_NEEDED)]


def offer(*, number: str, at_desk: AtDesk, at: datetime, elsewhere: Elsewhere | None = None) -> list[OfficeChoice]:
    """Return the nearest offices with their earliest free places; `elsewhere` is what platforms have just told.

    Raises NoSuchCase. Call it inside a transaction.
    """
    case = case_for(number, at_desk=at_desk)
    return queries.earliest_slots(
        service_code=case.service_code,
        latitude=at_desk.latitude,
        longitude=at_desk.longitude,
        at=at,
        elsewhere=elsewhere,
    )


def offer_on(choices: list[OfficeChoice], *, day: date, at: datetime) -> list[OfficeChoice]:
    """Return the same offices with all their free places of this day. Call it inside a transaction."""
    return [queries.slots_of_day(choice, day=day, at=at) for choice in choices]


def book(*, number: str, wanted: Wanted, at_desk: AtDesk, at: datetime) -> Booked:
    """Hold and confirm the place and end the case; a case that has or awaits one already keeps it.

    Raises NoSuchCase, NotReady, SlotTaken, NotASlot, OutsideBookingWindow, DailyCapReached.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        known = queries.of_case(case.pk).filter(state__in=("confirmed", "held", "asking")).first()
        if known is not None:
            return Booked(appointment=known, case_number=number)
        lacks = lacking(opened(case, at_desk=at_desk, at=at))
        if lacks:
            raise NotReady(lacks)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="appointment booked on request")
        held = operations.hold(wanted=wanted, person_id=case.holder_id, case_id=case.pk, acting=acting, at=at)
        appointment = operations.confirm(appointment=held, acting=acting, at=at)
        cases.move(case, CaseState.DONE, acting=acting, at=at, tell_as="booked", outcome=Outcome.BOOKED)
        tell_person.appointment_booked(case, appointment, acting=acting, at=at)
        return Booked(appointment=appointment, case_number=number)


def move(*, number: str, wanted: Wanted, at_desk: AtDesk, at: datetime) -> Booked:
    """Give the appointment of the case up for another place; the old one stays when that is taken.

    Raises NoSuchCase, Appointment.DoesNotExist, SlotTaken, TooLateToChange, OutsideBookingWindow.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="appointment moved on request")
        appointment = operations.move(appointment=_confirmed(case.pk), wanted=wanted, acting=acting, at=at)
        tell(case, "booked", at=at, by_id=at_desk.operator_id)
        tell_person.appointment_moved(case, appointment, acting=acting, at=at)
        return Booked(appointment=appointment, case_number=number)


def cancel(*, number: str, reason: str, at_desk: AtDesk, at: datetime) -> None:
    """Give the appointment of the case up. Raises NoSuchCase, Appointment.DoesNotExist, TooLateToChange."""
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="appointment cancelled on request")
        operations.cancel(appointment=_confirmed(case.pk), reason=reason, acting=acting, at=at)
        tell(case, "closed", at=at, by_id=at_desk.operator_id)


def _confirmed(case_id: int) -> Appointment:
    found = queries.of_case(case_id).filter(state="confirmed").first()
    if found is None:
        raise Appointment.DoesNotExist
    return found
