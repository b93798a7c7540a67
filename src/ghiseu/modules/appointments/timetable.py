"""The places that an office's hours give on a day, and which are free. Nothing here asks the database."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt

from ghiseu.foundation.calendar import WorkingCalendar, moment_of

_EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, kw_only=True)
class Hours:
    """An interval of a weekday (Monday is 0), by the clock of the office."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class Busy:
    """A time that is not free: at one counter, or (None) at all of them."""

    counter_id: int | None
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Place:
    """A time at which somebody could come, in UTC."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, busy: Busy) -> bool:
        """Tell whether the two have a moment in common; the end does not belong to a time."""
        return busy.starts_at < self.ends_at and self.starts_at < busy.ends_at


@dataclass(frozen=True, kw_only=True)
class BookingRules:
    """How long it takes, and from which day to which day it can be booked."""

    minutes: int
    from_working_days: int
    until_days: int


def booking_window(rules: BookingRules, *, calendar: WorkingCalendar, at: datetime) -> tuple[date, date]:
    """Return the first and the last day that can be booked at this moment."""
    today = calendar.day_of(at)
    first = calendar.add_working_days(today, days=rules.from_working_days)
    return first, today + timedelta(days=rules.until_days)


def places_on(day: date, *, hours: Iterable[Hours], minutes: int, calendar: WorkingCalendar) -> Iterator[Place]:
    """Yield the places of a working day in order: from each opening on, one after the other."""
    if not calendar.is_working(day):
        return
    length = timedelta(minutes=minutes)
    for interval in sorted(hours, key=lambda hours: hours.opens):
        if interval.weekday != day.weekday():
            continue
        start = moment_of(day, clock=interval.opens, zone=calendar.zone)
        end = moment_of(day, clock=interval.closes, zone=calendar.zone)
        while start + length <= end:
            yield Place(starts_at=start, ends_at=start + length)
            start += length


def free_counters(place: Place, *, counters: Collection[int], busy: Iterable[Busy]) -> list[int]:
    """Return the counters that nothing keeps busy at any moment of the place, in order."""
    taken = [each.counter_id for each in busy if place.meets(each)]
    return [] if None in taken else sorted(set(counters).difference(taken))


def kilometres(start: tuple[float | None, float | None], *, end: tuple[float | None, float | None]) -> float | None:
    """Return the distance as the crow flies of two points (latitude, longitude), None if unknown."""
    if None in start or None in end:
        return None
    (south, west), (north, east) = ((radians(a or 0), radians(b or 0)) for a, b in (start, end))
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))
