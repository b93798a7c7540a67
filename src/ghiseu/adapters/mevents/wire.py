"""A batch of CloudEvents 1.0 (JSON batch format): a list of objects, each with `offset` added by the platform.

What makes one event unreadable does not make the batch so: the event comes back with a fault, and the others flow.
"""

import hashlib

import orjson

from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.submissions.event_feed import Event

LARGEST_EVENT = 64 * 1024
REQUIRED = ("id", "source", "type")
VERSION = "1.0"


def read_batch(body: bytes) -> tuple[Event, ...]:
    """Return the events of a batch, in order. Raises UnusableAnswer when it is no batch or an offset is missing."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer("the batch is not JSON") from error
    if not isinstance(given, list):
        raise UnusableAnswer("the batch is not a list")
    return tuple(_event(one) for one in given)


def _event(given: object) -> Event:
    if not isinstance(given, dict):
        raise UnusableAnswer("an event is not an object")
    raw, offset = orjson.dumps(given).decode(), given.get("offset")
    if not isinstance(offset, str | int) or offset == "":
        raise UnusableAnswer("an event has no offset")  # without one nothing can be confirmed
    if fault := _fault(given, raw):
        name = hashlib.sha256(raw.encode()).hexdigest()
        return Event(event_id=name, source="", type="", subject="", offset=str(offset), raw=raw, fault=fault)
    return Event(
        event_id=given["id"],
        source=given["source"],
        type=given["type"],
        subject=_subject(given),
        offset=str(offset),
        raw=raw,
    )


def _fault(given: dict[str, object], raw: str) -> str:
    if given.get("specversion") != VERSION:
        return f"not an event of CloudEvents {VERSION}"
    for name in REQUIRED:
        value = given.get(name)
        if not isinstance(value, str) or not value.strip():
            return f"the event has no {name}"
    return "the event is too large" if len(raw) > LARGEST_EVENT else ""


def _subject(given: dict[str, object]) -> str:
    subject = given.get("subject")
    return subject if isinstance(subject, str) else ""
