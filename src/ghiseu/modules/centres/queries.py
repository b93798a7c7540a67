"""Reading centres: who works where today, and which days are worked."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from django.db.models import Q

from ghiseu.foundation.calendar import WorkingCalendar
from ghiseu.modules.centres.at_desk import AtDesk, WithoutDesk
from ghiseu.modules.centres.models import (
    CENTRE_ROLES,
    Assignment,
    CalendarDay,
    Centre,
    DayKind,
    Desk,
    OpeningHours,
    Operator,
)

HOME = "MD"
# A week of working days brings each weekday on which a centre opens.
LONGEST_CLOSED = 7
HOME_ZONE = "Europe/Chisinau"


def at_desk(*, operator: Operator, desk: Desk, on: date) -> AtDesk | None:
    """Return the operator's place at this desk, or None when nothing is assigned there on this day."""
    roles = roles_at(operator=operator, centre=desk.centre, on=on)
    return _place(operator, desk, roles) if roles else None


def former_place(*, operator: Operator, desk: Desk) -> AtDesk:
    """Return where the operator acted once, whatever is assigned today: to continue that act, with no role."""
    return _place(operator, desk, frozenset())


def _place(operator: Operator, desk: Desk, roles: frozenset[str]) -> AtDesk:
    centre = desk.centre
    return AtDesk(
        operator_id=operator.pk,
        operator_idnp=operator.idnp,
        operator_name=operator.full_name,
        operator_surname=operator.surname,
        centre_id=centre.pk,
        centre_code=centre.code,
        centre_name=centre.name,
        centre_idno=centre.idno,
        centre_phone=centre.phone,
        centre_address=centre.address,
        centre_kind=centre.kind,
        country=centre.country,
        time_zone=centre.time_zone,
        currency=centre.currency,
        latitude=centre.latitude,
        longitude=centre.longitude,
        desk_id=desk.pk,
        desk_name=desk.name,
        roles=roles,
        operator_mpower_number=operator.mpower_number,
    )


def roles_at(*, operator: Operator, centre: Centre, on: date) -> frozenset[str]:
    """Return the roles that the operator holds at the centre on this day."""
    held = Assignment.objects.filter(operator=operator, centre=centre).order_by("id")
    return frozenset(assignment.role for assignment in held if assignment.is_in_force(on))


def assignments_in_force(*, operator: Operator, on: date) -> list[Assignment]:
    """Return everything the operator may do somewhere on this day."""
    held = Assignment.objects.filter(operator=operator).select_related("centre").order_by("id")
    return [assignment for assignment in held if assignment.is_in_force(on)]


def without_desk(*, operator: Operator, on: date) -> WithoutDesk | None:
    """Return what the operator is for the programme or for institutions on this day, or None when nothing."""
    held = [one for one in assignments_in_force(operator=operator, on=on) if one.centre_id is None]
    if not held:
        return None
    return WithoutDesk(
        operator_id=operator.pk,
        operator_name=operator.full_name,
        roles=frozenset(one.role for one in held),
        institutions=tuple(sorted({one.institution for one in held if one.institution})),
    )


@dataclass(frozen=True, kw_only=True)
class CentreOverview:
    """One centre as the programme sees it. `hours` are (weekday, opens, closes), Monday is 0."""

    centre: Centre
    desks: int
    staff: int
    hours: tuple[tuple[int, time, time], ...]
    hours_are_assumed: bool


def overview(*, on: date) -> list[CentreOverview]:
    """Return every centre with its desks, its opening hours and how many people work there on this day, by name."""
    working = {
        (one.centre_id, one.operator_id)
        for one in Assignment.objects.filter(role__in=CENTRE_ROLES).order_by("id")
        if one.is_in_force(on)
    }
    staff = Counter(centre_id for centre_id, _ in working)
    found = []
    for centre in Centre.objects.prefetch_related("desks", "opening_hours").order_by("name", "id"):
        hours = list(centre.opening_hours.all())
        found.append(
            CentreOverview(
                centre=centre,
                desks=len(centre.desks.all()),
                staff=staff[centre.pk],
                hours=tuple(sorted((one.weekday, one.opens, one.closes) for one in hours)),
                hours_are_assumed=any(one.is_assumed for one in hours),
            )
        )
    return found


@lru_cache(maxsize=256)
def working_calendar(country: str, zone: str, centre_id: int | None = None) -> WorkingCalendar:
    """Return the working days of a country, with the hram and other own days of a centre when one is named.

    Kept for the life of the process: days are entered at installation and by upgrades.
    """
    whose = Q(centre=None) if centre_id is None else Q(centre=None) | Q(centre_id=centre_id)
    days = list(CalendarDay.objects.filter(whose, country=country).order_by("date").values_list("date", "kind"))
    return WorkingCalendar(
        zone=zone,
        holidays=frozenset(day for day, kind in days if kind != DayKind.MOVED_WORKING),
        moved_working_days=frozenset(day for day, kind in days if kind == DayKind.MOVED_WORKING),
        known_until=max((day for day, _ in days), default=None),
    )


@lru_cache(maxsize=256)
def _weekdays_open(centre_id: int) -> frozenset[int]:
    """Return the weekdays (Monday is 0) on which the centre opens, kept like the calendar; empty when unknown."""
    return frozenset(OpeningHours.objects.filter(centre_id=centre_id).order_by().values_list("weekday", flat=True))


def opening_day(place: AtDesk, day: date) -> date:
    """Return the day itself when the centre is open on it, else the next on which it is. Raises NoWorkingDay."""
    calendar = working_calendar(place.country, place.time_zone, place.centre_id)
    weekdays = _weekdays_open(place.centre_id)
    found = calendar.on_or_after(day)
    for _ in range(LONGEST_CLOSED):
        if not weekdays or found.weekday() in weekdays or found in calendar.moved_working_days:
            break
        found = calendar.on_or_after(found + timedelta(days=1))
    return found


def institution_days() -> WorkingCalendar:
    """Return the working days of the institutions, which are at home whatever the centre."""
    return working_calendar(HOME, HOME_ZONE)
