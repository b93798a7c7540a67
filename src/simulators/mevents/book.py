"""What was published, who consumes, and how far each consumer has confirmed."""

import json
import uuid
from datetime import datetime, timedelta

from simulators.common.ledger import Ledger, Value

KEPT = timedelta(days=5)
BATCH = 20
SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS groups (name TEXT PRIMARY KEY, confirmed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS consumers (id TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS dead (sequence INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
"""


class NoSuchConsumer(Exception):
    """Nobody opened it, or it was ended."""


class Book:
    """The ledger of the platform."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def publish(self, events: list[object], *, at: datetime) -> None:
        """Keep all of them, in order."""
        with self._ledger.write() as book:
            for event in events:
                book.run("INSERT INTO events (at, body) VALUES (?, ?)", (at.isoformat(), json.dumps(event)))

    def open(self, group: str) -> str:
        """Make a consumer of the group; a new group begins with what comes from now on."""
        consumer = uuid.uuid4().hex
        with self._ledger.write() as book:
            last = book.row("SELECT coalesce(max(sequence), 0) AS last FROM events") or {"last": 0}
            book.run("INSERT OR IGNORE INTO groups VALUES (?, ?)", (group, last["last"]))
            book.run("INSERT INTO consumers VALUES (?, ?)", (consumer, group))
        return consumer

    def end_all(self) -> None:
        """Forget every consumer, as the platform does with those that nobody uses."""
        with self._ledger.write() as book:
            book.run("DELETE FROM consumers")

    def forget(self, *, at: datetime) -> None:
        """Remove what is older than the platform keeps."""
        with self._ledger.write() as book:
            book.run("DELETE FROM events WHERE at < ?", ((at - KEPT).isoformat(),))

    def waiting(self, consumer: str) -> list[tuple[int, object]]:
        """Return the next events after what was confirmed. Raises NoSuchConsumer."""
        group = self._group(consumer)
        rows = self._ledger.rows(
            "SELECT sequence, body FROM events WHERE sequence > (SELECT confirmed FROM groups WHERE name = ?)"
            " ORDER BY sequence LIMIT ?",
            (group, BATCH),
        )
        return [(int(str(row["sequence"])), json.loads(str(row["body"]))) for row in rows]

    def confirm(self, consumer: str, offset: int) -> None:
        """Move the group on, never back. Raises NoSuchConsumer."""
        group = self._group(consumer)
        with self._ledger.write() as book:
            book.run("UPDATE groups SET confirmed = max(confirmed, ?) WHERE name = ?", (offset, group))

    def set_aside(self, consumer: str, body: str) -> None:
        """Keep a dead event. Raises NoSuchConsumer."""
        self._group(consumer)
        with self._ledger.write() as book:
            book.run("INSERT INTO dead (body) VALUES (?)", (body,))

    def newest(self) -> list[tuple[Value, Value, Value]]:
        """Return the last events for the page."""
        rows = self._ledger.rows("SELECT * FROM events ORDER BY sequence DESC LIMIT 20")
        return [(row["sequence"], row["at"], row["body"]) for row in rows]

    def _group(self, consumer: str) -> str:
        rows = self._ledger.rows("SELECT name FROM consumers WHERE id = ?", (consumer,))
        if not rows:
            raise NoSuchConsumer
        return str(rows[0]["name"])
