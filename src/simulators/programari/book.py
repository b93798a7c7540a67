"""What this eProgramări remembers: appointments, each with its state, and what befell them."""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from simulators.common import clock
from simulators.common.ledger import Book as Writing
from simulators.common.ledger import Ledger, Row
from simulators.programari.plan import CalendarAt, PlaceAt

SCHEMA = """
CREATE TABLE IF NOT EXISTS appointments (
    id TEXT PRIMARY KEY, code TEXT NOT NULL, calendar TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL,
    identifier TEXT NOT NULL, is_foreign INTEGER NOT NULL, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
    email TEXT NOT NULL, phone TEXT NOT NULL, status INTEGER NOT NULL, made_at TEXT NOT NULL, confirm_by TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS mails (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, email TEXT NOT NULL, about TEXT NOT NULL
);
"""
STRANGER = "2000000000004"


class Status(IntEnum):
    WAITING = 1
    SCHEDULED = 2
    CANCELED = 3
    FINISHED = 4
    REJECTED = 5
    BLOCKED = 6
    ABSENT = 7


OPEN = (Status.WAITING, Status.SCHEDULED)
TAKES = (*OPEN, Status.BLOCKED)
WORDS = {one: one.name.capitalize() for one in Status}


class NotPossible(Exception):
    """What is wanted cannot be done; `field` says which member of the request is meant."""

    def __init__(self, words: str, *, field: str = "") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One citizen's wish for one place, understood."""

    calendar: CalendarAt
    place: PlaceAt
    identifier: str
    is_foreign: bool
    first_name: str
    last_name: str
    email: str
    phone: str
    is_confirmed: bool


class Book:
    """The tables above as questions and acts."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def keep(self, wishes: list[Wish], *, hours: int, most: int) -> list[Row]:
        """Keep all places or none. Raises NotPossible."""
        made: list[Row] = []
        with self.ledger.write() as book:
            _lapse(book)
            for wish in wishes:
                made.append(_insert(book, wish, hours=hours, most=most))
        return made

    def confirm(self, appointment: str) -> None:
        """Waiting becomes Scheduled. Raises NotPossible for any other."""
        self._move(appointment, only=(Status.WAITING,), to=Status.SCHEDULED)

    def cancel(self, appointment: str, *, notify: bool) -> None:
        """Give the place up. Raises NotPossible for one that is given up or over."""
        self._move(appointment, only=OPEN, to=Status.CANCELED, notify=notify)

    def set_status(self, appointment: str, status: Status) -> None:
        """Do what the institution's own people do in their pages. Raises NotPossible."""
        self._move(appointment, only=TAKES, to=status)

    def take(self, calendar: CalendarAt, place: PlaceAt) -> None:
        """Let strangers take what is left of the place."""
        with self.ledger.write() as book:
            while _taken(book, calendar.id, place) < place.limit:
                stranger = Wish(
                    calendar=calendar, place=place, identifier=STRANGER, is_foreign=False, first_name="Ion",
                    last_name="Exemplu", email="", phone="+37360000000", is_confirmed=True,
                )  # fmt: skip
                _insert(book, stranger, hours=1, most=0)

    def let_lapse(self) -> int:
        """Let the time to confirm be over for all that wait."""
        with self.ledger.write() as book:
            book.run("UPDATE appointments SET confirm_by = made_at WHERE status = ?", (Status.WAITING,))
            return _lapse(book)

    def taken_in(self, calendar: str) -> list[Row]:
        """Return how many have each place of the calendar."""
        self._lapse_now()
        return self.ledger.rows(
            "SELECT starts, ends, count(*) AS number FROM appointments WHERE calendar = ? AND status IN (1, 2, 6)"
            " GROUP BY starts, ends ORDER BY starts",
            (calendar,),
        )

    def appointments(self, *, where: Mapping[str, str | int]) -> list[Row]:
        """Return the appointments with these values, the oldest first."""
        self._lapse_now()
        condition = " AND ".join(f"{name} = ?" for name in where) or "1"
        query = f"SELECT * FROM appointments WHERE {condition} ORDER BY rowid"  # noqa: S608 - names are our own
        return self.ledger.rows(query, tuple(where.values()))

    def _lapse_now(self) -> None:
        with self.ledger.write() as book:
            _lapse(book)

    def _move(self, appointment: str, *, only: tuple[Status, ...], to: Status, notify: bool = False) -> None:
        with self.ledger.write() as book:
            _lapse(book)
            row = book.row("SELECT * FROM appointments WHERE id = ?", (appointment,))
            if row is None:
                raise NotPossible("there is no such appointment", field="id")
            if row["status"] not in only:
                raise NotPossible(f"the appointment is {WORDS[Status(int(row['status'] or 0))]}", field="status")
            book.run("UPDATE appointments SET status = ? WHERE id = ?", (to, appointment))
            book.record_effect(kind=to.name.lower(), key=appointment, subject=str(row["identifier"]))
            if notify and row["email"]:
                _mail(book, row, to.name.lower())


def _insert(book: Writing, wish: Wish, *, hours: int, most: int) -> Row:
    calendar, place, now = wish.calendar, wish.place, clock.now()
    if _taken(book, calendar.id, place) >= place.limit:
        raise NotPossible("the slot is occupied", field="services.start")
    mine = book.rows(
        "SELECT * FROM appointments WHERE identifier = ? AND status IN (1, 2) AND ends > ?",
        (wish.identifier, clock.now_text()),
    )
    if most and any(datetime.fromisoformat(str(one["starts"])) == place.starts_at for one in mine):
        raise NotPossible("the citizen has an appointment at this time", field="idnp")
    if most and sum(one["calendar"] == calendar.id for one in mine) >= most:
        raise NotPossible("the citizen has too many appointments in this calendar", field="idnp")
    status = Status.SCHEDULED if wish.is_confirmed else Status.WAITING
    row: Row = {
        "id": str(uuid.uuid4()), "code": f"A{secrets.randbelow(10**6):06}", "calendar": calendar.id,
        "starts": place.starts_at.isoformat(), "ends": place.ends_at.isoformat(), "identifier": wish.identifier,
        "is_foreign": int(wish.is_foreign), "first_name": wish.first_name, "last_name": wish.last_name,
        "email": wish.email, "phone": wish.phone, "status": int(status), "made_at": now.isoformat(),
        "confirm_by": (now + timedelta(hours=hours)).isoformat(),
    }  # fmt: skip
    marks = ", ".join("?" * len(row))
    book.run(f"INSERT INTO appointments VALUES ({marks})", tuple(row.values()))  # noqa: S608 - question marks only
    book.record_effect(kind=status.name.lower(), key=str(row["id"]), subject=wish.identifier)
    if wish.email:
        _mail(book, row, status.name.lower())
    return row


def _taken(book: Writing, calendar: str, place: PlaceAt) -> int:
    query = "SELECT count(*) AS number FROM appointments WHERE calendar = ? AND starts = ? AND status IN (1, 2, 6)"
    row = book.row(query, (calendar, place.starts_at.isoformat()))
    return int(str(row["number"])) if row else 0


def _lapse(book: Writing) -> int:
    """Cancel what nobody confirmed in time."""
    waiting = book.rows("SELECT * FROM appointments WHERE status = ?", (Status.WAITING,))
    late = [row for row in waiting if datetime.fromisoformat(str(row["confirm_by"])) <= clock.now()]
    for row in late:
        book.run("UPDATE appointments SET status = ? WHERE id = ?", (Status.CANCELED, row["id"]))
        book.record_effect(kind="lapsed", key=str(row["id"]), subject=str(row["identifier"]))
    return len(late)


def _mail(book: Writing, row: Row, about: str) -> None:
    book.run("INSERT INTO mails (at, email, about) VALUES (?, ?, ?)", (clock.now_text(), row["email"], about))
