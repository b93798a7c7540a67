from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.calendar import WorkingCalendar
from ghiseu.modules.appointments.timetable import (
    BookingRules,
    Busy,
    Hours,
    Place,
    booking_window,
    free_counters,
    kilometres,
    places_on,
)

CALENDAR = WorkingCalendar(zone="Europe/Chisinau", holidays=frozenset({date(2026, 12, 25)}))
MORNING = Hours(weekday=4, opens=time(8), closes=time(9, 15))
AFTERNOON = Hours(weekday=4, opens=time(13), closes=time(14))


class TestPlacesOn:
    def test_a_day_follow_one_another_from_each_opening_and_end_before_closing(self):
        places = list(places_on(date(2026, 12, 18), hours=[AFTERNOON, MORNING], minutes=30, calendar=CALENDAR))

        assert [place.starts_at.strftime("%H:%M") for place in places] == ["06:00", "06:30", "11:00", "11:30"]
        assert all(place.ends_at - place.starts_at == timedelta(minutes=30) for place in places)

    @pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 12, 19), date(2026, 12, 17)])
    def test_a_holiday_a_weekend_or_another_weekday_are_none(self, day):
        assert list(places_on(day, hours=[MORNING], minutes=30, calendar=CALENDAR)) == []

    @pytest.mark.parametrize(
        ("day", "utc"), [(date(2026, 10, 23), "05:00"), (date(2026, 10, 30), "06:00"), (date(2027, 4, 2), "05:00")]
    )
    def test_a_day_begin_at_the_same_hour_of_the_clock_in_summer_and_winter(self, day, utc):
        first = next(places_on(day, hours=[MORNING], minutes=30, calendar=CALENDAR))

        assert first.starts_at.strftime("%H:%M") == utc

    def test_the_night_of_the_change_has_as_many_places_as_hours_really_pass(self):
        night = Hours(weekday=6, opens=time(0), closes=time(6))
        every_day = WorkingCalendar(zone="Europe/Chisinau", weekend=frozenset())

        spring = list(places_on(date(2027, 3, 28), hours=[night], minutes=60, calendar=every_day))
        autumn = list(places_on(date(2026, 10, 25), hours=[night], minutes=60, calendar=every_day))

        assert (len(spring), len(autumn)) == (5, 7)


class TestFreeCounters:
    PLACE = Place(starts_at=datetime(2026, 12, 1, 8, tzinfo=UTC), ends_at=datetime(2026, 12, 1, 9, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("start", "end", "free"),
        [
            ((7, 0), (8, 0), [1, 2]),
            ((9, 0), (10, 0), [1, 2]),
            ((8, 59), (9, 0), [2]),
            ((7, 0), (12, 0), [2]),
            ((8, 15), (8, 20), [2]),
        ],
    )
    def test_leave_out_those_taken_at_any_moment_of_the_place(self, start, end, free):
        busy = Busy(
            counter_id=1,
            starts_at=datetime(2026, 12, 1, *start, tzinfo=UTC),
            ends_at=datetime(2026, 12, 1, *end, tzinfo=UTC),
        )

        assert free_counters(self.PLACE, counters={2, 1}, busy=[busy]) == free

    def test_are_none_when_the_office_is_closed(self):
        closed = Busy(counter_id=None, starts_at=self.PLACE.starts_at, ends_at=self.PLACE.ends_at)

        assert free_counters(self.PLACE, counters={1, 2}, busy=[closed]) == []


class TestBookingWindow:
    def test_opens_after_working_days_and_closes_after_calendar_days(self):
        rules = BookingRules(minutes=30, from_working_days=1, until_days=30)
        thursday = datetime(2026, 12, 24, 8, tzinfo=UTC)

        assert booking_window(rules, calendar=CALENDAR, at=thursday) == (date(2026, 12, 28), date(2027, 1, 23))


class TestKilometres:
    def test_between_lozova_and_straseni_are_seventeen(self):
        assert kilometres((47.1344, 28.3861), end=(47.1411, 28.6103)) == pytest.approx(17, abs=0.5)

    def test_are_unknown_when_a_place_is(self):
        assert kilometres((None, None), end=(47.0, 28.0)) is None
        assert kilometres((47.0, 28.0), end=(47.0, None)) is None

    @given(*[st.tuples(st.floats(-90, 90), st.floats(-180, 180)) for _ in range(2)])
    def test_are_the_same_both_ways_and_never_more_than_half_the_earth(self, start, end):
        there, back = kilometres(start, end=end), kilometres(end, end=start)

        assert there == pytest.approx(back, abs=1e-6)
        assert 0 <= there <= 20016
