"""What systems asked to have signed, and what became of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.common import clock
from simulators.common.ledger import Ledger, Row
from simulators.msign.signing import Signed

LIVES = timedelta(hours=24)
SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    description TEXT NOT NULL,
    short_description TEXT NOT NULL,
    reason TEXT NOT NULL,
    signer TEXT NOT NULL,
    status TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    expires_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS contents (
    request TEXT NOT NULL REFERENCES requests (id),
    place INTEGER NOT NULL,
    correlation TEXT NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    certificate BLOB,
    signature BLOB,
    PRIMARY KEY (request, place)
);
"""


@dataclass(frozen=True, kw_only=True)
class Content:
    """One thing to be signed."""

    correlation: str
    name: str
    content: bytes
    certificate: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class SignRequest:
    """What is to be signed and by whom; `kind` is Pdf or Hash, `status` a word of SignStatus."""

    kind: str
    description: str
    short_description: str
    reason: str
    signer: str
    contents: tuple[Content, ...]
    id: str = ""
    status: str = "Pending"
    why: str = ""
    expires_at: datetime | None = None


class Book:
    """The ledger in the words of MSign."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def post(self, asked: SignRequest) -> str:
        """Write the request down and return its new id. Every call makes another one."""
        made, at = secrets.token_hex(16), clock.now()
        values = (made, at.isoformat(), asked.kind, asked.description, asked.short_description, asked.reason)
        with self._ledger.write() as book:
            book.run(
                "INSERT INTO requests (id, at, kind, description, short_description, reason, signer, status,"
                " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'Pending', ?)",
                (*values, asked.signer, (at + LIVES).isoformat()),
            )
            for place, one in enumerate(asked.contents):
                book.run(
                    "INSERT INTO contents (request, place, correlation, name, content) VALUES (?, ?, ?, ?, ?)",
                    (made, place, one.correlation, one.name, one.content),
                )
            book.record_effect(kind="request", key=made, subject=asked.signer)
        return made

    def find(self, request_id: str) -> SignRequest | None:
        """Return the request as it stands now, or None; one whose time is over is expired."""
        row = self._ledger.row("SELECT * FROM requests WHERE id = ?", (request_id,))
        if row is None:
            return None
        found = self._ledger.rows("SELECT * FROM contents WHERE request = ? ORDER BY place", (request_id,))
        expires_at = clock.moment(str(row["expires_at"]))
        is_over = row["status"] == "Pending" and expires_at <= clock.now()
        return SignRequest(
            id=request_id,
            kind=str(row["kind"]),
            description=str(row["description"]),
            short_description=str(row["short_description"]),
            reason=str(row["reason"]),
            signer=str(row["signer"]),
            status="Expired" if is_over else str(row["status"]),
            why=str(row["why"]),
            expires_at=expires_at,
            contents=tuple(_content(one) for one in found),
        )

    def keep(self, request_id: str, signed: list[Signed], *, signer: str, instrument: str) -> bool:
        """Write the signatures of all contents down; False when the request was not pending any more."""
        with self._ledger.write() as book:
            done = "UPDATE requests SET status = 'Success' WHERE id = ? AND status = 'Pending'"
            if not book.run(done, (request_id,)):
                return False
            for place, one in enumerate(signed):
                book.run(
                    "UPDATE contents SET certificate = ?, signature = ? WHERE request = ? AND place = ?",
                    (one.certificate, one.signature, request_id, place),
                )
            book.record_effect(kind="signature", key=request_id, subject=signer, body={"instrument": instrument})
        return True

    def end(self, request_id: str, *, status: str, why: str = "") -> bool:
        """End a pending request without a signature: Failure or Expired; False when it was not pending."""
        statement = "UPDATE requests SET status = ?, why = ? WHERE id = ? AND status = 'Pending'"
        with self._ledger.write() as book:
            return bool(book.run(statement, (status, why, request_id)))

    def forget(self, request_id: str) -> bool:
        """Remove a request, as MSign does with old ones; False when there is none."""
        with self._ledger.write() as book:
            book.run("DELETE FROM contents WHERE request = ?", (request_id,))
            return bool(book.run("DELETE FROM requests WHERE id = ?", (request_id,)))

    def newest(self) -> list[Row]:
        """Return the latest requests for the control page."""
        return self._ledger.rows("SELECT * FROM requests ORDER BY at DESC, id LIMIT 30")


def _content(row: Row) -> Content:
    return Content(
        correlation=str(row["correlation"]),
        name=str(row["name"]),
        content=bytes(row["content"] if isinstance(row["content"], bytes) else b""),
        certificate=row["certificate"] if isinstance(row["certificate"], bytes) else None,
        signature=row["signature"] if isinstance(row["signature"], bytes) else None,
    )
