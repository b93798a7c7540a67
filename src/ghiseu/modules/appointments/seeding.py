"""The offices of `services/offices.yaml`, read and written into the tables by the owner, never by a desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

import yaml

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.appointments.models import Counter, OfferedService, Office, OfficeHours
from ghiseu.modules.appointments.timetable import Hours


@dataclass(frozen=True, kw_only=True)
class OfferedData:
    """What an office offers and by which rules; None means that no such rule is known."""

    service_code: str
    minutes: int
    from_working_days: int
    until_days: int
    cancel_until_hours: int | None
    daily_cap: int | None
    rules_are_assumed: bool
    calendar_location_id: str = ""


@dataclass(frozen=True, kw_only=True)
class OfficeData:
    """An office as the file gives it."""

    institution: str
    code: str
    name: str
    address: str
    country: str
    time_zone: str
    latitude: float | None
    longitude: float | None
    counters: int
    hours: tuple[Hours, ...]
    hours_are_assumed: bool
    offered: tuple[OfferedData, ...]
    source: str


def load_offices(path: Path) -> list[OfficeData]:
    """Return the offices of the file in its order. Raises KeyError when a timetable is not listed."""
    with path.open(encoding="utf-8") as file:
        written = yaml.safe_load(file)
    return [_office(row, whole=written) for row in written["offices"]]


def seed_offices(offices: list[OfficeData]) -> None:
    """Write the offices. Repeating it changes nothing; what left the file is switched off, not removed.

    Raises NoTransaction.
    """
    require_transaction()
    for data in offices:
        _write(data)
    institutions = {data.institution for data in offices}
    known = Office.objects.filter(institution__in=institutions)
    known.exclude(code__in=[data.code for data in offices]).update(is_active=False)


def _write(data: OfficeData) -> None:
    office, _ = Office.objects.update_or_create(
        code=data.code,
        defaults={
            "institution": data.institution,
            "name": data.name,
            "address": data.address,
            "country": data.country,
            "time_zone": data.time_zone,
            "latitude": data.latitude,
            "longitude": data.longitude,
            "source": data.source,
            "is_active": True,
        },
    )
    names = [str(number) for number in range(1, data.counters + 1)]
    for name in names:
        Counter.objects.update_or_create(office=office, name=name, defaults={"is_active": True})
    office.counters.exclude(name__in=names).update(is_active=False)
    _write_hours(office, data=data)
    _write_offered(office, data=data)


def _write_hours(office: Office, *, data: OfficeData) -> None:
    office.hours.all().delete()
    OfficeHours.objects.bulk_create(
        OfficeHours(
            office=office,
            weekday=hours.weekday,
            opens=hours.opens,
            closes=hours.closes,
            is_assumed=data.hours_are_assumed,
        )
        for hours in data.hours
    )


def _write_offered(office: Office, *, data: OfficeData) -> None:
    for offered in data.offered:
        OfferedService.objects.update_or_create(
            office=office,
            service_code=offered.service_code,
            defaults={
                "minutes": offered.minutes,
                "from_working_days": offered.from_working_days,
                "until_days": offered.until_days,
                "cancel_until_hours": offered.cancel_until_hours,
                "daily_cap": offered.daily_cap,
                "rules_are_assumed": offered.rules_are_assumed,
                "calendar_location_id": offered.calendar_location_id,
                "is_active": True,
            },
        )
    codes = [offered.service_code for offered in data.offered]
    office.offered.exclude(service_code__in=codes).update(is_active=False)


def _office(row: Mapping[str, Any], *, whole: Mapping[str, Any]) -> OfficeData:  # Any: the file's own shape
    timetable = whole["hours"][row["hours"]]
    return OfficeData(
        institution=whole["institution"],
        code=row["code"],
        name=row["name"],
        address=row.get("address", ""),
        country=row.get("country", "MD"),
        time_zone=row.get("time_zone", "Europe/Chisinau"),
        latitude=row.get("latitude"),
        longitude=row.get("longitude"),
        counters=row["counters"],
        hours=tuple(
            Hours(weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
            for weekday in timetable["weekdays"]
            for opens, closes in timetable["intervals"]
        ),
        hours_are_assumed=timetable["is_assumed"],
        offered=tuple(_offered(each, office=row) for each in whole["offered"][row["offered"]]),
        source=whole["sources"]["names"],
    )


def _offered(row: Mapping[str, Any], *, office: Mapping[str, Any]) -> OfferedData:  # Any: rows of the file
    return OfferedData(
        service_code=row["service_code"],
        minutes=row["minutes"],
        from_working_days=row["from_working_days"],
        until_days=row["until_days"],
        cancel_until_hours=row.get("cancel_until_hours"),
        daily_cap=row.get("daily_cap"),
        rules_are_assumed=row.get("rules_are_assumed", False),
        calendar_location_id=office.get("at_programari", {}).get(row["service_code"], ""),
    )
