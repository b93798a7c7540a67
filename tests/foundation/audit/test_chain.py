"""The chain of a centre has no gap, whoever writes at the same time and whoever changes their mind."""

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier

import psycopg
import pytest
from django.db import DatabaseError, connection
from tests.support.acting import EUGENIA, acting_for
from tests.support.counter import NOON
from tests.support.journals import as_owner_without_triggers, ask_owner, owner_url, write

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.audit.journal import JournalOfTwoCentres
from ghiseu.foundation.audit.models import ChainHead, ChainLink, JournalRecord
from verifier.journal import canonical

WRITERS = 8
ROWS_OF_EACH = 12
NUMBERS = "SELECT array_agg(number ORDER BY number) FROM audit_chainlink WHERE centre_id = 1"
LINKS_IN_ORDER = (
    "SELECT count(*) FROM audit_chainlink a JOIN audit_chainlink b "
    "ON b.centre_id = a.centre_id AND b.number = a.number + 1 AND b.previous = a.hash"
)
COLUMNS_OF_ALL = [("audit_chainlink", "hash"), ("audit_chainhead", "hash"), ("audit_journalseal", "root")]


class Regretted(Exception):
    """Somebody changed their mind."""


def work_at(centre: int) -> Scope:
    return Scope(centre_id=centre, operator_id=1)


def write_and_regret() -> None:
    with scoped_to(work_at(1)), transaction():
        journal.record("cases.case.shown", acting=acting_for(EUGENIA), at=NOON)
        raise Regretted


@pytest.mark.django_db(transaction=True)
class TestChain:
    def test_has_no_gap_after_many_have_written_at_once(self) -> None:
        barrier = Barrier(WRITERS)

        def work(number: int) -> None:
            barrier.wait(timeout=30)
            try:
                write(1 + number % 2, rows=ROWS_OF_EACH)
            finally:
                connection.close()

        with ThreadPoolExecutor(max_workers=WRITERS) as pool:
            list(pool.map(work, range(WRITERS)))

        each = WRITERS // 2 * ROWS_OF_EACH
        assert ask_owner(NUMBERS) == [(list(range(1, each + 1)),)]
        assert ask_owner(LINKS_IN_ORDER) == [(2 * (each - 1),)]

    def test_has_no_gap_after_a_transaction_that_was_rolled_back(self) -> None:
        write(1)
        with pytest.raises(Regretted):
            write_and_regret()
        write(1)

        assert ask_owner(NUMBERS) == [([1, 2],)]
        assert ask_owner("SELECT count(*) FROM audit_journalrecord") == [(2,)]

    def test_is_not_held_by_who_has_written_and_still_works(self) -> None:
        write(1)
        insert = (
            "INSERT INTO audit_journalrecord OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(r, "
            "jsonb_build_object('sequence', nextval(pg_get_serial_sequence('audit_journalrecord', 'sequence'))))).* "
            "FROM audit_journalrecord r LIMIT 1"
        )

        with psycopg.connect(owner_url()) as slow:
            slow.execute(insert)
            with psycopg.connect(owner_url(), options="-c lock_timeout=1s") as quick:
                quick.execute(insert)

        numbers = ask_owner("SELECT number FROM audit_chainlink ORDER BY record_sequence")
        assert numbers == [(1,), (3,), (2,)]

    def test_is_made_for_rows_that_were_there_before_it(self) -> None:
        write(1, rows=3)
        before = ask_owner("SELECT number, hash FROM audit_chainlink ORDER BY number")
        as_owner_without_triggers("DELETE FROM audit_chainlink", "DELETE FROM audit_chainhead")
        migration = import_module("ghiseu.foundation.audit.migrations.0003_before_chain")

        as_owner_without_triggers(migration.BACKFILL)

        assert ask_owner("SELECT number, hash FROM audit_chainlink ORDER BY number") == before


@pytest.mark.django_db
class TestLink:
    def test_comes_at_the_end_of_the_transaction_and_leaves_the_centre_alone(self) -> None:
        with scoped_to(work_at(1)), transaction(), connection.cursor() as cursor:
            row = journal.record("cases.case.shown", acting=acting_for(EUGENIA), at=NOON)
            assert not ChainLink.objects.exists()

            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

            link = ChainLink.objects.get()
            assert (link.record_sequence, link.number, link.form) == (row.sequence, 1, 1)
            assert bytes(ChainHead.objects.get().hash) == bytes(link.hash)
            cursor.execute("SELECT current_setting('app.centre')")
            assert cursor.fetchone() == ("1",)

    def test_covers_every_column_of_the_row(self) -> None:
        columns = [field.column for field in JournalRecord._meta.concrete_fields]

        assert list(canonical.COLUMNS[canonical.NEWEST_FORM]) == columns


@pytest.mark.django_db
class TestTwoCentres:
    """One transaction writes one chain: two of them, taken in two orders, would wait for each other."""

    def write(self, centre: int) -> None:
        with scoped_to(work_at(centre)), transaction():
            journal.record_without_subject("centres.session.locked", centre_id=centre, operator_id=None, at=NOON)

    def write_and_fail(self, centre: int) -> None:
        with transaction():
            self.write(centre)
            raise ZeroDivisionError

    def test_are_refused_in_one_transaction(self) -> None:
        with scoped_to(work_at(1)), transaction():
            self.write(1)
            with pytest.raises(JournalOfTwoCentres):
                self.write(2)

        with scoped_to(work_at(2)), transaction():
            assert not JournalRecord.objects.exists()

    def test_are_refused_for_events_about_citizens_too(self) -> None:
        with scoped_to(work_at(2)), transaction():
            self.write(2)
            with pytest.raises(JournalOfTwoCentres):
                journal.record("cases.case.shown", acting=acting_for(EUGENIA), at=NOON)
            with pytest.raises(JournalOfTwoCentres):
                journal.record_each(
                    "cases.case.listed", shown=[(acting_for(EUGENIA), "LOZ-1")], object_type="case", at=NOON
                )

    def test_are_written_one_after_the_other(self) -> None:
        for centre in (1, 2):
            self.write(centre)

        for centre in (1, 2):
            with scoped_to(work_at(centre)), transaction():
                assert JournalRecord.objects.count() == 1

    def test_do_not_count_what_a_savepoint_took_back(self) -> None:
        with scoped_to(work_at(1)), transaction():
            with pytest.raises(ZeroDivisionError):
                self.write_and_fail(1)
            self.write(2)


@pytest.mark.django_db
class TestRoles:
    @pytest.mark.parametrize(
        "table", ["audit_chainlink", "audit_chainhead", "audit_journalseal", "audit_journalrecord"]
    )
    def test_change_and_remove_nothing(self, table: str, as_worker) -> None:
        column = {"audit_journalseal": "day", "audit_journalrecord": "event"}.get(table, "number")
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            check_refused(statement)
            with as_worker():
                check_refused(statement)

    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO audit_chainlink VALUES (1, 1, 1, 1, '', '', '')",
            "INSERT INTO audit_chainhead VALUES (1, 1, '')",
            "SELECT audit_link(r) FROM audit_journalrecord r",
        ],
    )
    def test_make_no_links(self, statement: str, as_worker) -> None:
        check_refused(statement)
        with as_worker():
            check_refused(statement)

    def test_of_the_web_make_no_seals_and_see_no_other_heads(self) -> None:
        check_refused("INSERT INTO audit_journalseal VALUES (1, now(), now(), '[]', '', '', '', '', '')")
        check_refused("SELECT * FROM audit_chain_heads()")

    def test_of_the_owner_write_no_link_by_mistake(self, as_owner) -> None:
        with as_owner():
            for statement in (
                "INSERT INTO audit_chainlink VALUES (1, 1, 1, 1, '', '', '')",
                "INSERT INTO audit_chainhead VALUES (1, 1, '')",
                "TRUNCATE audit_journalrecord",
            ):
                check_refused(statement, why="written by the journal alone|never changed or removed")


def check_refused(statement: str, *, why: str = "permission denied") -> None:
    """Assert that the database refuses the statement."""
    with pytest.raises(DatabaseError, match=why), scoped_to(work_at(1)), transaction(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
class TestEventAboutACitizen:
    @pytest.mark.parametrize("column", ["assurance", "channel", "legal_basis", "legal_reason", "visit_number"])
    def test_is_refused_without_its_acting_context(self, column: str) -> None:
        check_row_refused("journal_event_about_a_citizen_has_acting_context", **{column: ""})

    @pytest.mark.parametrize("column", ["operator_id", "subject_index"])
    def test_is_refused_without_operator_or_subject(self, column: str) -> None:
        check_row_refused("journal_event_about_a_citizen_has_acting_context", **{column: None})

    @pytest.mark.parametrize("column", ["operator_idnp", "subject_idnp"])
    def test_is_refused_without_their_numbers_though_they_are_sealed(self, column: str) -> None:
        check_row_refused("journal_event_about_a_citizen_names_operator_and_subject", **{column: ""})


def check_row_refused(constraint: str, **changed: object) -> None:
    """Assert that the constraint refuses a good row with this change."""
    with scoped_to(work_at(1)), transaction():
        row = journal.record("cases.case.shown", acting=acting_for(EUGENIA), at=NOON)
        row.pk = None
        for column, value in changed.items():
            setattr(row, column, value)
        with pytest.raises(DatabaseError, match=constraint), transaction():
            row.save(force_insert=True)
