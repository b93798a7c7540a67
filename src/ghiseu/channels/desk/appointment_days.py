"""The places that the page of an appointment offers: the earliest at first, then any day, morning or afternoon."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ghiseu.foundation.ui.filters import weekday_and_day
from ghiseu.journeys import book_appointment
from ghiseu.modules.appointments.queries import OfficeChoice, Slot

KEYS = "123456789"
NOON = 13  # the hour at which the afternoon begins
MORNING, AFTERNOON = "morning", "afternoon"


@dataclass(frozen=True, kw_only=True)
class KeyedSlot:
    """A free place and the key that takes it; the later ones have none. `value` names it in the form."""

    slot: Slot
    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class OfficeWithSlots:
    """An office of the list with its places."""

    choice: OfficeChoice
    slots: tuple[KeyedSlot, ...]


@dataclass(frozen=True, kw_only=True)
class Places:
    """What is offered. `day` is None for the earliest places; the links are queries of the page, empty without one.

    `days` are the days of the list, each with its words.
    """

    offices: tuple[OfficeWithSlots, ...]
    day: date | None
    part: str
    here: str
    days: tuple[tuple[date, str], ...]
    earlier: str
    later: str
    other_part: str


def places(choices: list[OfficeChoice], *, asked: Mapping[str, str], at: datetime) -> Places:
    """Return the places of the day and half of it that are asked for, else the earliest. Call it in a transaction."""
    days = sorted({day for choice in choices for day in choice.days})
    day = _day(asked.get("day", ""), days)
    part = asked.get("part", "")
    if day is None:
        shown = choices
        first = min((_local(slot, choice) for choice in choices for slot in choice.slots), default=None)
        at_day, part = (first.date() if first else None), ""
    else:
        whole = book_appointment.offer_on(choices, day=day, at=at)
        part = part if part in {MORNING, AFTERNOON} else _first_part(whole)
        shown, at_day = [_half(choice, part) for choice in whole], day
    place = days.index(at_day) if at_day in days else -1
    return Places(
        offices=_keyed(shown),
        day=day,
        part=part,
        here=_query(day, part) if day else "",
        days=tuple((one, weekday_and_day(one)) for one in days),
        earlier=_query(days[place - 1], part) if place > 0 else "",
        later=_query(days[place + 1], part) if 0 <= place < len(days) - 1 else "",
        other_part=_query(at_day, MORNING if part == AFTERNOON else AFTERNOON) if at_day else "",
    )


def _query(day: date, part: str) -> str:
    return "?" + urlencode({"day": day.isoformat()} | ({"part": part} if part else {}))


def _day(asked: str, days: list[date]) -> date | None:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if day in days else None


def _local(slot: Slot, choice: OfficeChoice) -> datetime:
    return slot.starts_at.astimezone(ZoneInfo(choice.office.time_zone))


def _part_of(slot: Slot, choice: OfficeChoice) -> str:
    return MORNING if _local(slot, choice).hour < NOON else AFTERNOON


def _first_part(choices: list[OfficeChoice]) -> str:
    parts = {_part_of(slot, choice) for choice in choices for slot in choice.slots}
    return AFTERNOON if parts == {AFTERNOON} else MORNING


def _half(choice: OfficeChoice, part: str) -> OfficeChoice:
    return replace(choice, slots=tuple(slot for slot in choice.slots if _part_of(slot, choice) == part))


def _keyed(choices: list[OfficeChoice]) -> tuple[OfficeWithSlots, ...]:
    keys = iter(KEYS)
    return tuple(
        OfficeWithSlots(
            choice=choice,
            slots=tuple(
                KeyedSlot(slot=slot, key=next(keys, ""), value=f"{slot.offered_id}@{slot.starts_at.isoformat()}")
                for slot in choice.slots
            ),
        )
        for choice in choices
    )
