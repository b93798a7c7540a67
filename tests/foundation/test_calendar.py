from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.calendar import NoWorkingDay, TermUnit, WorkingCalendar, add_months, moment_of

CHISINAU = ZoneInfo("Europe/Chisinau")
CALENDAR = WorkingCalendar(
    zone="Europe/Chisinau",
    holidays=frozenset({date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 7), date(2027, 1, 8)}),
    moved_working_days=frozenset({date(2026, 12, 19)}),
    known_until=date(2027, 12, 31),
)
days = st.dates(date(2026, 11, 1), date(2027, 6, 1))


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "worked"),
        [
            (date(2026, 11, 23), True),
            (date(2026, 11, 21), False),
            (date(2026, 12, 25), False),
            (date(2026, 12, 19), True),
        ],
    )
    def test_leave_out_weekends_and_holidays_but_not_moved_days(self, day, worked):
        assert CALENDAR.is_working(day) is worked

    @pytest.mark.parametrize(
        ("start", "count", "end"),
        [
            (date(2026, 12, 24), 1, date(2026, 12, 28)),
            (date(2026, 12, 24), 0, date(2026, 12, 24)),
            (date(2026, 12, 25), 0, date(2026, 12, 28)),
            (date(2026, 12, 18), 1, date(2026, 12, 19)),
            (date(2026, 12, 28), -1, date(2026, 12, 24)),
            (date(2026, 11, 23), 20, date(2026, 12, 19)),
        ],
    )
    def test_are_counted_from_the_day_after_the_start(self, start, count, end):
        assert CALENDAR.add_working_days(start, days=count) == end

    @given(days, st.integers(1, 60))
    def test_counted_forth_are_the_ones_counted_between(self, start, count):
        end = CALENDAR.add_working_days(start, days=count)

        assert CALENDAR.is_working(end)
        assert CALENDAR.working_days_between(start, end=end) == count
        assert CALENDAR.working_days_between(end, end=start) == -count

    def test_that_never_come_are_an_error_not_an_endless_search(self):
        idle = WorkingCalendar(zone="Europe/Chisinau", weekend=frozenset(range(7)))

        with pytest.raises(NoWorkingDay):
            idle.on_or_after(date(2026, 11, 23))


class TestTerms:
    @pytest.mark.parametrize(
        ("start", "value", "unit", "end"),
        [
            (date(2026, 11, 23), 30, TermUnit.CALENDAR_DAY, date(2026, 12, 23)),
            (date(2027, 1, 31), 1, TermUnit.MONTH, date(2027, 2, 28)),
            (date(2028, 2, 29), 1, TermUnit.YEAR, date(2029, 2, 28)),
            (date(2026, 9, 3), 12, TermUnit.MONTH, date(2027, 9, 3)),
            (date(2026, 12, 24), 1, TermUnit.WORKING_DAY, date(2026, 12, 28)),
        ],
    )
    def test_end_on_the_right_day(self, start, value, unit, end):
        assert CALENDAR.add(start, value=value, unit=unit) == end

    @pytest.mark.parametrize("unit", [TermUnit.HOUR, TermUnit.MOMENT])
    def test_in_hours_are_no_days(self, unit):
        with pytest.raises(ValueError, match="not counted in days"):
            CALENDAR.add(date(2026, 11, 23), value=1, unit=unit)

    @given(days, st.integers(-40, 40))
    def test_in_months_stay_in_the_month_they_reach(self, start, count):
        end = add_months(start, count=count)

        assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
        assert end.day <= start.day


class TestDeadlines:
    def test_end_with_the_last_second_of_a_working_day(self):
        start = datetime(2026, 12, 1, 10, tzinfo=UTC)

        deadline = CALENDAR.deadline(start, value=24, unit=TermUnit.CALENDAR_DAY)

        assert deadline.astimezone(CHISINAU) == datetime(2026, 12, 28, 23, 59, 59, tzinfo=CHISINAU)
        assert deadline.tzinfo is UTC

    def test_count_the_day_of_the_place_not_of_the_machine(self):
        late_evening_in_utc = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)

        assert CALENDAR.day_of(late_evening_in_utc) == date(2026, 11, 24)
        deadline = CALENDAR.deadline(late_evening_in_utc, value=1, unit=TermUnit.WORKING_DAY)
        assert CALENDAR.day_of(deadline) == date(2026, 11, 25)

    def test_in_hours_go_by_the_clock_across_a_change_of_it(self):
        before_the_change = datetime(2027, 3, 27, 12, tzinfo=CHISINAU)

        deadline = CALENDAR.deadline(before_the_change, value=24, unit=TermUnit.HOUR)

        assert deadline.astimezone(CHISINAU).hour == 13

    def test_of_a_moment_are_now(self):
        now = datetime(2026, 11, 23, 10, tzinfo=UTC)

        assert CALENDAR.deadline(now, value=0, unit=TermUnit.MOMENT) == now

    def test_after_the_known_holidays_are_a_forecast(self):
        assert not CALENDAR.is_forecast(date(2027, 12, 31))
        assert CALENDAR.is_forecast(date(2028, 1, 1))
        assert not WorkingCalendar(zone="UTC").is_forecast(date(2090, 1, 1))

    @given(st.dates(date(2026, 1, 1), date(2027, 12, 30)))
    def test_a_day_begins_where_the_one_before_ends(self, day):
        end = CALENDAR.end_of_day(day)

        assert end + timedelta(seconds=1) == CALENDAR.start_of_day(day + timedelta(days=1))
        assert CALENDAR.day_of(end) == day


class TestMomentOf:
    @pytest.mark.parametrize(
        ("day", "clock", "utc_hour"),
        [(date(2026, 7, 1), time(9), 6), (date(2026, 12, 1), time(9), 7), (date(2026, 10, 25), time(9), 7)],
    )
    def test_follows_summer_time(self, day, clock, utc_hour):
        assert moment_of(day, clock=clock, zone="Europe/Chisinau") == datetime(
            day.year, day.month, day.day, utc_hour, tzinfo=UTC
        )
