"""A journal with rows of two centres, sealed, and an owner of the database who is up to no good."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from psycopg.conninfo import make_conninfo
from pytest_django.fixtures import Settings
from tests.support.acting import EUGENIA, acting_for
from tests.support.counter import NOON

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import anchor, daily_seal, journal
from ghiseu.runtime.secrets_folder import ensure_journal_key
from verifier.journal.check import Report, check

TABLES = ("audit_journalrecord", "audit_chainlink", "audit_chainhead", "audit_journalseal")
Owner = Callable[..., None]


def write(centre: int, *, rows: int = 1, at: datetime = NOON) -> None:
    """Write rows about Eugenia, each in a transaction of its own."""
    for number in range(rows):
        with scoped_to(Scope(centre_id=centre, operator_id=1)), transaction():
            acting = acting_for(EUGENIA, centre_id=centre)
            journal.record("cases.case.shown", acting=acting, at=at, object_id=str(number), details={"n": number})


def owner_url() -> str:
    """Return the address of this test's database for its owner."""
    return make_conninfo(os.environ["GHISEU_TEST_SERVER"], dbname=connection.settings_dict["NAME"])


def as_owner_without_triggers(*statements: str) -> None:
    """Do what only the owner can: switch the triggers off, change what is there, switch them on again."""
    with psycopg.connect(owner_url()) as opened:
        for table in TABLES:
            opened.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # type: ignore[arg-type]
        for statement in statements:
            assert opened.execute(statement).rowcount != 0, statement  # type: ignore[arg-type]
        for table in TABLES:
            opened.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")  # type: ignore[arg-type]


def ask_owner(statement: str) -> list[tuple]:
    """Return what the owner sees."""
    with psycopg.connect(owner_url()) as opened:
        return opened.execute(statement).fetchall()  # type: ignore[arg-type]


@dataclass(kw_only=True)
class Kept:
    """Where key and anchor of a sealed journal lie."""

    folder: Path
    extra_keys: list[Path] = field(default_factory=list)

    @property
    def anchor(self) -> Path:
        return self.folder / "anchor.jsonl"

    def seal(self, *, day: int) -> None:
        """Seal so many days after the first."""
        with transaction():
            made = daily_seal.seal_finished_day(at=NOON + timedelta(days=day))
        anchor.bring_up_to_date(self.anchor, begin=made is not None and made.number == 1)

    def check(self) -> Report:
        """Run the verifier on the database."""
        return check(owner_url(), keys=[self.folder / "public.pem", *self.extra_keys], anchor=self.anchor)

    def found(self) -> list[tuple[str, int | None, int | None]]:
        """Return what the verifier finds: kind, centre, number."""
        return [(one.kind.value, one.centre, one.number) for one in self.check().findings]

    def public(self) -> bytes:
        """Return the public half of the configured key."""
        key = daily_seal.journal_key(self.folder / "key.pem").public_key()
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def kept(tmp_path: Path, settings: Settings, transactional_db: None) -> Iterator[Kept]:
    """Give a key and an empty anchor, and work as the worker does: it makes the seals."""
    ensure_journal_key(tmp_path / "journal")
    settings.JOURNAL_KEY = tmp_path / "journal" / "key.pem"
    settings.ANCHOR_FILE = tmp_path / "journal" / "anchor.jsonl"
    connection.close()
    before = connection.settings_dict["OPTIONS"]["options"]
    connection.settings_dict["OPTIONS"]["options"] = "-c role=ghiseu_worker"
    yield Kept(folder=tmp_path / "journal")
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = before


@pytest.fixture
def sealed(kept: Kept) -> Kept:
    """Give a journal: nine rows of centre 1 and three of centre 2; seals at 3, 6 and 9 rows of centre 1."""
    for day in range(3):
        write(1, rows=3)
        write(2)
        kept.seal(day=day)
    return kept
