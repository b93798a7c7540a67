"""What this MNotify remembers: notifications with their messages, and templates."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from simulators.common import clock
from simulators.common.ledger import Book as OpenBook
from simulators.common.ledger import Ledger, Row, Value
from simulators.mnotify.people import CABINET, Contact
from simulators.mnotify.rules import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS notifications (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, changed TEXT NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
    template TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, notification TEXT NOT NULL REFERENCES notifications (id), recipient TEXT NOT NULL,
    type TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, language TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS templates (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, changed TEXT NOT NULL, content TEXT NOT NULL
);
"""
UNDER_WAY, SENT, DELIVERED, FAILED, CANCELLED = "Sending", "Sent", "Delivered", "Failed", "Cancelled"
STATUSES = ("Pending", "Resolving", UNDER_WAY, SENT, DELIVERED, "Read", "Cancelling", CANCELLED, FAILED)
SHORT_CHANNELS = {"Viber", "Telegram", "Web push", "SMS"}
LANGUAGES = ("ro", "ru", "en")
Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Addressed:
    """One recipient of a notification as it was resolved; `contact` is None for somebody unknown."""

    value: str
    type: str
    contact: Contact | None


class Book:
    """The tables above as questions and acts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def take(self, given: Mapping[str, Json], *, texts: Texts, addressed: list[Addressed], template: str) -> str:
        """Keep an accepted notification with the messages that it becomes; return its id."""
        notification, at = str(uuid4()), clock.now_text()
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO notifications VALUES (?, ?, ?, ?, ?, ?)",
                (notification, at, at, UNDER_WAY, json.dumps(given, ensure_ascii=False), template),
            )
            for one in addressed:
                self._write_messages(book, notification, one, texts, at=at)
                subject = texts["subject"]["ro"]
                book.record_effect(kind="notification", key=notification, subject=one.value, body={"subject": subject})
        return notification

    def _write_messages(self, book: OpenBook, notification: str, one: Addressed, texts: Texts, *, at: str) -> None:
        contact = one.contact
        channels = (*contact.channels, CABINET) if contact else ()
        if one.type in {"Email", "Telephone"}:
            channels = ("Email" if one.type == "Email" else "Viber",)
        wanted = contact.language if contact else "ro"
        for channel in channels:
            part = "bodyShort" if channel in SHORT_CHANNELS else "body"
            language = wanted if wanted in texts[part] else "ro"
            values: tuple[Value, ...] = (
                str(uuid4()),
                notification,
                one.value,
                one.type,
                channel,
                contact.address(channel) if contact else one.value,
                language,
                texts["subject"].get(language, texts["subject"]["ro"]),
                texts[part][language],
                UNDER_WAY,
                at,
                at,
            )
            book.run(f"INSERT INTO messages VALUES ({', '.join('?' * len(values))})", values)  # noqa: S608 - marks alone

    def settle(self, *, as_sent: bool) -> None:
        """Let whatever is under way arrive, or (`as_sent`) be given to the channels without more being known."""
        with self.ledger.write() as book:
            rows = book.rows("SELECT id, body FROM notifications WHERE status = ?", (UNDER_WAY,))
            for row in rows:
                notification = str(row["id"])
                reached = book.row(
                    "SELECT 1 FROM messages WHERE notification = ? AND channel <> ?", (notification, CABINET)
                )
                status = SENT if as_sent else DELIVERED if reached else FAILED
                self._set(book, notification, status, SENT if as_sent else DELIVERED)

    def set_status(self, notification: str, status: str) -> bool:
        """Give a notification and its messages this status; tell whether it is there."""
        with self.ledger.write() as book:
            return self._set(book, notification, status, status)

    @staticmethod
    def _set(book: OpenBook, notification: str, status: str, of_messages: str) -> bool:
        at = clock.now_text()
        found = book.run("UPDATE notifications SET status = ?, changed = ? WHERE id = ?", (status, at, notification))
        book.run("UPDATE messages SET status = ?, changed = ? WHERE notification = ?", (of_messages, at, notification))
        return found > 0

    def cancel(self, notification: str) -> str:
        """Cancel what has not been transmitted; return `cancelled`, `too late` or `unknown`."""
        row = self.notification(notification)
        if row is None:
            return "unknown"
        if row["status"] not in {"Pending", "Resolving", UNDER_WAY}:
            return "too late"
        self.set_status(notification, CANCELLED)
        return "cancelled"

    def notification(self, notification: str) -> Row | None:
        """Return one notification."""
        return self.ledger.row("SELECT * FROM notifications WHERE id = ?", (notification,))

    def notifications(self) -> list[Row]:
        """Return all notifications, the newest first."""
        return self.ledger.rows("SELECT * FROM notifications ORDER BY rowid DESC")

    def messages_of(self, notification: str) -> list[Row]:
        """Return the messages of a notification in the order of their channels."""
        return self.ledger.rows("SELECT * FROM messages WHERE notification = ? ORDER BY rowid", (notification,))

    def message(self, message: str) -> Row | None:
        """Return one message."""
        return self.ledger.row("SELECT * FROM messages WHERE id = ?", (message,))

    def messages(self) -> list[Row]:
        """Return the newest messages."""
        return self.ledger.rows("SELECT * FROM messages ORDER BY rowid DESC LIMIT 100")

    def read(self, message: str) -> None:
        """The citizen opened the message; it was delivered before."""
        with self.ledger.write() as book:
            at = clock.now_text()
            changed = book.run(
                "UPDATE messages SET status = 'Read', changed = ? WHERE id = ? AND status = ?", (at, message, DELIVERED)
            )
            if changed:
                book.run(
                    "UPDATE notifications SET status = 'Read', changed = ? WHERE status = ? AND id = "
                    "(SELECT notification FROM messages WHERE id = ?)",
                    (at, DELIVERED, message),
                )

    def keep_template(self, content: Mapping[str, Json], *, template: str = "") -> str:
        """Keep a new template, or another content of one; return its id."""
        at, kept = clock.now_text(), json.dumps(content, ensure_ascii=False)
        with self.ledger.write() as book:
            if template:
                book.run("UPDATE templates SET content = ?, changed = ? WHERE id = ?", (kept, at, template))
                return template
            made = str(uuid4())
            book.run("INSERT INTO templates VALUES (?, ?, ?, ?)", (made, at, at, kept))
            return made

    def template(self, template: str) -> Row | None:
        """Return one template."""
        return self.ledger.row("SELECT * FROM templates WHERE id = ?", (template,))

    def templates(self) -> list[Row]:
        """Return all templates, oldest first."""
        return self.ledger.rows("SELECT * FROM templates ORDER BY rowid")

    def remove_template(self, template: str) -> str:
        """Remove a template; return `removed`, `used` or `unknown`."""
        if self.template(template) is None:
            return "unknown"
        if self.ledger.row("SELECT 1 FROM notifications WHERE template = ?", (template,)):
            return "used"
        with self.ledger.write() as book:
            book.run("DELETE FROM templates WHERE id = ?", (template,))
        return "removed"
