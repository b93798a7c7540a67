"""The institution's own book of dossiers. Each operation is one transaction, on disk before the answer."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import orjson

from simulators.common import clock
from simulators.common.institution.profile import Answers, Profile, Question, StatusWords
from simulators.common.ledger import Book, Ledger, Row

DAYS_TO_RESPOND = 30

SCHEMA = """
CREATE TABLE IF NOT EXISTS dossiers (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    provider_number TEXT NOT NULL UNIQUE,
    subject_idnp TEXT NOT NULL,
    subject_document TEXT NOT NULL,
    service_code TEXT NOT NULL,
    provider_service_code TEXT NOT NULL,
    payload TEXT NOT NULL,
    payload_sha256 TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    acting TEXT NOT NULL,
    status TEXT NOT NULL,
    stage TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    missing_papers TEXT NOT NULL DEFAULT '[]',
    respond_by TEXT,
    details TEXT NOT NULL DEFAULT '{}',
    sequence INTEGER NOT NULL DEFAULT 0,
    received_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL REFERENCES dossiers (number),
    status TEXT NOT NULL,
    at TEXT NOT NULL,
    pushed_at TEXT
);
CREATE TABLE IF NOT EXISTS attachments (
    number TEXT NOT NULL REFERENCES dossiers (number),
    supplement TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (number, supplement, name)
);
CREATE TABLE IF NOT EXISTS supplements (
    number TEXT NOT NULL REFERENCES dossiers (number),
    key TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (number, key)
);
CREATE TABLE IF NOT EXISTS results (
    document_id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE REFERENCES dossiers (number),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    verification_code TEXT NOT NULL UNIQUE,
    content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

OPEN_STAGES = ("received", "examined", "papers_asked")


class DossierError(Exception):
    """The institution declines. `code` is its own word for it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Conflict(DossierError):
    """The number or key is already taken by something else, or the dossier is at another stage."""


class UnknownDossier(DossierError):
    """Nothing is held under this number."""

    def __init__(self) -> None:
        super().__init__("not-found", "nothing is held under this number")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    attachment_id: str
    name: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A submission whose parts have been read and whose hashes hold."""

    number: str
    service_code: str
    provider_service_code: str
    subject_idnp: str
    subject_document: str
    payload: str
    payload_sha256: str
    acting: Mapping[str, object]
    attachments: tuple[Attachment, ...]


class Dossiers:
    """Receives, examines, decides. `number` is the sender's everywhere."""

    def __init__(self, ledger: Ledger, profile: Profile) -> None:
        self.ledger = ledger
        self.profile = profile

    def receive(self, incoming: Incoming) -> tuple[Row, bool]:
        """Open a dossier, or return the one that the same content opened before.

        Returns the dossier and whether it is new. Raises Conflict when the number holds something else.
        """
        content = content_hash(incoming.attachments, incoming.payload_sha256)
        with self.ledger.write() as book:
            held = book.row("SELECT * FROM dossiers WHERE number = ?", (incoming.number,))
            if held is not None:
                if held["content_sha256"] != content:
                    raise Conflict("number-taken", "this number holds another content")
                return held, False
            words = self.profile.words_of(incoming.service_code)
            self._insert(book, incoming, content=content, words=words)
            self._keep(book, incoming.number, supplement="", attachments=incoming.attachments)
            book.record_effect(
                kind="dossier.opened",
                key=incoming.number,
                subject=incoming.subject_idnp,
                body={"service_code": incoming.service_code},
            )
            return self._changed(book, incoming.number, status=words.received), True

    def supplement(self, number: str, *, key: str, attachments: tuple[Attachment, ...]) -> Row:
        """Take papers that were asked for. The same key with the same papers changes nothing.

        Raises UnknownDossier and Conflict.
        """
        content = content_hash(attachments)
        with self.ledger.write() as book:
            dossier = self._held(book, number)
            before = book.row("SELECT * FROM supplements WHERE number = ? AND key = ?", (number, key))
            if before is not None:
                if before["content_sha256"] != content:
                    raise Conflict("key-taken", "this key brought other papers")
                return dossier
            if dossier["stage"] != "papers_asked":
                raise Conflict("papers-not-asked", "no papers are awaited")
            book.run("INSERT INTO supplements VALUES (?, ?, ?, ?)", (number, key, content, clock.now_text()))
            self._keep(book, number, supplement=key, attachments=attachments)
            book.record_effect(kind="papers.received", key=f"{number}/{key}")
            book.run(
                "UPDATE dossiers SET stage = 'examined', missing_papers = '[]', respond_by = NULL,"
                " reason = '' WHERE number = ?",
                (number,),
            )
            return self._changed(book, number, status=self._words(dossier).examined)

    def examine(self, number: str) -> Row:
        """Take the dossier up. Raises UnknownDossier and Conflict."""
        return self._step(number, stage="examined", reason="")

    def approve(self, number: str) -> Row:
        """Decide in favour; the document follows from the maker. Raises UnknownDossier and Conflict."""
        return self._step(number, stage="decided", reason="")

    def refuse(self, number: str, *, reason: str) -> Row:
        """Decide against. Raises UnknownDossier and Conflict."""
        return self._step(number, stage="refused", reason=reason)

    def cancel(self, number: str, *, reason: str) -> Row:
        """Close without a decision. Raises UnknownDossier and Conflict."""
        return self._step(number, stage="cancelled", reason=reason)

    def ask_papers(self, number: str, *, papers: Sequence[str], reason: str, at: datetime) -> Row:
        """Ask for papers by attachment id, to come within 30 days. Raises UnknownDossier and Conflict."""
        respond_by: date = (at + timedelta(days=DAYS_TO_RESPOND)).date()
        with self.ledger.write() as book:
            dossier = self._held_open(book, number)
            book.run(
                "UPDATE dossiers SET stage = 'papers_asked', missing_papers = ?, respond_by = ?, reason = ?"
                " WHERE number = ?",
                (orjson.dumps(list(papers)).decode(), respond_by.isoformat(), reason, number),
            )
            book.record_effect(kind="papers.asked", key=number, body={"papers": list(papers)})
            return self._changed(book, number, status=self._words(dossier).papers_asked)

    def finish(self, number: str, *, name: str, content: bytes, code: str, details: Mapping[str, str]) -> Row:
        """Put the signed document beside the approved dossier. Doing it again changes nothing."""
        with self.ledger.write() as book:
            dossier = self._held(book, number)
            if dossier["stage"] != "decided":
                return dossier
            book.run(
                "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    secrets.token_hex(8),
                    number,
                    name,
                    "application/pdf",
                    hashlib.sha256(content).hexdigest(),
                    code,
                    content,
                ),
            )
            book.run(
                "UPDATE dossiers SET stage = 'approved', details = ? WHERE number = ?",
                (orjson.dumps(dict(details)).decode(), number),
            )
            book.record_effect(kind="dossier.approved", key=number, subject=str(dossier["subject_idnp"]))
            return self._changed(book, number, status=self._words(dossier).approved)

    def find(self, number: str) -> Row:
        """Return the dossier. Raises UnknownDossier."""
        row = self.ledger.row("SELECT * FROM dossiers WHERE number = ?", (number,))
        if row is None:
            raise UnknownDossier
        return row

    def results(self, number: str) -> list[Row]:
        return self.ledger.rows("SELECT * FROM results WHERE number = ?", (number,))

    def changed_after(self, sequence: int, *, limit: int) -> list[Row]:
        """Return dossiers whose last change came after this sequence, in the order of their changes."""
        return self.ledger.rows(
            "SELECT * FROM dossiers WHERE sequence > ? ORDER BY sequence LIMIT ?", (sequence, limit)
        )

    def in_stage(self, *stages: str) -> list[Row]:
        marks = ", ".join("?" for _ in stages)
        return self.ledger.rows(
            f"SELECT * FROM dossiers WHERE stage IN ({marks}) ORDER BY entry",  # noqa: S608 - only marks
            stages,
        )

    def every(self) -> list[Row]:
        return self.ledger.rows("SELECT * FROM dossiers ORDER BY entry DESC")

    def question(self, dossier: Row) -> Question:
        """Return what a result is written from."""
        kept = self.ledger.rows(
            "SELECT DISTINCT attachment_id FROM attachments WHERE number = ? ORDER BY attachment_id",
            (dossier["number"],),
        )
        return Question(
            service_code=str(dossier["service_code"]),
            subject_idnp=str(dossier["subject_idnp"]),
            answers=_object(str(dossier["payload"])),
            attachment_ids=tuple(str(row["attachment_id"]) for row in kept),
        )

    def _step(self, number: str, *, stage: str, reason: str) -> Row:
        with self.ledger.write() as book:
            dossier = self._held_open(book, number)
            book.run(
                "UPDATE dossiers SET stage = ?, reason = ?, missing_papers = '[]', respond_by = NULL WHERE number = ?",
                (stage, reason, number),
            )
            book.record_effect(kind=f"dossier.{stage}", key=number, subject=str(dossier["subject_idnp"]))
            return self._changed(book, number, status=str(getattr(self._words(dossier), stage)))

    def _insert(self, book: Book, incoming: Incoming, *, content: str, words: StatusWords) -> None:
        at = clock.now()
        count = book.row("SELECT COALESCE(MAX(entry), 0) + 1 AS next FROM dossiers") or {"next": 1}
        provider_number = f"{self.profile.number_prefix}-{at.year}-{int(str(count['next'])):06d}"
        book.run(
            "INSERT INTO dossiers (number, provider_number, subject_idnp, subject_document, service_code,"
            " provider_service_code, payload, payload_sha256, content_sha256, acting, status, stage,"
            " received_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'received', ?, ?)",
            (
                incoming.number,
                provider_number,
                incoming.subject_idnp,
                incoming.subject_document,
                incoming.service_code,
                incoming.provider_service_code,
                incoming.payload,
                incoming.payload_sha256,
                content,
                orjson.dumps(incoming.acting).decode(),
                words.received,
                at.isoformat(),
                at.isoformat(),
            ),
        )

    def _keep(self, book: Book, number: str, *, supplement: str, attachments: tuple[Attachment, ...]) -> None:
        for one in attachments:
            book.run(
                "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, supplement, one.attachment_id, one.name, one.media_type, one.sha256, one.content),
            )

    def _changed(self, book: Book, number: str, *, status: str) -> Row:
        """Give the change its sequence number and return the dossier as it now is."""
        at = clock.now_text()
        book.run("INSERT INTO changes (number, status, at) VALUES (?, ?, ?)", (number, status, at))
        book.run(
            "UPDATE dossiers SET status = ?, changed_at = ?, sequence = last_insert_rowid() WHERE number = ?",
            (status, at, number),
        )
        return self._held(book, number)

    def _held(self, book: Book, number: str) -> Row:
        row = book.row("SELECT * FROM dossiers WHERE number = ?", (number,))
        if row is None:
            raise UnknownDossier
        return row

    def _held_open(self, book: Book, number: str) -> Row:
        row = self._held(book, number)
        if row["stage"] not in OPEN_STAGES:
            raise Conflict("already-decided", "the dossier is decided")
        return row

    def _words(self, dossier: Row) -> StatusWords:
        return self.profile.words_of(str(dossier["service_code"]))


def content_hash(attachments: tuple[Attachment, ...], *parts: str) -> str:
    """Return one hash over everything that was sent, whatever the order of the files."""
    lines = [*parts, *sorted(f"{one.attachment_id} {one.sha256}" for one in attachments)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _object(text: str) -> Answers:
    value = orjson.loads(text)
    return value if isinstance(value, dict) else {}
