"""What this MDocs remembers: bytes, documents, shares, reserved links; and the rules that the guide gives for them."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from simulators.common import clock
from simulators.common.ledger import Book as Open
from simulators.common.ledger import Ledger, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS blobs (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, type TEXT NOT NULL, media_type TEXT NOT NULL,
    total INTEGER NOT NULL, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, blob_id TEXT NOT NULL REFERENCES blobs (id), principal TEXT NOT NULL, name TEXT NOT NULL,
    number TEXT NOT NULL DEFAULT '', created_by TEXT NOT NULL, created_on TEXT NOT NULL, expires_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shares (
    id TEXT PRIMARY KEY, document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    shared_for TEXT NOT NULL, permission TEXT NOT NULL, from_at TEXT NOT NULL, to_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reservations (
    id TEXT PRIMARY KEY, access_code TEXT NOT NULL
);
"""
TYPES = {
    "Unknown": ("Document", "Document", "Документ"),
    "EXTRAS": ("Extras de pe actul de stare civilă", "Civil status extract", "Выписка о гражданском состоянии"),
    "CERT": ("Certificat", "Certificate", "Справка"),
}
PART_BYTES = 5 * 1024 * 1024
LONGEST_PRINCIPAL = 100
PERMISSIONS = ("Read", "Write")
_PRINCIPAL = re.compile(r"urn:md:(idnp|idno):(\d{13})|urn:md:system:[0-9a-fA-F-]{36}|urn:public")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_WEIGHTS = (7, 3, 1)


class Wrong(Exception):
    """The request breaks a rule: which field, and how."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


@dataclass(frozen=True, kw_only=True)
class NewShare:
    """A share that keeps the rules."""

    shared_for: str
    permission: str
    from_at: str
    to_at: str


def principal(given: object, *, field: str) -> str:
    """Return the principal. Raises Wrong for anything that names nobody."""
    text = given if isinstance(given, str) else ""
    found = _PRINCIPAL.fullmatch(text) if len(text) <= LONGEST_PRINCIPAL else None
    if found is None or (found[2] and not _control_digit_holds(found[2])):
        raise Wrong(field, "invalid")
    return text


def _control_digit_holds(number: str) -> bool:
    total = sum(int(digit) * _WEIGHTS[place % 3] for place, digit in enumerate(number[:12]))
    return total % 10 == int(number[12])


def moment(given: object, *, field: str, required: bool = False) -> str:
    """Return the moment as UTC text, empty for none. Raises Wrong."""
    if given in (None, "") and not required:
        return ""
    try:
        at = datetime.fromisoformat(str(given))
    except ValueError as error:
        raise Wrong(field, "not a moment") from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def text(given: Mapping[str, object], name: str, *, most: int, required: bool = True) -> str:
    """Return a text of at most so many signs. Raises Wrong."""
    value = given.get(name)
    if value in (None, "") and not required:
        return ""
    if not isinstance(value, str) or not value or len(value) > most:
        raise Wrong(name, f"a text of at most {most} signs is needed")
    return value


def new_share(given: object, *, guide: bool, until: str) -> NewShare:
    """Read one share in the form that is spoken now. `until` is the end of the document. Raises Wrong."""
    if not isinstance(given, dict):
        raise Wrong("shares", "a list of objects is needed")
    name = "sharedFor" if guide else "for"
    permission = given.get("permission")
    if permission not in PERMISSIONS:
        raise Wrong("permission", f"one of {', '.join(PERMISSIONS)}")
    begins, ends = moment(given.get("from"), field="from"), moment(given.get("to"), field="to")
    if begins and ends and begins > ends:
        raise Wrong("from", "after to")
    if ends and ends <= _now():
        raise Wrong("to", "is over")
    if until and (not ends or ends > until):
        raise Wrong("to", "longer than the document is kept")
    who = principal(given.get(name), field=name)
    return NewShare(shared_for=who, permission=str(permission), from_at=begins, to_at=ends)


class Book:
    """The tables above as questions and acts. Every act is on disk when it returns."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def keep(self, content: bytes, *, type_code: str, media_type: str, place: str) -> str:
        """Keep bytes, or the first part of them, and return their id. Raises Wrong."""
        if type_code not in TYPES:
            raise Wrong("documentTypeCode", "unknown")
        total = len(content)
        if place:
            start, end, total = _range(place)
            if start or end + 1 != len(content) or (len(content) < PART_BYTES and end + 1 != total):
                raise Wrong("Content-Range", "a first part has at least 5 MiB")
        blob_id = str(uuid.uuid4())
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO blobs VALUES (?, ?, ?, ?, ?, ?)",
                (blob_id, clock.now_text(), type_code, media_type, total, content),
            )
        return blob_id

    def go_on(self, blob_id: str, content: bytes, *, place: str) -> bool:
        """Add the next part; False when there are no such bytes. Raises Wrong."""
        with self.ledger.write() as book:
            row = book.row("SELECT length(content) AS here, total FROM blobs WHERE id = ?", (blob_id,))
            if row is None:
                return False
            start, end, total = _range(place)
            if (start, total) != (row["here"], row["total"]) or end - start + 1 != len(content):
                raise Wrong("Content-Range", "is not the next part")
            if len(content) < PART_BYTES and end + 1 != total:
                raise Wrong("Content-Range", "a part has at least 5 MiB")
            book.run("UPDATE blobs SET content = CAST(content || ? AS BLOB) WHERE id = ?", (content, blob_id))
        return True

    def forget_bytes(self, blob_id: str) -> bool:
        """Remove bytes that no document names; tell whether they were there. Raises Wrong."""
        with self.ledger.write() as book:
            if book.row("SELECT 1 FROM documents WHERE blob_id = ?", (blob_id,)):
                raise Wrong("id", "a document names it")
            return book.run("DELETE FROM blobs WHERE id = ?", (blob_id,)) > 0

    def publish(self, blob_id: str, documents: list[Mapping[str, object]]) -> list[Row] | None:
        """Make one document for each; None when there are no such bytes. Raises Wrong."""
        with self.ledger.write() as book:
            blob = book.row("SELECT length(content) AS here, total FROM blobs WHERE id = ?", (blob_id,))
            if blob is None:
                return None
            if blob["here"] != blob["total"]:
                raise Wrong("blobId", "a part is missing")
            return [_publish(book, blob_id, given) for given in documents]

    def share(self, document: Row, shares: list[object], *, guide: bool) -> list[str]:
        """Share a document; return the ids. Raises Wrong."""
        wanted = [new_share(one, guide=guide, until=str(document["expires_on"])) for one in shares]
        with self.ledger.write() as book:
            return [_share(book, document, one) for one in wanted]

    def change_share(self, share_id: str, changed: NewShare) -> None:
        """Give a share another period and permission."""
        with self.ledger.write() as book:
            book.run(
                "UPDATE shares SET permission = ?, from_at = ?, to_at = ? WHERE id = ?",
                (changed.permission, changed.from_at, changed.to_at, share_id),
            )

    def withdraw(self, document_id: str, share_id: str) -> bool:
        """End a share; tell whether it was there."""
        with self.ledger.write() as book:
            is_gone = book.run("DELETE FROM shares WHERE id = ? AND document_id = ?", (share_id, document_id)) > 0
            if is_gone:
                book.record_effect(kind="share-withdrawn", key=share_id, body={"document": document_id})
            return is_gone

    def change(self, document_id: str, changed: Mapping[str, str]) -> None:
        """Change name, number or end of a document."""
        with self.ledger.write() as book:
            for column, value in changed.items():
                book.run(f"UPDATE documents SET {column} = ? WHERE id = ?", (value, document_id))  # noqa: S608 - ours

    def remove(self, document_id: str) -> bool:
        """Remove a document with its shares; tell whether it was there."""
        with self.ledger.write() as book:
            return book.run("DELETE FROM documents WHERE id = ?", (document_id,)) > 0

    def reserve(self, access_code: str) -> str:
        """Reserve a link before its document exists; return its id."""
        reserved = str(uuid.uuid4())
        with self.ledger.write() as book:
            book.run("INSERT INTO reservations VALUES (?, ?)", (reserved, access_code))
        return reserved

    def document(self, document_id: str) -> Row | None:
        """Return a document with its size and type."""
        return self.ledger.row(f"{_DOCUMENTS} WHERE d.id = ?", (document_id,))

    def documents(self, *, of: str, search: str) -> list[Row]:
        """Return the documents of a principal whose name or number holds the words, the newest first."""
        like = f"%{search}%"
        query = f"{_DOCUMENTS} WHERE d.principal = ? AND (d.name LIKE ? OR d.number LIKE ?) ORDER BY d.rowid DESC"
        return self.ledger.rows(query, (of, like, like))

    def content(self, document: Row) -> tuple[bytes, str]:
        """Return the bytes of a document and their media type."""
        row = self.ledger.row("SELECT content, media_type FROM blobs WHERE id = ?", (document["blob_id"],))
        if row is None or not isinstance(row["content"], bytes):
            raise LookupError("a document without bytes")
        return row["content"], str(row["media_type"])

    def shares(self, document_id: str) -> list[Row]:
        """Return the shares of a document, oldest first."""
        return self.ledger.rows("SELECT * FROM shares WHERE document_id = ? ORDER BY rowid", (document_id,))

    def shared_with(self, who: str) -> list[Row]:
        """Return what somebody may read now, the newest first."""
        query = (
            "SELECT s.id, s.to_at, s.document_id, d.name, d.number, d.created_by FROM shares s "
            "JOIN documents d ON d.id = s.document_id WHERE s.shared_for = ? AND (s.from_at = '' OR s.from_at <= ?) "
            "AND (s.to_at = '' OR s.to_at > ?) AND (d.expires_on = '' OR d.expires_on > ?) ORDER BY s.rowid DESC"
        )
        now = _now()
        return self.ledger.rows(query, (who, now, now, now))

    def used(self) -> int:
        """Return how many bytes lie here."""
        row = self.ledger.row("SELECT coalesce(sum(length(content)), 0) AS used FROM blobs")
        return int(row["used"] or 0) if row else 0


_DOCUMENTS = "SELECT d.*, length(b.content) AS size, b.type AS type FROM documents d JOIN blobs b ON b.id = d.blob_id"


def _publish(book: Open, blob_id: str, given: Mapping[str, object]) -> Row:
    created = moment(given.get("createdOn"), field="createdOn") or _now()
    expires = moment(given.get("expiresOn"), field="expiresOn")
    if expires and expires <= created:
        raise Wrong("expiresOn", "not after createdOn")
    row: Row = {
        "id": str(uuid.uuid4()),
        "blob_id": blob_id,
        "principal": principal(given.get("principal"), field="principal"),
        "name": text(given, "name", most=250),
        "number": text(given, "number", most=50, required=False),
        "created_by": principal(given.get("createdBy"), field="createdBy"),
        "created_on": created,
        "expires_on": expires,
    }
    book.run("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)", tuple(row.values()))
    book.record_effect(kind="stored", key=str(row["number"]), subject=str(row["principal"]), body={"id": row["id"]})
    shares = given.get("shares") or []
    if not isinstance(shares, list):
        raise Wrong("shares", "a list is needed")
    for one in shares:
        _share(book, row, new_share(one, guide=False, until=expires))
    return row


def _share(book: Open, document: Row, wanted: NewShare) -> str:
    share_id = str(uuid.uuid4())
    period = (wanted.permission, wanted.from_at, wanted.to_at)
    book.run("INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?)", (share_id, document["id"], wanted.shared_for, *period))
    book.record_effect(kind="shared", key=str(document["number"]), subject=wanted.shared_for, body={"id": share_id})
    return share_id


def _range(place: str) -> tuple[int, int, int]:
    found = _RANGE.fullmatch(place)
    if found is None:
        raise Wrong("Content-Range", "bytes a-b/total is needed")
    return int(found[1]), int(found[2]), int(found[3])


def _now() -> str:
    return clock.now().astimezone(UTC).isoformat()
