"""What this MPass remembers: requests in hand, people signed in, answers given, log-outs."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from simulators.common import clock
from simulators.common.ledger import Ledger

SCHEMA = """
CREATE TABLE IF NOT EXISTS services (
    issuer TEXT PRIMARY KEY, certificate TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT PRIMARY KEY, at TEXT NOT NULL, issuer TEXT NOT NULL, acs TEXT NOT NULL,
    relay_state TEXT NOT NULL, forced INTEGER NOT NULL, language TEXT NOT NULL, answered INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS sessions (
    session_index TEXT PRIMARY KEY, browser TEXT NOT NULL, idnp TEXT NOT NULL, authenticated TEXT NOT NULL,
    ended TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS participants (
    session_index TEXT NOT NULL, issuer TEXT NOT NULL, slo TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'in',
    logout_id TEXT NOT NULL DEFAULT '', PRIMARY KEY (session_index, issuer)
);
CREATE TABLE IF NOT EXISTS answers (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, request_id TEXT NOT NULL, fault TEXT NOT NULL,
    subject TEXT NOT NULL, message TEXT NOT NULL
);
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request of a service that waits for its person."""

    request_id: str
    issuer: str
    acs: str
    relay_state: str
    forced: bool
    language: str


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A person's session here."""

    session_index: str
    idnp: str
    authenticated: datetime


class Book:
    """The tables above as questions and acts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def certificate_of(self, issuer: str) -> str:
        """Return the registered certificate of a service as PEM, or nothing."""
        row = self.ledger.row("SELECT certificate FROM services WHERE issuer = ?", (issuer,))
        return str(row["certificate"]) if row else ""

    def register(self, issuer: str, certificate: str) -> None:
        """Register a service by the certificate of its first message."""
        with self.ledger.write() as book:
            book.run("INSERT OR IGNORE INTO services VALUES (?, ?)", (issuer, certificate))

    def remember(self, asked: Asked) -> None:
        """Keep a request until its person has decided. Raises sqlite3.IntegrityError for a repeated number."""
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO requests (request_id, at, issuer, acs, relay_state, forced, language) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    asked.request_id,
                    clock.now_text(),
                    asked.issuer,
                    asked.acs,
                    asked.relay_state,
                    int(asked.forced),
                    asked.language,
                ),
            )

    def asked(self, request_id: str) -> Asked | None:
        """Return a request that nobody has answered yet."""
        row = self.ledger.row("SELECT * FROM requests WHERE request_id = ? AND answered = 0", (request_id,))
        if row is None:
            return None
        return Asked(
            request_id=str(row["request_id"]),
            issuer=str(row["issuer"]),
            acs=str(row["acs"]),
            relay_state=str(row["relay_state"]),
            forced=bool(row["forced"]),
            language=str(row["language"]),
        )

    def answer(self, request_id: str, *, fault: str, subject: str, message: str) -> None:
        """Write down what is about to be sent."""
        with self.ledger.write() as book:
            book.run("UPDATE requests SET answered = 1 WHERE request_id = ?", (request_id,))
            book.run(
                "INSERT INTO answers (at, request_id, fault, subject, message) VALUES (?, ?, ?, ?, ?)",
                (clock.now_text(), request_id, fault, subject, message),
            )

    def last_answer(self) -> str:
        """Return the message sent last, in base64, or nothing."""
        row = self.ledger.row("SELECT message FROM answers ORDER BY sequence DESC LIMIT 1")
        return str(row["message"]) if row else ""

    def signed_in(self, browser: str) -> SignedIn | None:
        """Return who is signed in with this browser."""
        row = self.ledger.row("SELECT * FROM sessions WHERE browser = ? AND ended = ''", (browser,))
        return _signed_in(row) if row else None

    def sign_in(self, *, browser: str, idnp: str) -> SignedIn:
        """Begin a session, or renew the proof of the same person; somebody else's session of the browser ends."""
        present = self.signed_in(browser)
        at = clock.now_text()
        with self.ledger.write() as book:
            if present is not None and present.idnp == idnp:
                book.run("UPDATE sessions SET authenticated = ? WHERE session_index = ?", (at, present.session_index))
                return SignedIn(session_index=present.session_index, idnp=idnp, authenticated=clock.moment(at))
            book.run("UPDATE sessions SET ended = ? WHERE browser = ? AND ended = ''", (at, browser))
            index = secrets.token_hex(16)
            book.run(
                "INSERT INTO sessions (session_index, browser, idnp, authenticated) VALUES (?, ?, ?, ?)",
                (index, browser, idnp, at),
            )
        return SignedIn(session_index=index, idnp=idnp, authenticated=clock.moment(at))

    def join(self, *, session_index: str, issuer: str, slo: str) -> None:
        """Note that a service takes part in the session."""
        with self.ledger.write() as book:
            book.run(
                "INSERT OR REPLACE INTO participants (session_index, issuer, slo) VALUES (?, ?, ?)",
                (session_index, issuer, slo),
            )

    def end(self, session_index: str) -> None:
        """End a session here."""
        with self.ledger.write() as book:
            book.run(
                "UPDATE sessions SET ended = ? WHERE session_index = ? AND ended = ''",
                (clock.now_text(), session_index),
            )

    def participants(self, session_index: str) -> list[dict[str, str]]:
        """Return issuer, slo, state and logout_id of the services in a session."""
        rows = self.ledger.rows("SELECT * FROM participants WHERE session_index = ? ORDER BY issuer", (session_index,))
        return [{key: str(value) for key, value in row.items()} for row in rows]

    def ask_to_leave(self, *, session_index: str, issuer: str, logout_id: str) -> None:
        """Note under which number a service was told to log out."""
        with self.ledger.write() as book:
            book.run(
                "UPDATE participants SET logout_id = ?, state = 'asked' WHERE session_index = ? AND issuer = ?",
                (logout_id, session_index, issuer),
            )

    def has_left(self, *, session_index: str = "", issuer: str, logout_id: str = "") -> bool:
        """Note that a service has ended the session; tells whether it was known."""
        with self.ledger.write() as book:
            return bool(
                book.run(
                    "UPDATE participants SET state = 'out' "
                    "WHERE issuer = ? AND ((logout_id <> '' AND logout_id = ?) OR session_index = ?)",
                    (issuer, logout_id, session_index),
                )
            )


def _signed_in(row: dict[str, str | int | float | bytes | None]) -> SignedIn:
    return SignedIn(
        session_index=str(row["session_index"]),
        idnp=str(row["idnp"]),
        authenticated=clock.moment(str(row["authenticated"])),
    )
