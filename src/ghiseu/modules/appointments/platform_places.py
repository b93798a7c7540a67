"""The places that a calendar of a platform gives, and how many of each are free. Nothing here asks anybody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ghiseu.foundation.calendar import moment_of
from ghiseu.modules.appointments.ports import CalendarRules, Interval
from ghiseu.modules.appointments.timetable import Place

# No calendar is looked at further than this, whatever its end says.
LONGEST_WINDOW = 180


@dataclass(frozen=True, kw_only=True)
class FreePlace:
    """A time that can be booked, and how many people can still book it."""

    place: Place
    left: int


@dataclass(frozen=True, kw_only=True)
class PlatformCalendar:
    """The rules of a calendar read by the clock of its office at a moment."""

    rules: CalendarRules
    zone: str
    today: date
    at: datetime

    def days(self) -> list[date]:
        """Return the days that can be booked and on which somebody is received, in order."""
        rules = self.rules
        first = max(self.today, rules.begins_on or self.today)
        window = LONGEST_WINDOW if rules.active_days is None else min(rules.active_days, LONGEST_WINDOW)
        last = self.today + timedelta(days=window)
        last = min(last, rules.ends_on or last)
        found = (first + timedelta(days=more) for more in range((last - first).days + 1))
        return [day for day in found if self.intervals_of(day)]

    def intervals_of(self, day: date) -> list[Interval]:
        """Return when people are received on the day: none on a holiday, a full day, or a day off that is swapped."""
        rules = self.rules
        instead = {worked: off for off, worked in rules.swapped}
        is_off = day in rules.holidays or day in {off for off, _ in rules.swapped}
        if day in rules.full_days or (is_off and day not in instead):
            return []
        weekday = instead.get(day, day).weekday()
        return sorted((one for one in rules.intervals if weekday in one.weekdays), key=lambda one: one.opens)

    def free_on(self, day: date) -> list[FreePlace]:
        """Return the free places of the day, in order; none that has begun."""
        return [one for one in self._places(day) if one.left > 0 and one.place.starts_at > self.at]

    def free_at(self, starts_at: datetime) -> FreePlace | None:
        """Return the free place that begins at this moment, None when there is none."""
        day = starts_at.astimezone(ZoneInfo(self.zone)).date()
        return next((one for one in self.free_on(day) if one.place.starts_at == starts_at), None)

    def _places(self, day: date) -> Iterator[FreePlace]:
        length = timedelta(minutes=self.rules.slot_minutes)
        for interval in self.intervals_of(day):
            start = moment_of(day, clock=interval.opens, zone=self.zone)
            end = moment_of(day, clock=interval.closes, zone=self.zone)
            while start + length <= end:
                place = Place(starts_at=start, ends_at=start + length)
                yield FreePlace(place=place, left=self._limit(interval) - self._taken(place))
                start += length

    def _limit(self, interval: Interval) -> int:
        capacity = self.rules.location_capacity
        return interval.per_slot if capacity is None else min(interval.per_slot, capacity)

    def _taken(self, place: Place) -> int:
        taken = self.rules.taken
        return sum(one.count for one in taken if one.starts_at < place.ends_at and place.starts_at < one.ends_at)
