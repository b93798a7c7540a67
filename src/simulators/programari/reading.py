"""Reading what callers send, as strictly as the field tables of "eProgramări. Integration guide", API v2, ask for."""

import re
from collections.abc import Mapping
from datetime import datetime

from flask import request

from simulators.common import clock
from simulators.programari.book import Status, Wish
from simulators.programari.plan import Plan

KNOWN = {
    "isForeignCitizen", "idnp", "passportNumber", "firstName", "lastName", "notifyUser", "isEvo", "email", "phone",
    "residenceAddress", "services",
}  # fmt: skip
KNOWN_OF_SERVICE = {"calendarLocationId", "start", "requestOptionId", "relatedOptionId"}
NUMBER, MAIL, PHONE = re.compile(r"\d{13}"), re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), re.compile(r"\+?[\d ]{6,20}")
SHORTEST_NAME, LONGEST_NAME, LARGEST_PAGE = 2, 60, 100
LANGUAGES = ("ro", "ru", "en")


class NotUnderstood(Exception):
    """The request breaks the contract."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def wishes(plan: Plan) -> list[Wish]:
    """Return what the body of appointments/request wants. Raises NotUnderstood."""
    given = request.get_json(silent=True)
    if not isinstance(given, list) or not given:
        raise NotUnderstood("", "an array with one item per citizen is expected")
    return [wish for one in given for wish in _of_citizen(one, plan)]


def _of_citizen(given: object, plan: Plan) -> list[Wish]:
    if not isinstance(given, dict):
        raise NotUnderstood("", "an object is expected")
    if unknown := given.keys() - KNOWN:
        raise NotUnderstood(sorted(unknown)[0], "this field is not known")
    is_foreign = _flag(given, "isForeignCitizen", default=None)
    identifier = _text(given, "passportNumber") if is_foreign else _text(given, "idnp", NUMBER)
    notify = _flag(given, "notifyUser", default=True)
    email = _text(given, "email", MAIL) if notify else ""
    names = [_text(given, name) for name in ("firstName", "lastName")]
    if not all(SHORTEST_NAME <= len(name) <= LONGEST_NAME for name in names):
        raise NotUnderstood("firstName", "a name has 2 to 60 signs")
    services = given.get("services")
    if not isinstance(services, list) or not services:
        raise NotUnderstood("services", "at least one service is required")
    found = []
    for one in services:
        if not isinstance(one, dict) or one.keys() - KNOWN_OF_SERVICE:
            raise NotUnderstood("services", "calendarLocationId and start are expected")
        calendar = plan.calendars.get(_text(one, "calendarLocationId"))
        if calendar is None:
            raise NotUnderstood("services.calendarLocationId", "there is no such calendar")
        place = plan.place(calendar, _moment(_text(one, "start"), "services.start"), at=clock.now())
        if place is None:
            raise NotUnderstood("services.start", "this time cannot be booked")
        found.append(
            Wish(
                calendar=calendar, place=place, identifier=identifier, is_foreign=bool(is_foreign),
                first_name=names[0], last_name=names[1], email=email, phone=_text(given, "phone", PHONE),
                is_confirmed=bool(_flag(given, "isEvo", default=False)),
            )
        )  # fmt: skip
    return found


def argument(name: str, shape: re.Pattern[str] | None = None) -> str:
    """Return a parameter that is required. Raises NotUnderstood."""
    value = request.args.get(name, "")
    if not value or (shape is not None and not shape.fullmatch(value)):
        raise NotUnderstood(name, "this parameter is required")
    return value


def page_asked(*, required: bool = False) -> tuple[int, int]:
    """Return number (from 0) and size of the page. Raises NotUnderstood."""
    if required and not {"PageSize", "PageNumber"} <= request.args.keys():
        raise NotUnderstood("PageSize", "PageSize and PageNumber are required")
    try:
        number, size = int(request.args.get("PageNumber", 0)), int(request.args.get("PageSize", 10))
    except ValueError as error:
        raise NotUnderstood("PageSize", "a number is expected") from error
    if number < 0 or not 1 <= size <= LARGEST_PAGE:
        raise NotUnderstood("PageSize", "pages begin at 0 and have 1 to 100 rows")
    return number, size


def status_asked() -> Status | None:
    """Return the state that is asked for, None for all. Raises NotUnderstood."""
    text = request.args.get("Status", "0")
    try:
        return Status(int(text)) if text != "0" else None
    except ValueError as error:
        raise NotUnderstood("Status", "a number from 0 to 7 is expected") from error


def moment_asked(name: str) -> datetime | None:
    """Return a moment of the query, None without it. Raises NotUnderstood."""
    text = request.args.get(name)
    return _moment(text, name) if text else None


def require_language() -> None:
    """Raise NotUnderstood for a language that is not spoken."""
    if request.headers.get("x-custom-lang", "ro") not in LANGUAGES:
        raise NotUnderstood("x-custom-lang", "ro, ru or en")


def _text(given: Mapping[str, object], name: str, shape: re.Pattern[str] | None = None) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value.strip() or (shape is not None and not shape.fullmatch(value)):
        raise NotUnderstood(name, "this field is required")
    return value.strip()


def _flag(given: Mapping[str, object], name: str, *, default: bool | None) -> bool | None:
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise NotUnderstood(name, "true or false is expected")
    return value


def _moment(text: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotUnderstood(name, "a moment is expected") from error
    if moment.tzinfo is None:
        raise NotUnderstood(name, "a moment with its offset is expected")
    return moment
