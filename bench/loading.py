"""Fills a centre with cases by COPY: the same seed gives the same cases.

Every case has its visit, its person (two persons have three cases), two lines of timeline, four values, three journal
records, a register's answer and a public status. Two thirds of the cases have ended; the rest stand in the lists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeAlias

import psycopg
from django.db import connection as product
from django.db import models
from psycopg import sql

from bench import rows
from bench.people import SEED
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.modules.applicants.models import NameKey, Person, Reading
from ghiseu.modules.cases.models import Case, CaseEvent, CaseField, PublicStatus
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import Visit

ENDED_SHARE = 2 / 3
OPEN = (
    *(CaseState.DRAFT,) * 3,
    *(CaseState.WITH_INSTITUTION,) * 5,
    CaseState.AWAITING_PAYMENT,
    CaseState.PAPERS_MISSING,
    *(CaseState.RESULT_READY,) * 2,
    CaseState.REFUSED,
)
ORDER: tuple[type[models.Model], ...] = (
    Person,
    NameKey,
    Visit,
    Case,
    CaseEvent,
    CaseField,
    PublicStatus,
    Reading,
    JournalRecord,
    Submission,
)
AT_ONCE = 2_000
Column: TypeAlias = "models.Field[Any, Any]"  # Any: columns of every type


@dataclass(kw_only=True)
class Generator:
    """Adds cases to the centre of `at_desk`. Keeps count, so that it can be asked for more."""

    owner: psycopg.Connection
    at_desk: AtDesk
    package: ServicePackage
    now: datetime
    made: int = 0
    _last: dict[type[models.Model], int] = field(default_factory=dict)

    def grow_to(self, cases: int) -> None:
        """Load until the centre holds so many generated cases."""
        while self.made < cases:
            count = min(AT_ONCE, cases - self.made)
            serials = range(self.made, self.made + count)
            self._load(rows.Case(serial=serial, state=state_of(serial), at=self._moment(serial)) for serial in serials)
            self.made += count
        self._settle()

    def submissions(self, count: int, *, first: int) -> None:
        """Load cases that wait to be delivered, numbered from `first`, which must lie beyond all others."""
        serials = range(first, first + count)
        self._load(rows.Case(serial=serial, state=CaseState.SENDING, at=self.now) for serial in serials)
        self._settle()

    def _moment(self, serial: int) -> datetime:
        """Return when the case changed last: they are spread over the past, a few minutes apart."""
        return self.now - timedelta(minutes=7 * serial + 5)

    def _load(self, cases: Iterable[rows.Case]) -> None:
        made: dict[type[models.Model], list[models.Model]] = {model: [] for model in ORDER}
        for case in cases:
            for row in rows.of_case(case, at_desk=self.at_desk, package=self.package, number=self._next):
                made[type(row)].append(row)
        for model in ORDER:
            copy_in(self.owner, model, made[model])

    def _next(self, model: type[models.Model]) -> int:
        """Return a primary key that is not in use; the sequence is set afterwards."""
        if model not in self._last:
            names = {"key": sql.Identifier(str(model._meta.pk.column)), "table": sql.Identifier(model._meta.db_table)}
            found = self.owner.execute(sql.SQL("SELECT coalesce(max({key}), 0) FROM {table}").format(**names))
            self._last[model] = int(found.fetchall()[0][0])
        self._last[model] += 1
        return self._last[model]

    def _settle(self) -> None:
        """Let the sequences go on behind what was loaded, and the planner know about it."""
        for model, last in self._last.items():
            names = [model._meta.db_table, model._meta.pk.column, last]
            self.owner.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", names)
        self._last.clear()
        self.owner.execute("VACUUM ANALYZE")


def state_of(serial: int) -> CaseState:
    """Return where the serial-th case stands."""
    chance = Random(SEED - serial - 1)  # noqa: S311 - the same cases each time
    return CaseState.DONE if chance.random() < ENDED_SHARE else chance.choice(OPEN)


def copy_in(owner: psycopg.Connection, model: type[models.Model], made: list[models.Model]) -> None:
    """Write the rows by COPY, prepared as the product would: sealed where a column is sealed."""
    columns: list[Column] = list(model._meta.local_concrete_fields)
    names = [sql.Identifier(str(one.column)) for one in columns]
    table = sql.Identifier(model._meta.db_table)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(names))
    with owner.cursor() as cursor, cursor.copy(statement) as copy:
        for values in _values(made, columns):
            copy.write_row(values)


def _values(made: list[models.Model], columns: Iterable[Column]) -> Iterator[list[object]]:
    wanted = list(columns)
    for row in made:
        yield [one.get_db_prep_save(one.pre_save(row, add=True), product) for one in wanted]
