"""What this eProgramări offers: its organisation, locations and calendars, and which times are places."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

CHISINAU = ZoneInfo("Europe/Chisinau")
FILE = Path(__file__).with_name("calendars.yaml")
Given = Mapping[str, Any]  # Any: the file's own shape


@dataclass(frozen=True, kw_only=True)
class CalendarAt:
    """A calendar at a location; `id` is the calendarLocationId."""

    id: str
    calendar: Given
    location: Given


@dataclass(frozen=True, kw_only=True)
class PlaceAt:
    """A time that can be booked, and how many people may book it."""

    starts_at: datetime
    ends_at: datetime
    limit: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The whole offer."""

    given: Given
    calendars: Mapping[str, CalendarAt]

    @classmethod
    def read(cls) -> "Plan":
        """Read the file beside this module."""
        given = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        calendars = {
            key: CalendarAt(id=key, calendar=given["calendars"][name], location=location)
            for location in given["locations"]
            for name, key in location["calendars"].items()
        }
        return cls(given=given, calendars=calendars)

    def location(self, location_id: str) -> Given | None:
        """Return a location."""
        return next((one for one in self.given["locations"] if one["id"] == location_id), None)

    def works_like(self, day: date) -> int | None:
        """Return the weekday (Sunday 0) whose hours the day has, None when nobody works."""
        for one in self.given["swapped"]:
            if day == one["recovery"]:
                off: date = one["dayOff"]
                return off.isoweekday() % 7
            if day == one["dayOff"]:
                return None
        return None if day in self.given["holidays"] else day.isoweekday() % 7

    def places(self, at_location: CalendarAt, day: date) -> Iterator[PlaceAt]:
        """Yield the places of a day, free or taken."""
        weekday, length = self.works_like(day), timedelta(minutes=at_location.calendar["minutes"])
        for one in at_location.location["intervals"]:
            if weekday not in one["days"]:
                continue
            start, end = (datetime.combine(day, time.fromisoformat(one[name]), CHISINAU) for name in ("start", "end"))
            while start + length <= end:
                yield PlaceAt(starts_at=start, ends_at=start + length, limit=one["limit"])
                start += length

    def place(self, at_location: CalendarAt, starts_at: datetime, *, at: datetime) -> PlaceAt | None:
        """Return the place that begins at this moment and can be booked now."""
        local, today = starts_at.astimezone(CHISINAU), at.astimezone(CHISINAU).date()
        if starts_at <= at or local.date() > today + timedelta(days=self.given["active_days"]):
            return None
        places = self.places(at_location, local.date())
        return next((one for one in places if one.starts_at == starts_at), None)

    def days(self, *, at: datetime) -> list[date]:
        """Return the days that can be booked now."""
        today = at.astimezone(CHISINAU).date()
        return [today + timedelta(days=more) for more in range(self.given["active_days"] + 1)]
