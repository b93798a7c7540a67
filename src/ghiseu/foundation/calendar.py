"""Days that count: working days, terms and deadlines of one place, whose holidays are data."""

import calendar as months
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_SATURDAY_AND_SUNDAY = frozenset({5, 6})
_MONTHS_IN_YEAR = 12
# No real calendar has so long a pause; a longer one is a mistake in the data.
_LONGEST_PAUSE = timedelta(days=60)


class TermUnit(StrEnum):
    """In what a term is counted."""

    MOMENT = "moment"
    HOUR = "hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"


class NoWorkingDay(Exception):
    """The calendar has no working day within two months of this one."""


@dataclass(frozen=True, kw_only=True)
class WorkingCalendar:
    """Which days are worked in a place. `weekend` counts Monday as 0; a moved day is worked in any case.

    `known_until` is the last day for which holidays were entered; a date after it is a forecast.
    """

    zone: str
    weekend: frozenset[int] = _SATURDAY_AND_SUNDAY
    holidays: frozenset[date] = field(default_factory=frozenset)
    moved_working_days: frozenset[date] = field(default_factory=frozenset)
    known_until: date | None = None

    def is_working(self, day: date) -> bool:
        """Tell whether the day is worked."""
        if day in self.moved_working_days:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def is_forecast(self, day: date) -> bool:
        """Tell whether the day lies after those whose holidays are known."""
        return self.known_until is not None and day > self.known_until

    def on_or_after(self, day: date) -> date:
        """Return the day itself when it is worked, else the next one that is. Raises NoWorkingDay."""
        return self._nearest(day, step=1)

    def on_or_before(self, day: date) -> date:
        """Return the day itself when it is worked, else the last one before it. Raises NoWorkingDay."""
        return self._nearest(day, step=-1)

    def add_working_days(self, start: date, *, days: int) -> date:
        """Return the days-th working day after the start, which is not counted itself; negative counts back.

        Zero gives the start, or the next working day when the start is not one.
        """
        if days == 0:
            return self.on_or_after(start)
        step = 1 if days > 0 else -1
        day = start
        for _ in range(abs(days)):
            day = self._nearest(day + timedelta(days=step), step=step)
        return day

    def working_days_between(self, start: date, *, end: date) -> int:
        """Return how many working days lie after the start up to and with the end; negative backwards."""
        if end < start:
            return -self.working_days_between(end, end=start)
        return sum(self.is_working(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def add(self, start: date, *, value: int, unit: TermUnit) -> date:
        """Return the day on which a term that began on the start ends. The day of the start is not counted.

        A month ends on the same number, or on its last day when it has no such number. Hours and moments are
        no days: ask `deadline`. Raises ValueError for them.
        """
        if unit is TermUnit.WORKING_DAY:
            return self.add_working_days(start, days=value)
        if unit is TermUnit.CALENDAR_DAY:
            return start + timedelta(days=value)
        if unit is TermUnit.MONTH:
            return add_months(start, count=value)
        if unit is TermUnit.YEAR:
            return add_months(start, count=value * _MONTHS_IN_YEAR)
        raise ValueError(f"{unit.value} is not counted in days")

    def deadline(self, start: datetime, *, value: int, unit: TermUnit) -> datetime:
        """Return the last moment (UTC) of a term that began at this moment.

        Terms in days, months and years end with the last second of their last day in the zone of the calendar
        and, when that is not a working day, with the next one that is. Hours are counted by the clock.
        """
        if unit is TermUnit.MOMENT:
            return start.astimezone(UTC)
        if unit is TermUnit.HOUR:
            return start.astimezone(UTC) + timedelta(hours=value)
        last_day = self.add(self.day_of(start), value=value, unit=unit)
        return self.end_of_day(self.on_or_after(last_day))

    def day_of(self, moment: datetime) -> date:
        """Return the calendar day of the moment in the zone of the calendar."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def start_of_day(self, day: date) -> datetime:
        """Return the first moment of the day, in UTC."""
        return moment_of(day, clock=time.min, zone=self.zone)

    def end_of_day(self, day: date) -> datetime:
        """Return the last second of the day, in UTC."""
        return moment_of(day + timedelta(days=1), clock=time.min, zone=self.zone) - timedelta(seconds=1)

    def _nearest(self, day: date, *, step: int) -> date:
        found = day
        while not self.is_working(found):
            found += timedelta(days=step)
            if abs(found - day) > _LONGEST_PAUSE:
                raise NoWorkingDay(day.isoformat())
        return found


def moment_of(day: date, *, clock: time, zone: str) -> datetime:
    """Return the moment (UTC) when clocks of the zone show this time on this day.

    A time that the clocks skip in spring is read as the moment after the jump; one that they show twice in
    autumn, as the first of the two.
    """
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def add_months(start: date, *, count: int) -> date:
    """Return the same day of the month so many months later, or the last day of a month that is too short."""
    year, month = divmod(start.year * _MONTHS_IN_YEAR + start.month - 1 + count, _MONTHS_IN_YEAR)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))
