"""Reading the calendar: free places, nearest office first, and the appointments of a person or case."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from ghiseu.foundation.calendar import WorkingCalendar
from ghiseu.foundation.clock import today
from ghiseu.modules.appointments.models import Appointment, Closure, Occupancy, OfferedService, Office
from ghiseu.modules.appointments.platform_places import PlatformCalendar
from ghiseu.modules.appointments.ports import CalendarRules
from ghiseu.modules.appointments.states import LIVE_STATES, AppointmentState
from ghiseu.modules.appointments.timetable import (
    BookingRules,
    Busy,
    Hours,
    Place,
    booking_window,
    free_counters,
    kilometres,
    places_on,
)
from ghiseu.modules.centres.calendars import CalendarDayData, working_calendar
from ghiseu.modules.centres.models import CalendarDay

# The calendars that platforms keep, by what an office offers; None for one whose platform did not answer.
Elsewhere = Mapping[int, CalendarRules | None]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A free place that can be booked: `offered_id` and `starts_at` are what `operations.hold` wants."""

    offered_id: int
    starts_at: datetime
    ends_at: datetime
    free_counters: int


@dataclass(frozen=True, kw_only=True)
class OfficeChoice:
    """An office, how far it is (None when unknown), its free places, and the days on which it takes people.

    `rules` are there when a platform keeps its calendar; `is_silent` when that platform did not answer.
    """

    office: Office
    offered: OfferedService
    distance_km: float | None
    hours_are_assumed: bool
    slots: tuple[Slot, ...]
    days: tuple[date, ...]
    rules: CalendarRules | None = None
    is_silent: bool = False


def earliest_slots(
    *,
    service_code: str,
    latitude: float | None,
    longitude: float | None,
    at: datetime,
    offices: int = 3,
    per_office: int = 4,
    not_before: date | None = None,
    elsewhere: Elsewhere | None = None,
) -> list[OfficeChoice]:
    """Return the nearest offices that offer the service, each with its earliest free places.

    An office without a free place is left out and the next one taken; offices whose distance is unknown come
    last. `elsewhere` holds the calendars that a platform keeps, as it has just told them; one that did not answer is
    shown without places.
    """
    choices: list[OfficeChoice] = []
    for each in nearest(service_code=service_code, latitude=latitude, longitude=longitude):
        distance = kilometres((latitude, longitude), end=(each.office.latitude, each.office.longitude))
        if elsewhere is not None and each.pk in elsewhere:
            choice = _choice_elsewhere(each, rules=elsewhere[each.pk], distance=distance, count=per_office, at=at)
        else:
            desk = OfficeDesk.of(each, at=at)
            slots = _first_free(desk, at=at, count=per_office, not_before=not_before)
            choice = _choice(desk, slots=slots, distance=distance)
        if choice.slots or choice.is_silent:
            choices.append(choice)
        if sum(1 for one in choices if one.slots) == offices:
            break
    return choices


def nearest(*, service_code: str, latitude: float | None, longitude: float | None) -> list[OfferedService]:
    """Return what offices offer of the service, the nearest office first."""
    offered = OfferedService.objects.filter(service_code=service_code, is_active=True, office__is_active=True)
    found = list(offered.select_related("office").order_by("pk"))
    return sorted(found, key=lambda each: _rank(each.office, latitude=latitude, longitude=longitude))


def slots_of_day(choice: OfficeChoice, *, day: date, at: datetime) -> OfficeChoice:
    """Return the same office with every free place of this day instead of its earliest ones."""
    if choice.is_silent:
        return choice
    if choice.rules is not None:
        there = _there(choice.offered, rules=choice.rules, at=at)
        return replace(choice, slots=_slots_there(choice.offered, there, days=[day]) if day in choice.days else ())
    return replace(choice, slots=tuple(free_slots(offered=choice.offered, day=day, at=at)))


def free_slots(*, offered: OfferedService, day: date, at: datetime) -> list[Slot]:
    """Return every free place of a day; none when the day cannot be booked at this moment."""
    desk = OfficeDesk.of(offered, at=at)
    return desk.free_on(day, busy=desk.busy_between(day, last=day, at=at), at=at)


def of_case(case_id: int) -> QuerySet[Appointment]:
    """Return the appointments of a case, newest first."""
    return _with_office().filter(case_id=case_id).order_by("-pk")


def open_for(*, person_id: int, service_code: str, at: datetime) -> QuerySet[Appointment]:
    """Return the person's appointments for the service that lie ahead: a second one deserves a warning."""
    live = Q(occupancy__held_until__isnull=True) | Q(occupancy__held_until__gt=at)
    return (
        _with_office()
        .filter(live, person_id=person_id, state__in=LIVE_STATES, occupancy__is_released=False)
        .filter(occupancy__offered__service_code=service_code, occupancy__ends_at__gt=at)
        .order_by("occupancy__starts_at", "pk")
    )


def booked_already(
    *, person_id: int, service_code: str, at: datetime, but_case: int | None = None
) -> Appointment | None:
    """Return the person's next booked appointment for the service, with its case; that of `but_case` is left out."""
    booked = open_for(person_id=person_id, service_code=service_code, at=at).filter(
        state=AppointmentState.CONFIRMED, case__isnull=False
    )
    if but_case is not None:
        booked = booked.exclude(case_id=but_case)
    return booked.select_related("case").first()


def office_calendar(office: Office) -> WorkingCalendar:
    """Return the working calendar of the country that the office lies in."""
    days = CalendarDay.objects.filter(country=office.country, centre__isnull=True).order_by("pk")
    rows = [CalendarDayData(country=day.country, date=day.date, kind=day.kind, name=day.name) for day in days]
    return working_calendar(rows, country=office.country, zone=office.time_zone)


@dataclass(frozen=True, kw_only=True)
class OfficeDesk:
    """Everything about one offered service at one office that a search needs more than once."""

    offered: OfferedService
    calendar: WorkingCalendar
    hours: tuple[Hours, ...]
    counters: frozenset[int]
    first_day: date
    last_day: date

    @classmethod
    def of(cls, offered: OfferedService, *, at: datetime) -> "OfficeDesk":
        """Read the timetable of the office once."""
        calendar = office_calendar(offered.office)
        rules = BookingRules(
            minutes=offered.minutes,
            from_working_days=offered.from_working_days,
            until_days=offered.until_days,
        )
        first, last = booking_window(rules, calendar=calendar, at=at)
        hours = offered.office.hours.order_by("pk").values_list("weekday", "opens", "closes")
        counters = offered.office.counters.filter(is_active=True).order_by("pk").values_list("pk", flat=True)
        return cls(
            offered=offered,
            calendar=calendar,
            hours=tuple(Hours(weekday=day, opens=opens, closes=closes) for day, opens, closes in hours),
            counters=frozenset(counters),
            first_day=first,
            last_day=last,
        )

    def can_be_booked(self, day: date) -> bool:
        """Tell whether the day lies in the window of booking."""
        return self.first_day <= day <= self.last_day

    def open_days(self) -> tuple[date, ...]:
        """Return the days of the window on which there are places, free or taken."""
        window = (self.first_day + timedelta(days=more) for more in range((self.last_day - self.first_day).days + 1))
        return tuple(day for day in window if self.places(day))

    def places(self, day: date) -> list[Place]:
        """Return the places of the day, free or taken."""
        found = places_on(day, hours=self.hours, minutes=self.offered.minutes, calendar=self.calendar)
        return list(found)

    def busy_between(self, first: date, *, last: date, at: datetime) -> list[Busy]:
        """Return what is taken or closed in these days. A place held in vain counts as free again."""
        start, end = self.calendar.start_of_day(first), self.calendar.end_of_day(last)
        overlaps = Q(starts_at__lt=end, ends_at__gt=start)
        still_held = Q(held_until__isnull=True) | Q(held_until__gt=at)
        taken = Occupancy.objects.filter(
            overlaps, still_held, counter__in=self.counters, is_released=False
        ).values_list("counter_id", "starts_at", "ends_at")
        closed = Closure.objects.filter(overlaps, office_id=self.offered.office_id).values_list(
            "counter_id", "starts_at", "ends_at"
        )
        rows = [*taken.order_by("pk"), *closed.order_by("pk")]
        return [Busy(counter_id=counter, starts_at=start, ends_at=end) for counter, start, end in rows]

    def free_on(self, day: date, *, busy: list[Busy], at: datetime) -> list[Slot]:
        """Return the free places of the day in order."""
        if not self.can_be_booked(day) or self._cap_is_reached(day, at=at):
            return []
        found = ((place, free_counters(place, counters=self.counters, busy=busy)) for place in self.places(day))
        return [
            Slot(
                offered_id=self.offered.pk,
                starts_at=place.starts_at,
                ends_at=place.ends_at,
                free_counters=len(free),
            )
            for place, free in found
            if free
        ]

    def _cap_is_reached(self, day: date, *, at: datetime) -> bool:
        if self.offered.daily_cap is None:
            return False
        return booked_on(self.offered, day=day, calendar=self.calendar, at=at) >= self.offered.daily_cap


def booked_on(offered: OfferedService, *, day: date, calendar: WorkingCalendar, at: datetime) -> int:
    """Return how many places of the service are taken at the office on the day."""
    return Occupancy.objects.filter(
        Q(held_until__isnull=True) | Q(held_until__gt=at),
        offered=offered,
        is_released=False,
        starts_at__gte=calendar.start_of_day(day),
        starts_at__lte=calendar.end_of_day(day),
    ).count()


def _with_office() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("occupancy__offered__office", "calendar")


def _first_free(desk: OfficeDesk, *, at: datetime, count: int, not_before: date | None) -> tuple[Slot, ...]:
    day = max(desk.first_day, not_before or desk.first_day)
    busy = desk.busy_between(day, last=desk.last_day, at=at)
    found: list[Slot] = []
    while day <= desk.last_day and len(found) < count:
        found += desk.free_on(day, busy=busy, at=at)
        day += timedelta(days=1)
    return tuple(found[:count])


def _choice_elsewhere(
    offered: OfferedService, *, rules: CalendarRules | None, distance: float | None, count: int, at: datetime
) -> OfficeChoice:
    there = _there(offered, rules=rules, at=at) if rules is not None else None
    days = there.days() if there is not None else []
    return OfficeChoice(
        office=offered.office,
        offered=offered,
        distance_km=distance,
        hours_are_assumed=False,
        slots=_slots_there(offered, there, days=days)[:count] if there is not None else (),
        days=tuple(days),
        rules=rules,
        is_silent=rules is None,
    )


def _there(offered: OfferedService, *, rules: CalendarRules, at: datetime) -> PlatformCalendar:
    zone = offered.office.time_zone
    return PlatformCalendar(rules=rules, zone=zone, today=today(zone, at=at), at=at)


def _slots_there(offered: OfferedService, there: PlatformCalendar, *, days: list[date]) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            offered_id=offered.pk,
            starts_at=one.place.starts_at,
            ends_at=one.place.ends_at,
            free_counters=one.left,
        )
        for day in days
        for one in there.free_on(day)
    )


def _choice(desk: OfficeDesk, *, slots: tuple[Slot, ...], distance: float | None) -> OfficeChoice:
    office = desk.offered.office
    return OfficeChoice(
        office=office,
        offered=desk.offered,
        distance_km=distance,
        hours_are_assumed=office.hours.filter(is_assumed=True).exists(),
        slots=slots,
        days=desk.open_days(),
    )


def _rank(office: Office, *, latitude: float | None, longitude: float | None) -> tuple[float, int]:
    distance = kilometres((latitude, longitude), end=(office.latitude, office.longitude))
    return (float("inf") if distance is None else distance, office.pk)
