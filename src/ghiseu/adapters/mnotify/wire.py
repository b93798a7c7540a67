"""The JSON of MNotify: a notification as we send it, its status and the list of what we sent as they come back.

Source: guide of MNotify, "API reference", tables Notification, NotificationShort, Notification status, Message and
Template. Members that are not needed are not looked at; names of statuses and types are read in whatever case.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from ghiseu.foundation.outcomes import UnusableAnswer, WrongSubject
from ghiseu.modules.notifications.ports import Outgoing, Stage

PRIORITY = "Medium"
RECIPIENT_TYPE = "IDNP"
# The platform puts every message there too; nobody is reached by it alone ("Statuses": what Failed leaves out).
CABINET = "mcabinet"
READ = "read"
STAGES = {
    "pending": Stage.UNDER_WAY,
    "resolving": Stage.UNDER_WAY,
    "sending": Stage.UNDER_WAY,
    "sent": Stage.TRANSMITTED,
    "delivered": Stage.REACHED,
    "read": Stage.REACHED,
    "cancelling": Stage.NOT_REACHED,
    "cancelled": Stage.NOT_REACHED,
    "failed": Stage.NOT_REACHED,
}
_LEFT_OPEN = re.compile(r"\{\{[^{}]{1,100}\}\}")
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One line of the list of what we sent."""

    id: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Status:
    """One notification: its status, whom it names, and by channel the subject and status of each message."""

    word: str
    recipients: tuple[str, ...]
    subjects: frozenset[str]
    channels: tuple[tuple[str, str], ...]

    @property
    def stage(self) -> Stage:
        """How far it is. Nothing but the citizens' portal, unread, reached nobody."""
        stage = STAGES[self.word]
        others = [channel for channel, _ in self.channels if channel != CABINET]
        only_cabinet = bool(self.channels) and not others
        if only_cabinet and stage in {Stage.REACHED, Stage.TRANSMITTED}:
            was_read = READ in {self.word, *(word for _, word in self.channels)}
            return Stage.REACHED if was_read else Stage.NOT_REACHED
        return stage


def notification(message: Outgoing, *, template: str = "") -> dict[str, Json]:
    """Return the body of POST /api/Notification.

    `userId` is left out ("should be ignored" since v2.2); `bodyShort` is always sent, though the samples lack it.
    """
    body: dict[str, Json] = {
        "subject": dict(message.subject),
        "body": dict(message.body),
        "bodyShort": dict(message.short),
        "priority": PRIORITY,
        "recipients": [{"value": message.recipient, "type": RECIPIENT_TYPE}],
    }
    if template:
        body["template"] = {"id": template, "variables": variables(message.variables)}
    return body


def variables(values: Mapping[str, str]) -> str:
    """Return the variables of a template: JSON, itself as text."""
    return json.dumps(dict(values), ensure_ascii=False, sort_keys=True)


def read_json(raw: bytes) -> Json:
    """Return what the text says. Raises UnusableAnswer."""
    try:
        found: Json = json.loads(raw)
    except ValueError as error:
        raise UnusableAnswer("the answer of MNotify is not JSON") from error
    return found


def read_id(raw: bytes) -> str:
    """Return the id that a bare JSON string holds. Raises UnusableAnswer."""
    return _uuid(read_json(raw))


def read_list(raw: bytes) -> list[Listed]:
    """Return the lines of the list, in its order. Raises UnusableAnswer."""
    rows = read_json(raw)
    if not isinstance(rows, list):
        raise UnusableAnswer("the list of MNotify is no list")
    found = []
    for row in rows:
        if not isinstance(row, dict):
            raise UnusableAnswer("the list of MNotify holds something else than notifications")
        found.append(Listed(id=_uuid(row.get("id")), created_at=_moment(row.get("createdAt"))))
    return found


def read_status(raw: bytes, *, notification_id: str) -> Status:
    """Return the status of this notification. Raises UnusableAnswer, WrongSubject when it is of another one."""
    row = read_json(raw)
    if not isinstance(row, dict):
        raise UnusableAnswer("the status of MNotify is no object")
    if _uuid(row.get("id")) != notification_id:
        raise WrongSubject("MNotify answered about another notification")
    word = _word(row, "status")
    if word not in STAGES:
        raise UnusableAnswer("MNotify names a status that nobody knows")
    recipients = [one for one in _list(row.get("recipients")) if isinstance(one, dict)]
    messages = [one for each in recipients for one in _list(each.get("messages")) if isinstance(one, dict)]
    return Status(
        word=word,
        recipients=tuple(str(one.get("value") or "") for one in recipients),
        subjects=frozenset(str(one.get("subject") or "") for one in messages),
        channels=tuple((_word(one, "channel"), _word(one, "status")) for one in messages),
    )


def read_template(raw: bytes) -> dict[str, dict[str, str]]:
    """Return subject, body and bodyShort of a filled template by language. Raises UnusableAnswer."""
    row = read_json(raw)
    if not isinstance(row, dict):
        raise UnusableAnswer("the template of MNotify is no object")
    found = {}
    for part in ("subject", "body", "bodyShort"):
        texts = row.get(part)
        if not isinstance(texts, dict) or not texts.get("ro"):
            raise UnusableAnswer(f"the template of MNotify has no {part}")
        found[part] = {language: str(text) for language, text in texts.items() if text}
    return found


def left_open(template: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the variables that a filled template still shows, but for those that the platform fills at sending."""
    texts = (text for part in template.values() for text in part.values())
    names = {name for text in texts for name in _LEFT_OPEN.findall(text)}
    static = {"Date", "Time", "IDNP", "IDNO", "RecipientFirstName", "RecipientLastName"}
    return sorted(name for name in names if name.strip("{} ") not in static)


def _word(row: dict[str, Json], name: str) -> str:
    return str(row.get(name) or "").lower()


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _uuid(value: Json) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError as error:
        raise UnusableAnswer("MNotify gives no usable id") from error


def _moment(value: Json) -> datetime:
    """Return the moment. One without zone is read as UTC: read as local time it would seem earlier than it is."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise UnusableAnswer("MNotify gives no usable moment") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
