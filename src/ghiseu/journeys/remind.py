"""What is reminded of on the working day before: an appointment, and a bill that is about to run out. Each once."""

from datetime import date, datetime, timedelta

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.calendar import WorkingCalendar
from ghiseu.journeys import tell_person
from ghiseu.journeys.send_message import acting_for_message
from ghiseu.modules.appointments import queries as appointments
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.centres.queries import working_calendar
from ghiseu.modules.payments.models import OPEN_ORDERS, PaymentOrder

# Nobody's phone rings in the night: reminders leave between these hours of the day where the person is expected.
FROM_HOUR, UNTIL_HOUR = 9, 19
# Longer than any pause between two working days.
AHEAD = timedelta(days=20)


def remind(*, at: datetime) -> int:
    """Remind the people of the scope's centre of what is due on their next working day; return of how much.

    Whoever was told on this very day needs no reminder. May be repeated: each event has one message.
    """
    with transaction():
        near = [one.pk for one in _coming(at=at) if _is_near(one, at=at)]
        unpaid = [one.pk for one in _running_out(at=at) if _runs_out_next(one, at=at)]
    return sum(_remind_of(one, at=at) for one in near) + sum(_remind_to_pay(one, at=at) for one in unpaid)


def _coming(*, at: datetime) -> list[Appointment]:
    found = Appointment.objects.select_related("occupancy__offered__office").filter(
        state=AppointmentState.CONFIRMED, case__isnull=False
    )
    soon = found.filter(occupancy__starts_at__gt=at, occupancy__starts_at__lte=at + AHEAD)
    return list(soon.order_by("occupancy__starts_at", "id"))


def _is_near(appointment: Appointment, *, at: datetime) -> bool:
    calendar = appointments.office_calendar(appointment.occupancy.offered.office)
    day = calendar.day_of(appointment.occupancy.starts_at)
    return _is_eve(calendar, day, at=at) and calendar.day_of(appointment.made_at) < calendar.day_of(at)


def _running_out(*, at: datetime) -> list[PaymentOrder]:
    found = PaymentOrder.objects.select_related("case__centre").filter(
        state__in=OPEN_ORDERS, case__state=CaseState.AWAITING_PAYMENT
    )
    return list(found.filter(expires_at__gt=at, expires_at__lte=at + AHEAD).order_by("expires_at", "id"))


def _runs_out_next(order: PaymentOrder, *, at: datetime) -> bool:
    centre = order.case.centre
    calendar = working_calendar(centre.country, centre.time_zone, centre.pk)
    day = calendar.day_of(order.expires_at)
    return _is_eve(calendar, day, at=at) and calendar.day_of(order.issued_at) < calendar.day_of(at)


def _is_eve(calendar: WorkingCalendar, day: date, *, at: datetime) -> bool:
    """Tell whether now is the working day before, at an hour when people may be disturbed."""
    hour = clock.local(calendar.zone, at=at).hour
    return FROM_HOUR <= hour < UNTIL_HOUR and calendar.add_working_days(day, days=-1) == calendar.day_of(at)


def _remind_of(appointment_id: int, *, at: datetime) -> bool:
    with transaction():
        found = Appointment.objects.select_related("occupancy__offered__office").get(pk=appointment_id)
        if found.case_id is None:
            return False
        case = cases.locked(found.case_id, destroyed_too=True)
        found.refresh_from_db(fields=["state"])
        if found.state != AppointmentState.CONFIRMED or case.destroyed_at is not None:
            return False
        tell_person.appointment_near(case, found, acting=acting_for_message(case), at=at)
        return True


def _remind_to_pay(order_id: int, *, at: datetime) -> bool:
    with transaction():
        case: Case = cases.locked(PaymentOrder.objects.get(pk=order_id).case_id, destroyed_too=True)
        order = PaymentOrder.objects.get(pk=order_id)  # read again: it stands still since the case is locked
        if order.state not in OPEN_ORDERS or case.state != CaseState.AWAITING_PAYMENT:
            return False
        tell_person.payment_missing(case, order, acting=acting_for_message(case), at=at)
        return True
