"""Appointments and bills: told when they are made, reminded of on the working day before, each once."""

from datetime import date, datetime, timedelta

import pytest
from tests.support import counter
from tests.support.counter import NOON, all_of, as_worker, ask_for, calls, case_of, change, come, tell
from tests.support.mnotify import mnotify, mnotify_process, taken, work, work_until

from ghiseu.foundation.access import transaction
from ghiseu.foundation.calendar import moment_of
from ghiseu.foundation.clock import local
from ghiseu.journeys import book_appointment, collect_payment, remind
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.operations import Wanted
from ghiseu.modules.appointments.queries import office_calendar
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.notifications.models import Message
from ghiseu.modules.payments.models import PaymentOrder
from simulators.common.process import Running

CARD, CERTIFICATE = "asp.appointment.identity-passport", "asp.civil.certificate-civil-status"
SERVICES = [CARD, CERTIFICATE]
DENIS, TUDOR = "2099200107406", "2099230108510"
ZONE = "Europe/Chisinau"
__all__ = ["mnotify", "mnotify_process"]


def book(*, to: AtDesk, days_ahead: int = 0) -> str:
    """Book Denis's first place after so many further days; return the number of the case."""
    number = ask_for(CARD, visit=come(DENIS, to=to), to=to)
    tell(number, to=to, service="id_card")
    book_appointment.book(number=number, wanted=slot(number, to=to, later=days_ahead), at_desk=to, at=NOON)
    return number


def slot(number: str, *, to: AtDesk, later: int = 0) -> Wanted:
    with transaction():
        choices = book_appointment.offer(number=number, at_desk=to, at=NOON)
        day = choices[0].days[later]
        found = book_appointment.offer_on(choices[:1], day=day, at=NOON)[0].slots[0]
    return Wanted(offered_id=found.offered_id, starts_at=found.starts_at)


def appointment_of(number: str) -> Appointment:
    with transaction():
        return Appointment.objects.select_related("occupancy__offered__office").get(
            case__number=number, state="confirmed"
        )


def eve_of(number: str) -> date:
    """Return the working day before the appointment."""
    found = appointment_of(number)
    with transaction():
        calendar = office_calendar(found.occupancy.offered.office)
    return calendar.add_working_days(calendar.day_of(found.occupancy.starts_at), days=-1)


def at_clock(day: date, hour: int) -> datetime:
    return moment_of(day, clock=datetime.min.time().replace(hour=hour), zone=ZONE)


def reminded(number: str, *, at: datetime) -> list[Message]:
    """Let the hourly job run twice; return the reminders of the case."""
    with as_worker():
        remind.remind(at=at)
        remind.remind(at=at)
    return [one for one in all_of(Message, case_number=number) if one.event.endswith(("reminder", "missing"))]


class TestAppointment:
    def test_is_told_with_day_hour_and_office(self, lozova, exchange, mnotify):
        number = book(to=lozova)
        (message,) = all_of(Message, case_number=number)

        work(message, at=NOON)

        begins = local(ZONE, at=appointment_of(number).occupancy.starts_at)
        row = mnotify.ledger()["messages"][0]
        assert [one["subject"] for one in taken(mnotify)] == [DENIS]
        assert f"{begins:%d.%m.%Y}, ora {begins:%H:%M}" in row["body"]
        assert appointment_of(number).occupancy.offered.office.name in row["body"]

    def test_that_was_moved_is_told_anew_and_the_first_is_not_told_any_more(self, lozova, exchange, mnotify):
        number = book(to=lozova)
        later = slot(number, to=lozova, later=2)
        book_appointment.move(number=number, wanted=later, at_desk=lozova, at=NOON + timedelta(minutes=1))

        first, moved = (work(one, at=NOON + timedelta(minutes=2)) for one in all_of(Message, case_number=number))

        assert (first.event, first.state) == ("appointment_booked", "not_needed")
        assert (moved.event, moved.state) == ("appointment_moved", "sent")
        assert len(taken(mnotify)) == 1

    def test_booked_for_somebody_without_contact_needs_no_call(self, lozova, exchange, mnotify):
        number = book(to=lozova)
        change(case_of(number).applicant, has_no_channel=True)
        (message,) = all_of(Message, case_number=number)
        change(message, recipient="2099010100376")

        assert work_until(message, "undelivered", at=NOON).state == "undelivered"
        assert calls(number) == []

    def test_where_messages_are_not_connected_nobody_is_told_or_called(self, lozova, exchange):
        number = book(to=lozova)

        assert (all_of(Message), calls(number)) == ([], [])
        assert reminded(number, at=at_clock(eve_of(number), 10)) == []


class TestReminder:
    @pytest.fixture
    def booked(self, lozova: AtDesk, exchange: Running, mnotify: Running) -> str:
        return book(to=lozova, days_ahead=3)

    def test_goes_out_once_on_the_working_day_before(self, booked, mnotify):
        at = at_clock(eve_of(booked), 10)
        (reminder,) = reminded(booked, at=at)

        work(reminder, at=at)

        assert [one["subject"] for one in taken(mnotify)] == [DENIS]

    @pytest.mark.parametrize("hour", [3, 8, 19, 23])
    def test_does_not_wake_people(self, booked, hour):
        assert reminded(booked, at=at_clock(eve_of(booked), hour)) == []

    @pytest.mark.parametrize("days", [-1, 1])
    def test_goes_out_on_no_other_day(self, booked, days):
        assert reminded(booked, at=at_clock(eve_of(booked) + timedelta(days=days), 10)) == []

    def test_of_what_is_cancelled_is_not_sent(self, lozova, booked, mnotify):
        at = at_clock(eve_of(booked), 10)
        (reminder,) = reminded(booked, at=at)
        change(appointment_of(booked), state="cancelled")

        assert work(reminder, at=at).state == "not_needed"
        assert taken(mnotify) == []

    def test_of_what_was_booked_on_the_same_day_is_not_needed(self, booked):
        change(appointment_of(booked), made_at=at_clock(eve_of(booked), 9))

        assert reminded(booked, at=at_clock(eve_of(booked), 10)) == []

    def test_whoever_has_no_idnp_or_channel_is_called(self, booked):
        change(case_of(booked).applicant, has_no_channel=True)

        assert reminded(booked, at=at_clock(eve_of(booked), 10)) == []
        assert calls(booked) == ["appointment"]


class TestMissingPayment:
    @pytest.fixture
    def order(self, lozova: AtDesk, exchange: Running, mnotify: Running) -> PaymentOrder:
        number = ask_for(CERTIFICATE, visit=come(TUDOR, to=lozova), to=lozova, answers={"foreign_events": False})
        tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20")
        counter.complete_and_submit(number, to=lozova)
        return collect_payment.issue_order(number=number, at_desk=lozova, at=NOON)

    def eve(self, order: PaymentOrder) -> datetime:
        """Return ten o'clock of the last working day before the order runs out (23 December, a Wednesday)."""
        assert local(ZONE, at=order.expires_at).date() == date(2026, 12, 23)
        return at_clock(date(2026, 12, 22), 10)

    def test_is_reminded_of_once_on_the_working_day_before_the_last(self, order, mnotify):
        number = case_of_order(order)
        (reminder,) = reminded(number, at=self.eve(order))

        work(reminder, at=self.eve(order))

        assert [one["subject"] for one in taken(mnotify)] == [TUDOR]
        assert "23.12.2026" in mnotify.ledger()["messages"][0]["body"]

    def test_that_came_is_not_asked_for(self, order, mnotify):
        number = case_of_order(order)
        (reminder,) = reminded(number, at=self.eve(order))
        change(case_of(number), state="with_institution")

        assert work(reminder, at=self.eve(order)).state == "not_needed"
        assert taken(mnotify) == []

    def test_of_somebody_without_channel_is_a_call(self, order):
        number = case_of_order(order)
        change(case_of(number).applicant, has_no_channel=True)

        assert reminded(number, at=self.eve(order)) == []
        assert "payment_missing" in calls(number)


def case_of_order(order: PaymentOrder) -> str:
    with transaction():
        return PaymentOrder.objects.select_related("case").get(pk=order.pk).case.number
