"""The ledger: every message as it came, the events that were registered, the faults, and every search."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from simulators.common import clock
from simulators.common.ledger import Book, Ledger, Row
from simulators.mlog.events import Event

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    uid TEXT PRIMARY KEY, at TEXT NOT NULL, media_type TEXT NOT NULL, bytes INTEGER NOT NULL,
    state TEXT NOT NULL, due_at TEXT NOT NULL, verdict TEXT NOT NULL, fault TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, event_id TEXT, moment TEXT NOT NULL,
    signed INTEGER NOT NULL, body TEXT NOT NULL, is_registered INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS event_is_registered_once ON events (event_id) WHERE is_registered = 1;
CREATE INDEX IF NOT EXISTS events_of_message ON events (uid);
CREATE TABLE IF NOT EXISTS repeats (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, event_id TEXT NOT NULL, uid TEXT NOT NULL,
    first_uid TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS searches (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, asked TEXT NOT NULL, found INTEGER NOT NULL
);
"""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One event of a message that was taken, and whether it came signed."""

    event: Event
    is_signed: bool


def moment_of(text: str) -> datetime:
    """Return the moment that an event or a search names; without a zone it is UTC. Raises ValueError."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def take(
    ledger: Ledger, taken: Sequence[Taken], *, media_type: str, size: int, fault: str, after: timedelta
) -> tuple[str, datetime]:
    """Write a message down and return its number; what becomes of it shows when `after` is over."""
    uid, at = str(uuid4()), clock.now()
    with ledger.write() as book:
        book.run(
            "INSERT INTO messages (uid, at, media_type, bytes, state, due_at, verdict, fault) "
            "VALUES (?, ?, ?, ?, 'accepted', ?, ?, ?)",
            (
                uid,
                at.isoformat(),
                media_type,
                size,
                (at + after).isoformat(),
                "refused" if fault else "registered",
                fault,
            ),
        )
        for one in taken:
            identifier = one.event.get("event_id")
            book.run(
                "INSERT INTO events (uid, event_id, moment, signed, body) VALUES (?, ?, ?, ?, ?)",
                (
                    uid,
                    identifier if isinstance(identifier, str) else None,
                    moment_of(str(one.event["event_time"])).astimezone(UTC).isoformat(),
                    int(one.is_signed),
                    json.dumps(one.event, ensure_ascii=False),
                ),
            )
        book.record_effect(kind="message", key=uid, body={"events": len(taken)})
    return uid, at


def look(ledger: Ledger) -> None:
    """Look at the messages whose time has come: register their events, each id once, or leave them refused."""
    now = clock.now().isoformat()
    with ledger.write() as book:
        due = book.rows("SELECT * FROM messages WHERE state = 'accepted' AND due_at <= ? ORDER BY at", (now,))
        for message in due:
            if message["verdict"] == "registered":
                _register(book, str(message["uid"]), now)
            book.run("UPDATE messages SET state = verdict WHERE uid = ?", (message["uid"],))


def _register(book: Book, uid: str, now: str) -> None:
    for event in book.rows("SELECT sequence, event_id FROM events WHERE uid = ? ORDER BY sequence", (uid,)):
        earlier = event["event_id"] and book.row(
            "SELECT uid FROM events WHERE event_id = ? AND is_registered = 1", (event["event_id"],)
        )
        if isinstance(earlier, dict):
            book.run(
                "INSERT INTO repeats (at, event_id, uid, first_uid) VALUES (?, ?, ?, ?)",
                (now, event["event_id"], uid, earlier["uid"]),
            )
            continue
        book.run("UPDATE events SET is_registered = 1 WHERE sequence = ?", (event["sequence"],))
        book.record_effect(kind="event", key=str(event["event_id"] or event["sequence"]))


def make_due(ledger: Ledger) -> None:
    """Let everything that was taken be looked at now."""
    with ledger.write() as book:
        book.run("UPDATE messages SET due_at = ? WHERE state = 'accepted'", (clock.now_text(),))
    look(ledger)


def registered(ledger: Ledger, where: str, values: Sequence[str]) -> list[Row]:
    """Return registered events; `where` is a condition on their columns, written here and in no request."""
    return ledger.rows(
        f"SELECT uid, moment, body FROM events WHERE is_registered = 1 AND {where} ORDER BY sequence",  # noqa: S608
        values,
    )


def record_search(ledger: Ledger, asked: dict[str, str], *, found: int) -> None:
    """Keep who searched for what: a search is an event itself."""
    with ledger.write() as book:
        book.run(
            "INSERT INTO searches (at, asked, found) VALUES (?, ?, ?)",
            (clock.now_text(), json.dumps(asked, ensure_ascii=False), found),
        )
