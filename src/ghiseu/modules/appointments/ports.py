"""What appointments need of the outside: calendars of institutions that are kept at a platform of the state."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum
from typing import Protocol

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.ports import Port

PLATFORM = "programari"
SLOT_TAKEN = "slot-taken"  # the code of the refusal when somebody else has the place


class ThereState(IntEnum):
    """The states of an appointment there, in the platform's numbers."""

    WAITING = 1
    SCHEDULED = 2
    CANCELED = 3
    FINISHED = 4
    REJECTED = 5
    BLOCKED = 6
    ABSENT = 7


# The place is the person's, or was.
HOLDS_PLACE = frozenset({ThereState.WAITING, ThereState.SCHEDULED, ThereState.FINISHED, ThereState.ABSENT})


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A time of some weekdays (Monday is 0) at which so many people are received at once, by the office's clock."""

    opens: time
    closes: time
    weekdays: frozenset[int]
    per_slot: int


@dataclass(frozen=True, kw_only=True)
class Taken:
    """How many places are taken from a moment to a moment."""

    starts_at: datetime
    ends_at: datetime
    count: int


@dataclass(frozen=True, kw_only=True)
class CalendarRules:
    """One calendar at one location: when it can be booked and what is taken. A limit that is not set is None.

    `active_days` are the days from today on that can be booked. `swapped` are days off with the day that is worked
    instead. `location_capacity` is how many the whole location receives at once.
    """

    calendar_location_id: str
    name: str
    begins_on: date | None
    ends_on: date | None
    active_days: int | None
    slot_minutes: int
    intervals: tuple[Interval, ...]
    taken: tuple[Taken, ...]
    full_days: frozenset[date]
    holidays: frozenset[date]
    swapped: tuple[tuple[date, date], ...]
    location_capacity: int | None


@dataclass(frozen=True, kw_only=True)
class PlaceWanted:
    """Who wants which place. A person without IDNP is known by the number of the passport.

    Without e-mail the platform tells the person nothing. `starts_at` is in the office's time zone.
    """

    calendar_location_id: str
    starts_at: datetime
    idnp: str
    passport: str
    given_name: str
    surname: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class PlaceKept:
    """A place kept there until it is confirmed; `sent` and `answered` are the messages word for word."""

    there_id: str
    starts_at: datetime
    ends_at: datetime
    confirm_within_hours: int | None
    sent: str
    answered: str


@dataclass(frozen=True, kw_only=True)
class PlaceThere:
    """An appointment as the platform holds it; `answered` is its row word for word."""

    there_id: str
    state: ThereState
    answered: str


class Calendars(Protocol):
    """Calendars of institutions. Nothing there is idempotent: after OutcomeUnknown `find` tells what became of it.

    Every call may end in TryLater or Refused; writing ones in OutcomeUnknown too, reading ones in UnusableAnswer.
    """

    def rules(self, calendar_location_id: str) -> CalendarRules:
        """Return the calendar with what is taken now. About nobody; may be repeated. Raises NotFoundThere too."""
        ...

    def request(self, wanted: PlaceWanted, *, acting: ActingContext) -> PlaceKept:
        """Keep the place. Never to be repeated before `find` has said that nothing is there.

        Refused has the code SLOT_TAKEN when somebody else has the place.
        """
        ...

    def confirm(self, there_id: str, *, acting: ActingContext) -> None:
        """Confirm a kept place. To be repeated only while `find` says WAITING."""
        ...

    def cancel(self, there_id: str, *, notify: bool, acting: ActingContext) -> None:
        """Give the place up. To be repeated only while `find` shows that it is held: a second one may be refused."""
        ...

    def find(self, wanted: PlaceWanted, *, there_id: str = "", acting: ActingContext) -> PlaceThere | None:
        """Return the person's appointment: of this id, else in this calendar at this time. None when there is none.

        One that holds the place comes before one that does not. Raises WrongSubject too. May be repeated.
        """
        ...


calendars: Port[Calendars] = Port("calendars")


def is_connected() -> bool:
    """Tell whether there is a platform to ask."""
    return PLATFORM in set(calendars.keys())
