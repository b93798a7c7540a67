"""Reads the journal out of the database, in one snapshot, with a login that sees every centre."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import sql

from verifier.journal import canonical
from verifier.journal.findings import CannotCheck
from verifier.journal.seals import Seal

_AT_ONCE = 2000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the journal, its columns as the texts that are hashed; the first is the sequence."""

    sequence: int
    centre: int
    texts: tuple[str | None, ...]

    def content(self, form: int) -> bytes:
        """Return the hash of the row's columns."""
        return canonical.content_hash(form, self.texts)

    def with_sequence(self, sequence: int) -> "Row":
        """Return the row as if it had another sequence."""
        return replace(self, sequence=sequence, texts=(str(sequence), *self.texts[1:]))


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link, and the row that it names when that is there."""

    centre: int
    number: int
    record_sequence: int
    form: int
    previous: bytes
    content: bytes
    hash: bytes
    row: Row | None

    def computed(self, *, number: int | None = None, content: bytes | None = None) -> bytes:
        """Return the hash that the link must have, or would have with another number or content."""
        return canonical.link_hash(
            form=self.form,
            centre=self.centre,
            number=self.number if number is None else number,
            previous=self.previous,
            content=self.content if content is None else content,
        )

    @property
    def known_form(self) -> int:
        """Return the form of the row's content; the newest when the link names none that exists."""
        return self.form if self.form in canonical.COLUMNS else canonical.NEWEST_FORM


@dataclass(frozen=True, kw_only=True)
class Head:
    """What a centre says is its last link."""

    number: int
    hash: bytes


class Journal:
    """The journal of one database as it was at one moment."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:  # Any: a row of whatever columns
        self._connection = connection

    def heads(self) -> Mapping[int, Head]:
        """Return the head of each centre."""
        found = self._connection.execute("SELECT centre_id, number, hash FROM public.audit_chainhead").fetchall()
        return {centre: Head(number=number, hash=bytes(digest)) for centre, number, digest in found}

    def seals(self) -> list[Seal]:
        """Return the seals by their number."""
        found = self._connection.execute(
            "SELECT number, day, sealed_at, heads, root, previous, hash, key_name, signature "
            "FROM public.audit_journalseal ORDER BY number, day"
        ).fetchall()
        return [
            Seal.read(
                {
                    "number": number,
                    "day": day.isoformat(),
                    "sealed_at": canonical.text_of(sealed_at),
                    "heads": heads,
                    "root": root.hex(),
                    "previous": previous.hex(),
                    "hash": digest.hex(),
                    "key": key,
                    "signature": signature.hex(),
                }
            )
            for number, day, sealed_at, heads, root, previous, digest, key, signature in found
        ]

    def links(self) -> Iterator[Link]:
        """Yield every link with its row, by centre and number."""
        statement = sql.SQL(
            "SELECT l.centre_id, l.number, l.record_sequence, l.form, l.previous, l.content, l.hash, {columns} "
            "FROM public.audit_chainlink l LEFT JOIN public.audit_journalrecord r ON r.sequence = l.record_sequence "
            "ORDER BY l.centre_id, l.number"
        ).format(columns=_columns())
        with self._connection.cursor(name="links") as cursor:
            cursor.itersize = _AT_ONCE
            for centre, number, record_sequence, form, previous, content, digest, *columns in cursor.execute(statement):
                yield Link(
                    centre=centre,
                    number=number,
                    record_sequence=record_sequence,
                    form=form,
                    previous=bytes(previous),
                    content=bytes(content),
                    hash=bytes(digest),
                    row=_row(columns),
                )

    def rows_without_link(self) -> list[Row]:
        """Return the rows that no link names."""
        statement = sql.SQL(
            "SELECT {columns} FROM public.audit_journalrecord r WHERE NOT EXISTS "
            "(SELECT 1 FROM public.audit_chainlink l WHERE l.record_sequence = r.sequence) ORDER BY r.sequence"
        ).format(columns=_columns())
        found = (_row(list(columns)) for columns in self._connection.execute(statement))
        return [row for row in found if row is not None]

    def require_known_columns(self) -> None:
        """Raise CannotCheck when the journal has a column that no form hashes."""
        found = self._connection.execute(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = 'public.audit_journalrecord'::regclass "
            "AND attnum > 0 AND NOT attisdropped"
        ).fetchall()
        unknown = {name for (name,) in found} ^ set(canonical.COLUMNS[canonical.NEWEST_FORM])
        if unknown:
            raise CannotCheck(
                f"columns of the journal that this verifier does not expect: {', '.join(sorted(unknown))}"
            )


def _columns() -> sql.Composed:
    named = [
        sql.SQL("r.details::text") if name == "details" else sql.SQL("r.{}").format(sql.Identifier(name))
        for name in canonical.COLUMNS[canonical.NEWEST_FORM]
    ]
    return sql.SQL(", ").join(named)


def _row(columns: list[canonical.Value]) -> Row | None:
    sequence, centre = columns[:2]
    if not isinstance(sequence, int) or not isinstance(centre, int):
        return None
    return Row(sequence=sequence, centre=centre, texts=tuple(canonical.text_of(value) for value in columns))


@contextmanager
def opened(url: str) -> Iterator[Journal]:
    """Give the journal in one snapshot that changes nothing. Raises CannotCheck."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            # A login bound to the rows of one centre gets an error instead of a part of the journal.
            connection.execute("SET LOCAL row_security = off")
            connection.execute("SET LOCAL search_path = pg_catalog")
            journal = Journal(connection)
            journal.require_known_columns()
            yield journal
    except psycopg.Error as error:
        raise CannotCheck(f"the database: {str(error).strip()}") from error
