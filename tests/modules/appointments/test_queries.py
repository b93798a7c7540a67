from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.modules.appointments.conftest import AT, EXAM, IDENTITY, office

from ghiseu.foundation.access import transaction
from ghiseu.modules.appointments import operations, queries
from ghiseu.modules.appointments.models import Office
from ghiseu.modules.appointments.operations import Wanted

pytestmark = pytest.mark.django_db
LOZOVA = {"latitude": 47.1344, "longitude": 28.3861}


def starts(slots):
    return [slot.starts_at.strftime("%m-%d %H:%M") for slot in slots]


class TestEarliestSlots:
    def test_come_from_the_nearest_office_first_and_unknown_distances_last(self, seed):
        seed(
            office("far", latitude=45.9, longitude=28.67),
            office("nowhere", latitude=None, longitude=None),
            office("near"),
        )

        choices = queries.earliest_slots(service_code=IDENTITY, **LOZOVA, at=AT, offices=3, per_office=2)

        assert [choice.office.code for choice in choices] == ["near", "far", "nowhere"]
        assert choices[0].distance_km == pytest.approx(17, abs=0.5)
        assert choices[2].distance_km is None
        assert starts(choices[0].slots) == ["11-24 06:00", "11-24 06:30"]
        assert choices[0].hours_are_assumed

    def test_begin_on_the_next_working_day(self, seed, holiday):
        seed(office("near"))
        holiday(date(2026, 11, 24))
        holiday(date(2026, 11, 25))

        (choice,) = queries.earliest_slots(service_code=IDENTITY, **LOZOVA, at=AT, per_office=1)

        assert starts(choice.slots) == ["11-26 06:00"]

    def test_begin_no_sooner_than_the_person_can_come(self, seed):
        seed(office("near"))

        (choice,) = queries.earliest_slots(
            service_code=IDENTITY, **LOZOVA, at=AT, per_office=1, not_before=date(2026, 12, 5)
        )

        assert starts(choice.slots) == ["12-07 06:00"]

    def test_leave_out_offices_that_are_full_closed_or_offer_something_else(self, seed, lozova):
        seed(office("near"), office("other", latitude=47.3))
        near = Office.objects.get(code="near")
        with transaction():
            operations.close(office=near, starts_at=AT, ends_at=AT + timedelta(days=60), reason="works")

        choices = queries.earliest_slots(service_code=IDENTITY, **LOZOVA, at=AT)

        assert [choice.office.code for choice in choices] == ["other"]
        assert queries.earliest_slots(service_code="asp.unknown", **LOZOVA, at=AT) == []

    def test_skip_what_other_centres_have_taken_though_their_rows_are_hidden(self, seed, lozova, make_desk, offered):
        seed(office("near"))
        other = make_desk("ALB", idnp="2099050101850")
        wanted = Wanted(offered_id=offered("near").pk, starts_at=datetime(2026, 11, 24, 6, tzinfo=UTC))
        with other.working(), transaction():
            operations.hold(wanted=wanted, person_id=other.person.pk, case_id=None, acting=other.acting, at=AT)

        with lozova.working(), transaction():
            (choice,) = queries.earliest_slots(service_code=IDENTITY, **LOZOVA, at=AT, per_office=1)
            hidden = queries.open_for(person_id=other.person.pk, service_code=IDENTITY, at=AT).count()

        assert starts(choice.slots) == ["11-24 06:30"]
        assert hidden == 0

    def test_show_a_place_again_once_its_hold_has_ended(self, seed, lozova, offered):
        seed(office("near"))
        wanted = Wanted(offered_id=offered("near").pk, starts_at=datetime(2026, 11, 24, 6, tzinfo=UTC))
        with lozova.working(), transaction():
            operations.hold(wanted=wanted, person_id=lozova.person.pk, case_id=None, acting=lozova.acting, at=AT)

        later = AT + operations.HOLD_FOR
        (choice,) = queries.earliest_slots(service_code=IDENTITY, **LOZOVA, at=later, per_office=1)

        assert starts(choice.slots) == ["11-24 06:00"]


class TestFreeSlots:
    def test_of_a_day_count_the_free_counters_over_services_of_different_length(self, seed, lozova, offered):
        seed(office("near", counters=2))
        exam = Wanted(offered_id=offered("near", service=EXAM).pk, starts_at=datetime(2026, 11, 24, 6, tzinfo=UTC))
        with lozova.working(), transaction():
            operations.hold(wanted=exam, person_id=lozova.person.pk, case_id=None, acting=lozova.acting, at=AT)

        slots = queries.free_slots(offered=offered("near"), day=date(2026, 11, 24), at=AT)

        assert [slot.free_counters for slot in slots] == [1, 1, 2, 2]

    @pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 12, 24), date(2026, 11, 28)])
    def test_are_none_outside_the_window_and_on_free_days(self, seed, offered, day):
        seed(office("near"))

        assert queries.free_slots(offered=offered("near"), day=day, at=AT) == []

    def test_follow_the_clock_of_the_office_over_the_change_of_time(self, seed, offered):
        seed(office("bologna", zone="Europe/Rome", country="IT", closes=time(9)))
        october = datetime(2026, 10, 20, 8, tzinfo=UTC)

        before = queries.free_slots(offered=offered("bologna"), day=date(2026, 10, 23), at=october)
        after = queries.free_slots(offered=offered("bologna"), day=date(2026, 10, 26), at=october)

        assert starts(before) == ["10-23 06:00", "10-23 06:30"]
        assert starts(after) == ["10-26 07:00", "10-26 07:30"]

    def test_are_none_when_the_daily_cap_is_reached(self, seed, lozova, offered):
        seed(office("near", counters=2, daily_cap=1))
        wanted = Wanted(offered_id=offered("near").pk, starts_at=datetime(2026, 11, 24, 6, tzinfo=UTC))
        with lozova.working(), transaction():
            operations.hold(wanted=wanted, person_id=lozova.person.pk, case_id=None, acting=lozova.acting, at=AT)

        assert queries.free_slots(offered=offered("near"), day=date(2026, 11, 24), at=AT) == []
        assert len(queries.free_slots(offered=offered("near"), day=date(2026, 11, 25), at=AT)) == 4


class TestOpenFor:
    def test_finds_the_persons_other_appointment_for_the_same_service(self, seed, lozova, offered):
        seed(office("near"))
        wanted = Wanted(offered_id=offered("near").pk, starts_at=datetime(2026, 11, 24, 6, tzinfo=UTC))
        with lozova.working(), transaction():
            held = operations.hold(wanted=wanted, person_id=lozova.person.pk, case_id=None, acting=lozova.acting, at=AT)
            same = queries.open_for(person_id=lozova.person.pk, service_code=IDENTITY, at=AT)
            other = queries.open_for(person_id=lozova.person.pk, service_code=EXAM, at=AT)
            late = queries.open_for(person_id=lozova.person.pk, service_code=IDENTITY, at=AT + timedelta(hours=1))

            assert list(same) == [held]
            assert not other.exists()
            assert not late.exists()


class TestBookedAlready:
    def test_leaves_out_what_is_only_held(self, seed, lozova, offered):
        seed(office("near"))
        wanted = Wanted(offered_id=offered("near").pk, starts_at=datetime(2026, 11, 24, 6, tzinfo=UTC))
        with lozova.working(), transaction():
            operations.hold(wanted=wanted, person_id=lozova.person.pk, case_id=None, acting=lozova.acting, at=AT)

            assert queries.booked_already(person_id=lozova.person.pk, service_code=IDENTITY, at=AT) is None
