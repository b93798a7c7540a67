"""The powers of this MPower, who made and ended them, and every question about them."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from simulators.common import clock
from simulators.common.ledger import Ledger, Row
from simulators.mpower.people import name_of

CHISINAU = ZoneInfo("Europe/Chisinau")
FILE = Path(__file__).parent / "powers.yaml"
SCHEMA = """
CREATE TABLE IF NOT EXISTS types (
    code TEXT PRIMARY KEY, name TEXT NOT NULL, provider TEXT NOT NULL, provider_name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS powers (
    code TEXT PRIMARY KEY, type TEXT NOT NULL REFERENCES types (code), given_by TEXT NOT NULL, given_to TEXT NOT NULL,
    begins TEXT NOT NULL, ends TEXT, state TEXT NOT NULL, changed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS questions (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, operation TEXT NOT NULL, query TEXT NOT NULL,
    status INTEGER NOT NULL, serial TEXT NOT NULL
);
"""


class Status(IntEnum):
    DRAFT = 1
    PENDING_ACCEPTANCE = 2
    PENDING_VALIDITY = 3
    VALID = 4
    SUSPENDED = 5
    CANCELED = 6


# What people do, and in which states of the file; pending validity and the end of the time follow from the days.
ACTS = {
    "sign": ("draft", "pending_acceptance"),
    "accept": ("pending_acceptance", "valid"),
    "suspend": ("valid", "suspended"),
    "resume": ("suspended", "valid"),
    "revoke": ("valid", "revoked"),
    "renounce": ("valid", "renounced"),
}
_ALL = "SELECT p.*, t.name, t.provider, t.provider_name FROM powers p JOIN types t ON t.code = p.type"
_CANCELED = frozenset({"revoked", "renounced"})


class NotPossible(Exception):
    """What somebody wants to do with a power cannot be done."""


@dataclass(frozen=True, kw_only=True)
class Power:
    """One power. Days and moments are those of Chișinău; `ends` None is without end."""

    code: str
    type_code: str
    type_name: str
    provider: str
    provider_name: str
    given_by: str
    given_to: str
    begins: datetime
    ends: datetime | None
    state: str
    changed_at: datetime

    def status(self, at: datetime) -> Status:
        """Return the state in the registry's numbers."""
        if self.state in _CANCELED:
            return Status.CANCELED
        if self.state != "valid":
            return Status[self.state.upper()]
        if at < self.begins:
            return Status.PENDING_VALIDITY
        return Status.CANCELED if self.ends is not None and self.ends <= at else Status.VALID

    def invalid_since(self, at: datetime) -> datetime:
        """Return since when a power that does not hold does not."""
        ended = self.state == "valid" and self.ends is not None and self.ends <= at
        return self.ends if ended and self.ends is not None else self.changed_at

    def acts(self) -> list[str]:
        """Return what may be done with it now."""
        return [act for act, (state, _) in ACTS.items() if state == self.state]


class Book:
    """The tables above as questions and acts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def stock(self) -> None:
        """Write the types and powers of the file, if there are none."""
        given = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        with self.ledger.write() as book:
            if book.row("SELECT 1 FROM types"):
                return
            for one in given["types"]:
                book.run(
                    "INSERT INTO types VALUES (?, ?, ?, ?)",
                    (one["code"], one["name"], one["provider"], one["provider_name"]),
                )
            for one in given["powers"]:
                begins, ends = _day(one["from"]), _end(one["to_day"])
                changed = _day(one.get("changed", one["from"]))
                values = (one["code"], one["type"], one["by"], one["to"], begins, ends, one["state"], changed)
                book.run("INSERT INTO powers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)

    def types(self) -> list[Row]:
        """Return the types of powers."""
        return self.ledger.rows("SELECT * FROM types ORDER BY code")

    def find(self, code: str) -> Power | None:
        """Return one power."""
        found = self._where("p.code = ?", code)
        return found[0] if found else None

    def of(self, party: str) -> list[Power]:
        """Return the powers that a party gave or holds, the oldest first."""
        return self._where("? IN (p.given_by, p.given_to)", party)

    def everything(self) -> list[Power]:
        """Return all powers, the newest first."""
        return self._where("?", 1)[::-1]

    def make(self, *, type_code: str, given_by: str, given_to: str, days: int, accepted: bool) -> str:
        """Make a power from today; return its code. Raises NotPossible for people or types that nobody knows."""
        if given_by == given_to:
            raise NotPossible("nobody gives a power to themselves")
        if not (name_of(given_by) and name_of(given_to)):
            raise NotPossible("nobody has this number")
        if type_code not in [row["code"] for row in self.types()]:
            raise NotPossible("there is no such type")
        code = f"{secrets.randbelow(10**16):016}"
        today = clock.now().astimezone(CHISINAU).date()
        state = "valid" if accepted else "pending_acceptance"
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO powers VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (code, type_code, given_by, given_to, _day(today), _end(today + timedelta(days=days)), state,
                 clock.now_text()),
            )  # fmt: skip
            book.record_effect(kind="made", key=code, subject=given_by, body={"type": type_code, "state": state})
        return code

    def act(self, code: str, act: str) -> str:
        """Do something with a power; return its state in the file. Raises NotPossible."""
        before, after = ACTS.get(act, ("", ""))
        with self.ledger.write() as book:
            done = book.run(
                "UPDATE powers SET state = ?, changed_at = ? WHERE code = ? AND state = ?",
                (after, clock.now_text(), code, before),
            )
            if not done:
                raise NotPossible(f"this power cannot be told to {act}")
            book.record_effect(kind=act, key=code)
        return after

    def record_question(self, *, operation: str, query: str, status: int, serial: str) -> None:
        """Write down a question and how it was answered."""
        with self.ledger.write() as book:
            book.run(
                "INSERT INTO questions (at, operation, query, status, serial) VALUES (?, ?, ?, ?, ?)",
                (clock.now_text(), operation, query, status, serial),
            )

    def _where(self, condition: str, value: str | int) -> list[Power]:
        query = f"{_ALL} WHERE {condition} ORDER BY p.rowid"
        rows = self.ledger.rows(query, (value,))
        return [_power(row) for row in rows]


def _power(row: Row) -> Power:
    return Power(
        code=str(row["code"]),
        type_code=str(row["type"]),
        type_name=str(row["name"]),
        provider=str(row["provider"]),
        provider_name=str(row["provider_name"]),
        given_by=str(row["given_by"]),
        given_to=str(row["given_to"]),
        begins=datetime.fromisoformat(str(row["begins"])),
        ends=datetime.fromisoformat(str(row["ends"])) if row["ends"] else None,
        state=str(row["state"]),
        changed_at=datetime.fromisoformat(str(row["changed_at"])),
    )


def _day(day: date) -> str:
    return datetime.combine(day, time(), CHISINAU).isoformat()


def _end(day: date | None) -> str | None:
    return datetime.combine(day, time(23, 59, 59, 999000), CHISINAU).isoformat() if day else None
