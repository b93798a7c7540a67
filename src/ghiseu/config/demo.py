"""What an installation begins with: centres, calendars, offices; and for a trial the test operators of MPass."""

from datetime import date
from pathlib import Path

import yaml
from django.conf import settings

from ghiseu.foundation.access import transaction
from ghiseu.foundation.crypto import blind_index, blind_indexes
from ghiseu.modules.appointments.seeding import load_offices, seed_offices
from ghiseu.modules.centres.calendars import CentreData, load_calendar_days, load_centres
from ghiseu.modules.centres.models import Assignment, CalendarDay, Centre, Desk, OpeningHours, Operator

OPERATORS = Path(__file__).with_name("demo_operators.yaml")
# Identifiers of organisations for the trial; the real ones are entered with the centre's registration.
DEMO_IDNO = "1099000000010"


def seed() -> None:
    """Write centres, desks, opening hours, calendars and offices. Repeating it changes nothing. Run as owner."""
    with transaction():
        for data in load_centres():
            _write_centre(data)
        known = {centre.code: centre for centre in Centre.objects.order_by("id")}
        for day in load_calendar_days():
            CalendarDay.objects.get_or_create(
                country=day.country,
                centre=known.get(day.centre_code),
                date=day.date,
                kind=day.kind,
                defaults={"name": day.name},
            )
        seed_offices(load_offices(settings.SERVICES_DIR / "offices.yaml"))


def load() -> None:
    """Write the test operators, whom the simulated MPass also knows. Repeating it changes nothing. Run as owner."""
    rows = yaml.safe_load(OPERATORS.read_text(encoding="utf-8"))
    with transaction():
        for row in rows:
            operator, _ = Operator.objects.update_or_create(
                idnp_index__in=blind_indexes(row["idnp"], purpose="operator"),
                defaults={
                    "idnp_index": blind_index(row["idnp"], purpose="operator"),
                    "idnp": row["idnp"],
                    "surname": row["surname"],
                    "given_name": row["given_name"],
                    "language": row.get("language", "ro"),
                    "mpower_number": row.get("mpower_number", ""),
                },
            )
            for place in row["assignments"]:
                Assignment.objects.get_or_create(
                    operator=operator,
                    centre=Centre.objects.get(code=place["centre"]) if "centre" in place else None,
                    institution=place.get("institution", ""),
                    role=place["role"],
                    defaults={"from_date": date(2021, 12, 21)},
                )


def _write_centre(data: CentreData) -> None:
    known = {
        "name": data.name,
        "kind": data.kind,
        "region": data.region,
        "country": data.country,
        "time_zone": data.time_zone,
        "currency": data.currency,
        "languages": list(data.languages),
        "latitude": data.latitude,
        "longitude": data.longitude,
        "opened_on": data.opened_on,
        "is_demo": data.is_demo,
        "source": data.source,
        "confidence": data.confidence,
    }
    centre, _ = Centre.objects.update_or_create(
        code=data.code, defaults=known, create_defaults={**known, "idno": DEMO_IDNO}
    )
    for desk in data.desks:
        Desk.objects.update_or_create(
            centre=centre, code=desk.code, defaults={"name": desk.name, "equipment": list(desk.equipment)}
        )
    OpeningHours.objects.filter(centre=centre).delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(
            centre=centre,
            weekday=hours.weekday,
            opens=hours.opens,
            closes=hours.closes,
            is_assumed=hours.is_assumed,
        )
        for hours in data.opening_hours
    )
