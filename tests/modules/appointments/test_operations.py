from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from tests.modules.appointments.conftest import AT, EXAM, office

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.modules.appointments import operations
from ghiseu.modules.appointments.models import Appointment, Counter, Occupancy, Office
from ghiseu.modules.appointments.operations import (
    DailyCapReached,
    HoldExpired,
    NotASlot,
    OutsideBookingWindow,
    SlotTaken,
    TooLateToChange,
    Wanted,
)
from ghiseu.modules.appointments.states import STEPS, AppointmentState

pytestmark = pytest.mark.django_db
TUESDAY_8 = datetime(2026, 11, 24, 6, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def near(seed, offered):
    seed(office("near"))
    return offered("near")


@pytest.fixture
def at_desk(lozova):
    with lozova.working(), transaction():
        yield lozova


def hold(desk, offered, *, starts_at=TUESDAY_8, at=AT):
    wanted = Wanted(offered_id=offered.pk, starts_at=starts_at)
    return operations.hold(wanted=wanted, person_id=desk.person.pk, case_id=None, acting=desk.acting, at=at)


def book(desk, offered, *, starts_at=TUESDAY_8, at=AT):
    held = hold(desk, offered, starts_at=starts_at, at=at)
    return operations.confirm(appointment=held, acting=desk.acting, at=at)


def events():
    return list(JournalRecord.objects.order_by("sequence").values_list("event", flat=True))


class TestHold:
    def test_keeps_the_place_for_some_minutes_under_a_number(self, near, at_desk):
        held = hold(at_desk, near)

        assert held.state == AppointmentState.HELD
        assert numbers.parse(held.number).centre == "LOZ"
        assert held.occupancy.held_until == AT + operations.HOLD_FOR
        assert events()[-1] == "appointments.appointment.held"

    def test_refuses_a_place_that_is_held(self, near, at_desk):
        hold(at_desk, near)

        with pytest.raises(SlotTaken):
            hold(at_desk, near)

        assert Occupancy.objects.count() == 1

    def test_takes_the_next_counter_while_there_is_one(self, seed, offered, at_desk):
        seed(office("wide", counters=2))

        first, second = (hold(at_desk, offered("wide")) for _ in range(2))

        assert first.occupancy.counter_id != second.occupancy.counter_id
        with pytest.raises(SlotTaken):
            hold(at_desk, offered("wide"))

    def test_refuses_a_longer_service_that_would_run_into_a_taken_place(self, near, offered, at_desk):
        hold(at_desk, near, starts_at=TUESDAY_8 + HALF_HOUR)

        with pytest.raises(SlotTaken):
            hold(at_desk, offered("near", service=EXAM))

    def test_takes_a_place_whose_hold_has_ended(self, near, at_desk):
        lapsed = hold(at_desk, near)
        later = AT + operations.HOLD_FOR

        taken = hold(at_desk, near, at=later)

        assert taken.state == AppointmentState.HELD
        with pytest.raises(HoldExpired):
            operations.confirm(appointment=lapsed, acting=at_desk.acting, at=AT)

    @pytest.mark.parametrize(
        ("starts_at", "error"),
        [
            (TUESDAY_8 + timedelta(minutes=5), NotASlot),
            (TUESDAY_8 + timedelta(hours=2), NotASlot),
            (TUESDAY_8 + timedelta(days=4), NotASlot),
            (TUESDAY_8 - timedelta(days=1), OutsideBookingWindow),
            (TUESDAY_8 + timedelta(days=30), OutsideBookingWindow),
        ],
    )
    def test_refuses_what_the_office_does_not_offer(self, near, at_desk, starts_at, error):
        with pytest.raises(error):
            hold(at_desk, near, starts_at=starts_at)

    def test_refuses_a_closed_office_but_not_the_other_counter(self, seed, offered, at_desk):
        seed(office("wide", counters=2))
        wide = Office.objects.get(code="wide")
        first, second = Counter.objects.filter(office=wide).order_by("pk")
        end = TUESDAY_8 + timedelta(hours=1)
        operations.close(office=wide, counter=first, starts_at=TUESDAY_8, ends_at=end, reason="training")

        assert hold(at_desk, offered("wide")).occupancy.counter == second
        operations.close(office=wide, starts_at=TUESDAY_8, ends_at=end, reason="works")
        with pytest.raises(SlotTaken):
            hold(at_desk, offered("wide"), starts_at=TUESDAY_8 + HALF_HOUR)

    def test_stops_at_the_daily_cap(self, seed, offered, at_desk):
        seed(office("capped", counters=3, daily_cap=2))
        for _ in range(2):
            book(at_desk, offered("capped"))

        with pytest.raises(DailyCapReached):
            hold(at_desk, offered("capped"))
        assert hold(at_desk, offered("capped"), starts_at=TUESDAY_8 + timedelta(days=1))


class TestConfirm:
    def test_makes_the_place_the_persons_own_once(self, near, at_desk):
        held = hold(at_desk, near)

        for _ in range(2):
            confirmed = operations.confirm(appointment=held, acting=at_desk.acting, at=AT)

        assert confirmed.state == AppointmentState.CONFIRMED
        assert Occupancy.objects.get().held_until is None
        assert events().count("appointments.appointment.confirmed") == 1

    def test_is_refused_when_the_hold_has_ended(self, near, at_desk):
        held = hold(at_desk, near)

        with pytest.raises(HoldExpired):
            operations.confirm(appointment=held, acting=at_desk.acting, at=AT + operations.HOLD_FOR)

        held.refresh_from_db()
        assert held.state == AppointmentState.HELD

    def test_is_refused_after_a_cancellation(self, near, at_desk):
        held = hold(at_desk, near)
        operations.cancel(appointment=held, reason="changed-mind", acting=at_desk.acting, at=AT)

        with pytest.raises(StepNotAllowed):
            operations.confirm(appointment=held, acting=at_desk.acting, at=AT)


class TestMove:
    def test_gives_a_new_number_and_frees_the_old_place(self, near, at_desk):
        old = book(at_desk, near)
        wanted = Wanted(offered_id=near.pk, starts_at=TUESDAY_8 + HALF_HOUR)

        new = operations.move(appointment=old, wanted=wanted, acting=at_desk.acting, at=AT)

        old.refresh_from_db()
        assert (old.state, new.state) == (AppointmentState.MOVED, AppointmentState.CONFIRMED)
        assert (new.replaces, new.number != old.number) == (old, True)
        assert hold(at_desk, near).occupancy.starts_at == TUESDAY_8

    def test_keeps_the_old_one_when_the_new_place_is_taken(self, near, at_desk):
        old = book(at_desk, near)
        book(at_desk, near, starts_at=TUESDAY_8 + HALF_HOUR)
        wanted = Wanted(offered_id=near.pk, starts_at=TUESDAY_8 + HALF_HOUR)

        with pytest.raises(SlotTaken):
            operations.move(appointment=old, wanted=wanted, acting=at_desk.acting, at=AT)

        old.refresh_from_db()
        assert old.state == AppointmentState.CONFIRMED
        assert not Occupancy.objects.get(pk=old.occupancy_id).is_released

    def test_is_refused_for_a_place_that_was_only_held(self, near, at_desk):
        held = hold(at_desk, near)

        with pytest.raises(StepNotAllowed):
            operations.move(
                appointment=held, wanted=Wanted(offered_id=near.pk, starts_at=TUESDAY_8), acting=at_desk.acting, at=AT
            )


class TestCancel:
    def test_frees_the_place_once(self, near, at_desk):
        booked = book(at_desk, near)

        for _ in range(2):
            cancelled = operations.cancel(appointment=booked, reason="ill", acting=at_desk.acting, at=AT)

        assert (cancelled.state, cancelled.cancel_reason) == (AppointmentState.CANCELLED, "ill")
        assert events().count("appointments.appointment.cancelled") == 1
        assert hold(at_desk, near).state == AppointmentState.HELD

    def test_is_too_late_when_the_office_wants_to_know_earlier(self, near, offered, at_desk):
        friday = TUESDAY_8 + timedelta(days=3)
        booked = book(at_desk, offered("near", service=EXAM), starts_at=friday)
        deadline = friday - timedelta(hours=72)

        with pytest.raises(TooLateToChange):
            operations.cancel(appointment=booked, reason="ill", acting=at_desk.acting, at=deadline + HALF_HOUR)
        with pytest.raises(TooLateToChange):
            operations.move(
                appointment=booked,
                wanted=Wanted(offered_id=near.pk, starts_at=friday + timedelta(hours=1)),
                acting=at_desk.acting,
                at=deadline + HALF_HOUR,
            )
        cancelled = operations.cancel(appointment=booked, reason="ill", acting=at_desk.acting, at=deadline)
        assert cancelled.state == AppointmentState.CANCELLED


class TestAttendance:
    @pytest.mark.parametrize(
        ("record", "state", "other"),
        [
            (operations.record_kept, AppointmentState.KEPT, operations.record_missed),
            (operations.record_missed, AppointmentState.MISSED, operations.record_kept),
        ],
    )
    def test_is_recorded_once_and_not_both_ways(self, near, at_desk, record, state, other):
        booked = book(at_desk, near)

        for _ in range(2):
            ended = record(appointment=booked, acting=at_desk.acting, at=TUESDAY_8)

        assert ended.state == state
        assert events().count(f"appointments.appointment.{state}") == 1
        with pytest.raises(StepNotAllowed):
            other(appointment=booked, acting=at_desk.acting, at=TUESDAY_8)


class TestReleaseExpiredHolds:
    def test_gives_up_only_what_has_ended(self, near, at_desk):
        lapsed = hold(at_desk, near)
        fresh = hold(at_desk, near, starts_at=TUESDAY_8 + HALF_HOUR, at=AT + timedelta(minutes=5))
        booked = book(at_desk, near, starts_at=TUESDAY_8 + 2 * HALF_HOUR)

        counts = [
            operations.release_expired_holds(centre_id=at_desk.centre.pk, at=AT + operations.HOLD_FOR) for _ in range(2)
        ]

        for appointment in (lapsed, fresh, booked):
            appointment.refresh_from_db()
        assert counts == [1, 0]
        assert (lapsed.state, lapsed.cancel_reason) == (AppointmentState.CANCELLED, "hold-expired")
        assert (fresh.state, booked.state) == (AppointmentState.HELD, AppointmentState.CONFIRMED)
        assert events().count("appointments.holds.expired") == 1


class TestDatabase:
    def test_refuses_a_second_person_at_a_counter_whatever_the_code_does(self, near, at_desk):
        booked = book(at_desk, near)

        with pytest.raises(IntegrityError, match="serves_one_person_at_a_time"), transaction():
            Occupancy.objects.create(
                counter=booked.occupancy.counter,
                offered=near,
                starts_at=TUESDAY_8 + timedelta(minutes=29),
                ends_at=TUESDAY_8 + timedelta(minutes=59),
            )

    def test_lets_one_place_begin_where_the_other_ends(self, near, at_desk):
        first = book(at_desk, near)
        second = book(at_desk, near, starts_at=TUESDAY_8 + HALF_HOUR)

        assert first.occupancy.ends_at == second.occupancy.starts_at

    def test_hides_appointments_of_other_centres(self, near, lozova, make_desk):
        with lozova.working(), transaction():
            booked = book(lozova, near)
        other = make_desk("ALB", idnp="2099050101850")

        with other.working(), transaction():
            assert not Appointment.objects.filter(pk=booked.pk).exists()
            with pytest.raises(Appointment.DoesNotExist):
                operations.cancel(appointment=booked, reason="x", acting=other.acting, at=AT)


@pytest.mark.parametrize("start", AppointmentState)
@pytest.mark.parametrize("end", AppointmentState)
def test_every_step_is_in_the_table_or_refused(start, end):
    appointment = Appointment(state=start)

    if (start, end) in STEPS:
        assert appointment.move_to(end) == STEPS[(start, end)]
        assert appointment.state == end
    else:
        with pytest.raises(StepNotAllowed):
            appointment.move_to(end)
