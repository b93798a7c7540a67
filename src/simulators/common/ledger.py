"""A simulator's own book: an SQLite file that is committed before anything is answered.

The file is the truth about what happened "there"; the checks of the product compare with it.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson

from simulators.common import clock

Value = str | int | float | bytes | None
Row = dict[str, Value]

_BASE_TABLES = """
CREATE TABLE IF NOT EXISTS effects (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE IF NOT EXISTS calls (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL DEFAULT '',
    correlation TEXT NOT NULL DEFAULT '',
    behaviour TEXT NOT NULL DEFAULT 'normal'
);
"""


class Book:
    """One open write: `run` changes, `rows` reads. All of it is committed together or not at all."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Execute one statement. Returns the number of changed rows. Raises sqlite3.IntegrityError."""
        return self._cursor.execute(statement, values).rowcount

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of a query as dictionaries."""
        return [dict(row) for row in self._cursor.execute(statement, values)]

    def row(self, statement: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = self._cursor.execute(statement, values).fetchone()
        return dict(found) if found else None

    def record_effect(self, *, kind: str, key: str, subject: str = "", body: Mapping[str, object] | None = None) -> int:
        """Write down something that a citizen or the provider can see. Returns its sequence number."""
        self._cursor.execute(
            "INSERT INTO effects (at, kind, key, subject, body) VALUES (?, ?, ?, ?, ?)",
            (clock.now_text(), kind, key, subject, orjson.dumps(dict(body or {})).decode()),
        )
        return int(self._cursor.lastrowid or 0)


class Ledger:
    """The SQLite file of one simulator. Safe to use from many threads; writers wait for each other."""

    def __init__(self, path: Path, *, schema: str = "") -> None:
        """Open or create the file. `schema` is SQL that only creates what is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._schema = schema
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA foreign_keys=ON")
        self._connection.executescript(_BASE_TABLES + schema)

    @contextmanager
    def write(self) -> Iterator[Book]:
        """Open a transaction; it is on disk when the block has ended, undone when the block raises."""
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            with ExitStack() as undo:
                undo.callback(cursor.execute, "ROLLBACK")
                yield Book(cursor)
                undo.pop_all()
            cursor.execute("COMMIT")

    def rows(self, statement: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return all rows of a query."""
        with self._lock:
            return Book(self._connection.cursor()).rows(statement, values)

    def row(self, statement: str, values: Sequence[Value] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        with self._lock:
            return Book(self._connection.cursor()).row(statement, values)

    def record_call(self, operation: str, *, key: str = "", correlation: str = "", behaviour: str = "normal") -> None:
        """Write down that somebody called, before the call is looked at."""
        with self.write() as book:
            book.run(
                "INSERT INTO calls (at, operation, key, correlation, behaviour) VALUES (?, ?, ?, ?, ?)",
                (clock.now_text(), operation, key, correlation, behaviour),
            )

    def everything(self) -> dict[str, list[dict[str, object]]]:
        """Return every table as JSON-ready rows; bytes appear as their length and SHA-256."""
        return {name: [_readable(row) for row in self._table(name)] for name in self._tables()}

    def clear(self) -> None:
        """Empty every table and start the numbers again."""
        with self.write() as book:
            book.run("PRAGMA defer_foreign_keys=ON")
            for name in self._tables():
                book.run(f'DELETE FROM "{name}"')  # noqa: S608 - names come from the file's own catalogue
            book.run("DELETE FROM sqlite_sequence")

    def close(self) -> None:
        """Close the file. Nothing may be written afterwards."""
        with self._lock:
            self._connection.close()

    def _tables(self) -> list[str]:
        rows = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return [str(row["name"]) for row in rows]

    def _table(self, name: str) -> list[Row]:
        return self.rows(f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608 - as above


def _readable(row: Row) -> dict[str, object]:
    return {key: _readable_value(value) for key, value in row.items()}


def _readable_value(value: Value) -> object:
    if isinstance(value, bytes):
        return {"bytes": len(value), "sha256": hashlib.sha256(value).hexdigest()}
    return value
