"""Reading centres: who works where today, and which days are worked."""

from datetime import date
from functools import lru_cache

from django.db.models import Q

from ghiseu.foundation.calendar import WorkingCalendar
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Assignment, CalendarDay, Centre, DayKind, Desk, Operator

HOME = "MD"
HOME_ZONE = "Europe/Chisinau"


def at_desk(*, operator: Operator, desk: Desk, on: date) -> AtDesk | None:
    """Return the operator's place at this desk, or None when nothing is assigned there on this day."""
    centre = desk.centre
    roles = roles_at(operator=operator, centre=centre, on=on)
    if not roles:
        return None
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
        centre_kind=centre.kind,
        country=centre.country,
        time_zone=centre.time_zone,
        currency=centre.currency,
        latitude=centre.latitude,
        longitude=centre.longitude,
        desk_id=desk.pk,
        desk_name=desk.name,
        roles=roles,
    )


def roles_at(*, operator: Operator, centre: Centre, on: date) -> frozenset[str]:
    """Return the roles that the operator holds at the centre on this day."""
    held = Assignment.objects.filter(operator=operator, centre=centre).order_by("id")
    return frozenset(assignment.role for assignment in held if assignment.is_in_force(on))


def assignments_in_force(*, operator: Operator, on: date) -> list[Assignment]:
    """Return everything the operator may do somewhere on this day."""
    held = Assignment.objects.filter(operator=operator).select_related("centre").order_by("id")
    return [assignment for assignment in held if assignment.is_in_force(on)]


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


def institution_days() -> WorkingCalendar:
    """Return the working days of the institutions, which are at home whatever the centre."""
    return working_calendar(HOME, HOME_ZONE)
