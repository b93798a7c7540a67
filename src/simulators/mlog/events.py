"""What MLog demands of an event: fields, forms and lengths of the guide "MLog", page "register"."""

import json
import re
from dataclasses import dataclass

from cryptography import x509

from simulators.mlog.jws import NotSigned, payload_of

MOST_TEXT_BYTES = 32_766
MANDATORY = ("event_time", "event_type")
DOTS_OF_A_TOKEN = 2
RESERVED = ("_", "@")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3})?)?(Z|[+-]\d\d(:?\d\d)?)?)?")
PERSONAL = re.compile(r"[^.]+(\.[^.]+)*\.PersonalData\.(Access|Export|Validate|Search|Transfer)")
Event = dict[str, object]


class NotJson(Exception):
    """A line is neither a JSON object nor a signed token: status 400."""


class NotAnEvent(Exception):
    """An event breaks a rule; it ends in the index of faults, nobody is told."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a message as it came."""

    text: str
    is_signed: bool


def lines_of(body: str) -> list[Line]:
    """Return the lines of a message. Raises NotJson."""
    found = []
    for text in filter(None, (one.strip() for one in body.split("\n"))):
        if text.startswith("{"):
            _object(text)
        elif text.count(".") != DOTS_OF_A_TOKEN:
            raise NotJson("a line is neither an object nor a signed token")
        found.append(Line(text=text, is_signed=not text.startswith("{")))
    if not found:
        raise NotJson("the message is empty")
    return found


def events_of(line: Line, *, certificate: x509.Certificate) -> list[Event]:
    """Return the events of a line; a signed one may hold several. Raises NotSigned, NotAnEvent."""
    if not line.is_signed:
        return [_checked(_object(line.text))]
    try:
        said = payload_of(line.text, certificate=certificate).decode("utf-8")
        return [_checked(_object(one)) for one in said.split("\n") if one.strip()]
    except (UnicodeDecodeError, NotJson) as error:
        raise NotSigned("what was signed is no JSON") from error


def _object(text: str) -> Event:
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except ValueError as error:
        raise NotJson(str(error)) from error
    if not isinstance(found, dict):
        raise NotJson("an event is a JSON object")
    return found


def _once(pairs: list[tuple[str, object]]) -> Event:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a field stands twice")
    return dict(pairs)


def _checked(event: Event) -> Event:
    for name in MANDATORY:
        if not event.get(name):
            raise NotAnEvent(f"{name} is mandatory")
    for name, value in event.items():
        if name.startswith(RESERVED):
            raise NotAnEvent(f"{name}: names that begin so are reserved")
        for text in value if isinstance(value, list) else [value]:
            if not isinstance(text, str):
                raise NotAnEvent(f"{name} is no text")
            if len(text.encode()) > MOST_TEXT_BYTES:
                raise NotAnEvent(f"{name} is longer than {MOST_TEXT_BYTES} bytes")
    if not MOMENT.fullmatch(str(event["event_time"])):
        raise NotAnEvent("event_time has another form")
    kind = str(event["event_type"])
    if "PersonalData" in kind and not PERSONAL.fullmatch(kind):
        raise NotAnEvent("event_type of personal data has another form")
    return event
