"""Centres and their days as the files in `data` give them, and the working calendar that such days make.

Nothing here asks the database: whoever has rows turns them into the same plain values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ghiseu.foundation.calendar import WorkingCalendar

DATA = Path(__file__).resolve().parent / "data"
_FREE = frozenset({"holiday", "moved_free", "hram"})
_WORKED = frozenset({"moved_working"})


@dataclass(frozen=True, kw_only=True)
class DeskData:
    """One counter of a centre."""

    code: str
    name: str
    equipment: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OpeningHoursData:
    """An interval of a weekday (Monday is 0), by the clock of the centre."""

    weekday: int
    opens: time
    closes: time
    is_assumed: bool


@dataclass(frozen=True, kw_only=True)
class CentreData:
    """A centre as the file gives it. What the sources do not say is empty or None."""

    code: str
    name: str
    kind: str
    region: str
    country: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    opened_on: date | None
    is_demo: bool
    source: str
    confidence: str
    desks: tuple[DeskData, ...]
    opening_hours: tuple[OpeningHoursData, ...]


@dataclass(frozen=True, kw_only=True)
class CalendarDayData:
    """A day that differs from the week's pattern, for a country or (with a code) for one centre only."""

    country: str
    centre_code: str = ""
    date: date
    kind: str
    name: str


def load_centres(folder: Path = DATA) -> list[CentreData]:
    """Return the centres of `centres.yaml` in its order. Raises KeyError when a source is not listed there."""
    written = _read(folder / "centres.yaml")
    return [_centre(row, whole=written) for row in written["centres"]]


def load_calendar_days(folder: Path = DATA) -> list[CalendarDayData]:
    """Return the days of `holidays.yaml` by country and in its order."""
    written = _read(folder / "holidays.yaml")
    return [
        CalendarDayData(
            country=country,
            centre_code=row.get("centre", ""),
            date=row["date"],
            kind=row["kind"],
            name=row["name"],
        )
        for country, rows in written["calendars"].items()
        for row in rows
    ]


def working_calendar(
    days: Iterable[CalendarDayData], *, country: str, zone: str, centre_code: str = ""
) -> WorkingCalendar:
    """Return the working calendar of a country, or with a code, of one centre in it.

    The holidays are taken as known until the end of the last year that has a day for the country.
    """
    own = [day for day in days if day.country == country and day.centre_code in {"", centre_code}]
    years = [day.date.year for day in own if not day.centre_code]
    return WorkingCalendar(
        zone=zone,
        holidays=frozenset(day.date for day in own if day.kind in _FREE),
        moved_working_days=frozenset(day.date for day in own if day.kind in _WORKED),
        known_until=date(max(years), 12, 31) if years else None,
    )


@lru_cache(maxsize=4)
def _read(path: Path) -> dict[str, Any]:  # Any: the file's own shape, turned into dataclasses above
    with path.open(encoding="utf-8") as file:
        read: dict[str, Any] = yaml.safe_load(file)  # Any: as above
        return read


def _centre(row: Mapping[str, Any], *, whole: Mapping[str, Any]) -> CentreData:  # Any: a row of the file
    sources = [whole["sources"][key] for key in row["sources"]] + ([row["note"]] if "note" in row else [])
    return CentreData(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        region=row.get("region", ""),
        country=row.get("country", "MD"),
        time_zone=row.get("time_zone", "Europe/Chisinau"),
        currency=row.get("currency", "MDL"),
        languages=tuple(row["languages"]),
        latitude=row.get("latitude"),
        longitude=row.get("longitude"),
        opened_on=row.get("opened_on"),
        is_demo=row.get("is_demo", False),
        source="; ".join(sources),
        confidence=row["confidence"],
        desks=tuple(
            DeskData(code=desk["code"], name=desk["name"], equipment=tuple(desk["equipment"])) for desk in row["desks"]
        ),
        opening_hours=_opening_hours(whole["opening_hours"][row["opening_hours"]]),
    )


def _opening_hours(timetable: Mapping[str, Any]) -> tuple[OpeningHoursData, ...]:  # Any: a row of the file
    return tuple(
        OpeningHoursData(
            weekday=weekday,
            opens=time.fromisoformat(opens),
            closes=time.fromisoformat(closes),
            is_assumed=timetable["is_assumed"],
        )
        for weekday in timetable["weekdays"]
        for opens, closes in timetable["intervals"]
    )
