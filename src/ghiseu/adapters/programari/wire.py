"""What eProgramări says and how it is read: "eProgramări. Integration guide", API v2, "API reference" and "Examples".

Times come with an offset; one without is read as Moldovan. Weekdays come as numbers from Sunday 0 or as English names,
days as dates or as moments, names as texts in three languages. What we need and cannot read makes the whole answer
unusable; what the guide does not describe is not looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import httpx
import orjson

from ghiseu.foundation.outcomes import Refused, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.exchange import Answer
from ghiseu.modules.appointments.ports import (
    SLOT_TAKEN,
    CalendarRules,
    Interval,
    PlaceKept,
    PlaceWanted,
    Taken,
    ThereState,
)

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Object = Mapping[str, Json]
CHISINAU = ZoneInfo("Europe/Chisinau")
SHORTEST_NAME, LONGEST_NAME, MAX_WORDS = 2, 60, 300
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The guide gives no codes of errors. Words by which a refusal says that the place itself is taken.
_TAKEN_WORDS = ("slot", "interval", "ocupat", "occupied", "занят")


@dataclass(frozen=True, kw_only=True)
class Row:
    """An appointment of a list; `calendar_location_id` is empty in lists that do not say it."""

    there_id: str
    state: ThereState
    starts_at: datetime
    calendar_location_id: str
    raw: str

    def is_in(self, wanted: PlaceWanted) -> bool:
        """Tell whether it is in the calendar of the wish."""
        return self.calendar_location_id == wanted.calendar_location_id

    def in_calendar(self, calendar_location_id: str) -> "Row":
        """Return the same appointment with its calendar."""
        return replace(self, calendar_location_id=calendar_location_id)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A refusal: our code of it, and the platform's words without what they say of the person."""

    code: str
    words: str


def written(wanted: PlaceWanted) -> bytes:
    """Return the body of appointments/request (AppointmentRequestV2Model[]). Raises Refused for what it cannot hold."""
    names = (wanted.given_name, wanted.surname)
    if not all(SHORTEST_NAME <= len(name) <= LONGEST_NAME for name in names):
        raise Refused("a name has 2 to 60 letters", code="name-length")
    if not wanted.phone:
        raise Refused("a telephone is required", code="no-phone")
    if not (wanted.idnp or wanted.passport):
        raise Refused("a number is required", code="no-number")
    person: dict[str, Json] = {
        "isForeignCitizen": not wanted.idnp,
        "idnp": wanted.idnp or None,
        "passportNumber": None if wanted.idnp else wanted.passport,
        "firstName": wanted.given_name,
        "lastName": wanted.surname,
        "notifyUser": bool(wanted.email),
        "isEvo": False,
        "email": wanted.email or None,
        "phone": wanted.phone,
        "residenceAddress": None,
        "services": [
            {"calendarLocationId": wanted.calendar_location_id, "start": wanted.starts_at.isoformat(timespec="seconds")}
        ],
    }
    return orjson.dumps([person])


def read_kept(body: bytes, *, sent: str) -> PlaceKept:
    """Return the one place of an answer to appointments/request. Raises UnusableAnswer."""
    rows = _list(_object(_json(body)).get("appointmentRequestResultModels"))
    if len(rows) != 1:
        raise UnusableAnswer(f"{len(rows)} places were answered to one wish")
    told = _object(rows[0])
    hours = told.get("hoursUntilConfirmationDeadline")
    return PlaceKept(
        there_id=_text(told, "id"),
        starts_at=_moment(told.get("slotStart")),
        ends_at=_moment(told.get("slotEnd")),
        confirm_within_hours=hours if isinstance(hours, int) and not isinstance(hours, bool) and hours > 0 else None,
        sent=sent,
        answered=body.decode(errors="replace"),
    )


def read_rows(body: bytes, *, of: PlaceWanted) -> tuple[list[Row], int]:
    """Return the appointments of a page, and how many rows it has. Raises UnusableAnswer, WrongSubject."""
    value = _json(body)
    rows = [_object(one) for one in _list(value.get("items") if isinstance(value, dict) else value)]
    for told in rows:
        named = told.get("userIdentifier")
        if isinstance(named, str) and named and named != (of.idnp or of.passport):
            raise WrongSubject("the list names another person")
    return [_row(told) for told in rows], len(rows)


def read_rules(body: bytes, *, calendar_location_id: str) -> CalendarRules:
    """Return the calendar (CalendarLocationUiConfigModel). Raises UnusableAnswer."""
    told = _object(_json(body))
    named = told.get("calendarLocationId")
    if named not in (None, calendar_location_id):
        raise UnusableAnswer("the answer is about another calendar")
    minutes = _count(told, "slotDuration")
    if not minutes:
        raise UnusableAnswer("the length of a place lacks")
    limits = told.get("restrictions")
    restrictions = limits if isinstance(limits, dict) else {}
    return CalendarRules(
        calendar_location_id=calendar_location_id,
        name=words(told.get("calendarName")),
        begins_on=_day_or_none(told.get("startDate")),
        ends_on=_day_or_none(told.get("endDate")),
        active_days=_count(told, "activeDays"),
        slot_minutes=minutes,
        intervals=tuple(_interval(_object(one)) for one in _list(told.get("intervals"))),
        taken=tuple(_taken(_object(one)) for one in _list_or_none(told.get("bookedSlots"))),
        full_days=frozenset(_day(one) for one in _list_or_none(told.get("fullyBookedDays"))),
        holidays=frozenset(_day(one) for one in _list_or_none(restrictions.get("holidays"))),
        swapped=tuple(_swapped(_object(one)) for one in _list_or_none(restrictions.get("recoverableDaysOffs"))),
        location_capacity=_count(told, "locationCapacity"),
    )


def is_problem(answer: Answer) -> bool:
    """Tell whether the platform itself answered with an error: a proxy says it in HTML or not at all."""
    return answer.media_type.endswith("json")


def read_problem(answer: Answer) -> Problem:
    """Return what a refusal says (AppointmentProblemDetails). Never raises: an unreadable one is a refusal too."""
    code = str(int(answer.status))
    try:
        told = _object(_json(answer.body))
    except UnusableAnswer:
        return Problem(code=code, words="")
    errors = told.get("errors")
    fields = " ".join(errors) if isinstance(errors, dict) else ""
    spoken = " ".join(str(told.get(name) or "") for name in ("title", "detail"))
    is_taken = answer.status == httpx.codes.CONFLICT or any(
        word in f"{spoken} {fields}".casefold() for word in _TAKEN_WORDS
    )
    detail = told.get("detail") or told.get("title")
    return Problem(code=SLOT_TAKEN if is_taken else code, words=str(detail)[:MAX_WORDS] if detail else "")


def words(value: Json) -> str:
    """Return a text that comes in three languages or in one: Romanian first."""
    if isinstance(value, dict):
        value = next((value[one] for one in ("ro", "en", "ru") if value.get(one)), "")
    return value.strip() if isinstance(value, str) else ""


def _row(told: Object) -> Row:
    state, slot = told.get("status"), told.get("slot")
    try:
        known = ThereState(int(state)) if isinstance(state, int | str) else None
    except ValueError:
        known = None
    if known is None:
        raise UnusableAnswer("an appointment has an unknown state")
    start = slot.get("start") if isinstance(slot, dict) else told.get("start")
    return Row(
        there_id=_text(told, "id"),
        state=known,
        starts_at=_moment(start),
        calendar_location_id=_calendar(told),
        raw=orjson.dumps(dict(told)).decode(),
    )


def _calendar(told: Object) -> str:
    named, place = told.get("calendarLocationId"), told.get("calendarLocation")
    if isinstance(place, dict) and not named:
        named = place.get("id")
    return named if isinstance(named, str) else ""


def _interval(told: Object) -> Interval:
    days = told.get("workDays")
    return Interval(
        opens=_clock(told.get("start")),
        closes=_clock(told.get("end")),
        weekdays=frozenset(_weekday(one) for one in _list(days)),
        per_slot=_count(told, "appointmentsPerSlotLimit") or 0,
    )


def _taken(told: Object) -> Taken:
    count = _count(told, "bookedCount")
    starts_at, ends_at = _moment(told.get("start")), _moment(told.get("end"))
    return Taken(starts_at=starts_at, ends_at=ends_at, count=1 if count is None else count)


def _swapped(told: Object) -> tuple[date, date]:
    return _day(told.get("dayOff")), _day(told.get("recovery"))


def _json(body: bytes) -> Json:
    try:
        value: Json = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer("the answer is not JSON") from error
    return value


def _object(value: Json) -> Object:
    if not isinstance(value, dict):
        raise UnusableAnswer("an object was expected")
    return value


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise UnusableAnswer("a list was expected")
    return value


def _list_or_none(value: Json) -> list[Json]:
    return [] if value is None else _list(value)


def _text(told: Object, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise UnusableAnswer(f"{name} lacks")
    return value


def _count(told: Object, name: str) -> int | None:
    """Return a number that is not below 0; None when it is not set, and 0 is not a limit."""
    value = told.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UnusableAnswer(f"{name} is no number")
    return value or (0 if name == "bookedCount" else None)


def _moment(value: Json) -> datetime:
    if not isinstance(value, str):
        raise UnusableAnswer("a moment was expected")
    try:
        read = datetime.fromisoformat(value)
    except ValueError as error:
        raise UnusableAnswer("a moment cannot be read") from error
    return read if read.tzinfo else read.replace(tzinfo=CHISINAU)


def _day(value: Json) -> date:
    if not isinstance(value, str):
        raise UnusableAnswer("a day was expected")
    try:
        if len(value) == len("2026-01-15"):
            return date.fromisoformat(value)
    except ValueError as error:
        raise UnusableAnswer("a day cannot be read") from error
    return _moment(value).astimezone(CHISINAU).date()


def _day_or_none(value: Json) -> date | None:
    return None if value in (None, "") else _day(value)


def _clock(value: Json) -> time:
    """Return a time of the day, written alone or within a moment."""
    if not isinstance(value, str):
        raise UnusableAnswer("a time was expected")
    try:
        return time.fromisoformat(value) if "T" not in value else _moment(value).astimezone(CHISINAU).time()
    except ValueError as error:
        raise UnusableAnswer("a time cannot be read") from error


def _weekday(value: Json) -> int:
    """Return a weekday, Monday as 0. There it is a number from Sunday as 0, or an English name."""
    if isinstance(value, str) and value.casefold() in _WEEKDAYS:
        return _WEEKDAYS.index(value.casefold())
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(_WEEKDAYS):
        return (value - 1) % len(_WEEKDAYS)
    raise UnusableAnswer("a weekday cannot be read")
