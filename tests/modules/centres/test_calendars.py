from datetime import date, timedelta

import pytest

from ghiseu.foundation.identifiers.numbers import make
from ghiseu.modules.centres.calendars import (
    CalendarDayData,
    load_calendar_days,
    load_centres,
    working_calendar,
)
from ghiseu.modules.centres.models import CentreKind, DayKind


def orthodox_easter(year: int) -> date:
    """Meeus: Easter of the Julian calendar, in the Gregorian one (valid 1900 to 2099)."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + weekday + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


def western_easter(year: int) -> date:
    """The anonymous Gregorian algorithm."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    correction = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


class TestCentres:
    def test_are_twenty_named_ones_and_one_that_is_marked_as_invented(self):
        centres = load_centres()

        assert len([centre for centre in centres if not centre.is_demo]) == 20
        (demo,) = (centre for centre in centres if centre.is_demo)
        assert (demo.time_zone, demo.currency, demo.kind) == ("Europe/Rome", "EUR", "consulate")
        assert len({centre.code for centre in centres}) == len(centres)

    def test_have_codes_that_make_numbers_and_kinds_that_the_model_knows(self):
        for centre in load_centres():
            assert make(centre.code, year=2026, sequence=1).startswith(centre.code)
            assert centre.kind in CentreKind.values
            assert centre.source
            assert centre.desks

    def test_do_not_claim_what_the_sources_leave_open(self):
        by_code = {centre.code: centre for centre in load_centres()}

        assert (by_code["MIH"].latitude, by_code["MIH"].region, by_code["MIH"].opened_on) == (None, "", None)
        assert len(by_code["LOZ"].desks) == 2
        assert all(hours.is_assumed for centre in by_code.values() for hours in centre.opening_hours)


class TestCalendarDays:
    @pytest.mark.parametrize("year", [2025, 2026, 2027])
    def test_have_the_moving_feasts_where_the_reckoning_puts_them(self, year):
        days = load_calendar_days()
        moldova = {day.date for day in days if day.country == "MD"}
        italy = {day.date for day in days if day.country == "IT"}

        assert {orthodox_easter(year) + timedelta(days=n) for n in (0, 1, 8)} <= moldova
        assert {western_easter(year) + timedelta(days=n) for n in (0, 1)} <= italy
        assert len([day for day in moldova if day.year == year]) == 13

    def test_are_of_kinds_that_the_model_knows(self):
        assert {day.kind for day in load_calendar_days()} <= set(DayKind.values)


class TestWorkingCalendar:
    def test_of_moldova_and_of_the_consulate_differ(self):
        days = load_calendar_days()
        moldova = working_calendar(days, country="MD", zone="Europe/Chisinau")
        italy = working_calendar(days, country="IT", zone="Europe/Rome")

        assert not moldova.is_working(date(2026, 8, 27))
        assert italy.is_working(date(2026, 8, 27))
        assert not italy.is_working(date(2026, 6, 2))
        assert moldova.is_working(date(2026, 6, 2))
        assert moldova.known_until == date(2027, 12, 31)

    def test_takes_each_kind_of_day_for_what_it_is(self):
        rows = [
            CalendarDayData(country="MD", date=date(2026, 11, 24), kind=DayKind.MOVED_FREE, name="moved"),
            CalendarDayData(country="MD", date=date(2026, 11, 28), kind=DayKind.MOVED_WORKING, name="worked instead"),
            CalendarDayData(country="MD", centre_code="LOZ", date=date(2026, 11, 26), kind=DayKind.HRAM, name="hram"),
        ]
        lozova = working_calendar(rows, country="MD", zone="Europe/Chisinau", centre_code="LOZ")
        country = working_calendar(rows, country="MD", zone="Europe/Chisinau")

        assert [lozova.is_working(row.date) for row in rows] == [False, True, False]
        assert [country.is_working(row.date) for row in rows] == [False, True, True]

    def test_without_days_is_no_forecast_and_has_weekends_only(self):
        calendar = working_calendar([], country="XX", zone="UTC")

        assert calendar.known_until is None
        assert not calendar.is_working(date(2026, 11, 28))
