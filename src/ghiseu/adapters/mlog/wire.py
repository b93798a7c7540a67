"""MLog's messages: an event as one line of JSON, and what its answers say.

Guide "MLog" of the e-Governance Agency, pages "register" and "query": names of the fields, 256 KB for a message,
32 766 bytes for a text. Names that begin with `_` or `@` are MLog's own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ghiseu.adapters.mlog.jws import signed_size
from ghiseu.foundation.audit.ports import LegalEvent, Message
from ghiseu.foundation.outcomes import UnusableAnswer

PREFIX = "Cups"
MOST_MESSAGE_BYTES = 256 * 1024
MOST_TEXT_BYTES = 32_766
# A page of a query's answer has so many by default, so that one answer names every event of a message.
MOST_EVENTS = 50
MOST_LINES_BYTES = 180_000
# What is cut first when an event is longer than a message may be; then whatever is the longest.
CUT_FIRST = ("event_details", "event_message")
MARK = "…"
# What says who, whom and what is never cut below this; honest values are far shorter.
MUST_STAY = ("event_id", "event_time", "event_type", "user", "subject", "legal_entity")
MOST_OF_THESE = 512
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]

if signed_size(MOST_LINES_BYTES) > MOST_MESSAGE_BYTES:
    raise AssertionError("a signed message would be longer than MLog takes")


def message(events: Sequence[LegalEvent]) -> Message:
    """Return as many of the events as one message takes, one on a line, at least the first."""
    lines: list[str] = []
    size = 0
    for event in events[:MOST_EVENTS]:
        written = line(event)
        size += len(written.encode()) + 1
        if lines and size > MOST_LINES_BYTES:
            break
        lines.append(written)
    return Message(text="\n".join(lines), events=len(lines))


def line(event: LegalEvent) -> str:
    """Return the event as one line. What is too long is cut, and the line names what was cut in `trimmed`."""
    fields = {name: value for name, value in _fields(event) if value}
    trimmed = [name for name, value in fields.items() if len(value.encode()) > _most_of(name)]
    for name in trimmed:
        fields[name] = _cut(fields[name], _most_of(name))
    while len(_text(fields, trimmed).encode()) >= MOST_LINES_BYTES:
        name = _longest(fields)
        fields[name] = _cut(fields[name], len(fields[name].encode()) // 2)
        trimmed = [*trimmed, *({name} - set(trimmed))]
    return _text(fields, trimmed)


def _most_of(name: str) -> int:
    return MOST_OF_THESE if name in MUST_STAY else MOST_TEXT_BYTES


def _fields(event: LegalEvent) -> Iterator[tuple[str, str]]:
    yield "event_time", written_moment(event.at)
    yield "event_type", f"{PREFIX}.{event.type}"
    yield "event_id", event.id
    yield "event_correlation", event.correlation
    yield "event_source", event.source
    yield "event_message", event.message
    yield "event_details", event.details
    for name in ("legal_entity", "legal_basis", "legal_reason", "user", "user_session", "subject", "subject_type"):
        yield name, getattr(event, name)
    yield "object", event.object
    yield "object_type", event.object_type
    for name, value in sorted(event.others.items()):
        yield name, value


def _text(fields: Mapping[str, str], trimmed: Sequence[str]) -> str:
    said = {**fields, "trimmed": ",".join(trimmed)} if trimmed else fields
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _longest(fields: Mapping[str, str]) -> str:
    """Return which field is cut next."""
    for name in CUT_FIRST:
        if len(fields.get(name, "")) > len(MARK):
            return name
    return max((name for name in fields if name not in MUST_STAY), key=lambda name: len(fields[name].encode()))


def _cut(text: str, most: int) -> str:
    """Return the beginning of the text in so many bytes at most, with a mark that something lacks."""
    kept = max(0, most - len(MARK.encode()))
    return text.encode()[:kept].decode(errors="ignore") + MARK


def written_moment(at: datetime) -> str:
    """Return a moment as MLog reads it: UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


@dataclass(frozen=True, kw_only=True)
class Found:
    """One registered event: MLog's number of the request it came in, and our id of it, empty when it has none."""

    uid: str
    id: str


def read_object(body: bytes) -> dict[str, Json]:
    """Return an answer with its names in small letters: the guide and the library write them differently.

    Raises UnusableAnswer.
    """
    try:
        found = json.loads(body)
    except ValueError as error:
        raise UnusableAnswer("MLog's answer is no JSON") from error
    if not isinstance(found, dict):
        raise UnusableAnswer("MLog's answer is no JSON object")
    return {str(name).lower(): value for name, value in found.items()}


def status_in(answer: Mapping[str, Json], *, otherwise: int) -> int:
    """Return the status that the body names, text or number; a body may say another one than the protocol does."""
    said = str(answer.get("status", ""))
    return int(said) if said.isascii() and said.isdigit() else otherwise


def uid_in(answer: Mapping[str, Json]) -> str:
    """Return the number of a message that was taken. Raises UnusableAnswer."""
    uid = answer.get("uid")
    if not isinstance(uid, str) or not uid.strip():
        raise UnusableAnswer("MLog's answer names no UID")
    return uid.strip()


def events_in(answer: Mapping[str, Json]) -> list[Found]:
    """Return the registered events of a query's answer. Raises UnusableAnswer."""
    result = answer.get("result")
    if not isinstance(result, list):
        raise UnusableAnswer("MLog's answer has no list of events")
    found = []
    for one in result:
        if not isinstance(one, dict):
            raise UnusableAnswer("MLog's list holds something that is no event")
        found += [Found(uid=_uid_of(one), id=own) for own in _texts(one.get("event_id"))]
    return found


def _uid_of(event: Mapping[str, Json]) -> str:
    uid = event.get("@uid", event.get("uid", event.get("UID", "")))
    return uid if isinstance(uid, str) else ""


def _texts(value: Json) -> list[str]:
    """Return a field's texts: any field may be a list."""
    values = value if isinstance(value, list) else [value]
    return [one if isinstance(one, str) else "" for one in values]
