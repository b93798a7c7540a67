from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest
from tests.support.acting import acting_for

from ghiseu.foundation.access import ActingContext, Scope, scoped_to, transaction
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.applicants.operations import Names, know_person
from ghiseu.modules.appointments import seeding
from ghiseu.modules.appointments.models import OfferedService
from ghiseu.modules.appointments.seeding import OfferedData, OfficeData
from ghiseu.modules.appointments.timetable import Hours
from ghiseu.modules.centres.models import CalendarDay, Centre, DayKind

# A Monday, ten in the morning in Chișinău being eight in UTC.
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
IDENTITY = "asp.appointment.identity-passport"
EXAM = "asp.appointment.driving"


def office(
    code,
    *,
    latitude=47.14,
    longitude=28.61,
    counters=1,
    minutes=30,
    closes=time(10),
    zone="Europe/Chisinau",
    country="MD",
    daily_cap=None,
):
    rules = {"from_working_days": 1, "until_days": 30, "daily_cap": daily_cap, "rules_are_assumed": True}
    return OfficeData(
        institution="asp",
        code=code,
        name=code,
        address="",
        country=country,
        time_zone=zone,
        latitude=latitude,
        longitude=longitude,
        counters=counters,
        hours=tuple(Hours(weekday=weekday, opens=time(8), closes=closes) for weekday in range(5)),
        hours_are_assumed=True,
        offered=(
            OfferedData(service_code=IDENTITY, minutes=minutes, cancel_until_hours=None, **rules),
            OfferedData(service_code=EXAM, minutes=2 * minutes, cancel_until_hours=72, **rules),
        ),
        source="test",
    )


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A centre, a person at its desk, and the context of what the operator does for them."""

    centre: Centre
    person: Person
    acting: ActingContext

    def working(self):
        return scoped_to(Scope(centre_id=self.centre.pk, operator_id=1))


@pytest.fixture
def seed(as_owner):
    def seed(*offices):
        with as_owner():
            seeding.seed_offices(list(offices))

    return seed


@pytest.fixture
def holiday(as_owner):
    def holiday(day: date):
        with as_owner():
            CalendarDay.objects.create(country="MD", date=day, kind=DayKind.HOLIDAY, name="holiday")

    return holiday


@pytest.fixture
def make_desk(as_owner):
    def make_desk(code, *, idnp="2099010100376"):
        with as_owner():
            centre, _ = Centre.objects.get_or_create(
                code=code, defaults={"name": code, "kind": "town_hall", "latitude": 47.1344, "longitude": 28.3861}
            )
        with scoped_to(Scope(centre_id=centre.pk, operator_id=1)), transaction():
            person = know_person(centre_id=centre.pk, idnp=idnp, document="", names=Names(), language="ro", at=AT)
        acting = acting_for(
            idnp,
            centre_id=centre.pk,
            centre_code=code,
            legal_reason="appointment",
            visit_number=f"{code}-2026-000001-00",
        )
        return Desk(centre=centre, person=person, acting=acting)

    return make_desk


@pytest.fixture
def lozova(make_desk):
    return make_desk("LOZ")


@pytest.fixture
def offered():
    def offered(code, *, service=IDENTITY):
        return OfferedService.objects.select_related("office").get(office__code=code, service_code=service)

    return offered
