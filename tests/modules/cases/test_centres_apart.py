"""The database alone keeps the centres apart: nothing of one is found, written or changed from another."""

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection
from django.db.models import Model
from tests.support.counter import NOON

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.journeys.load_case import NoSuchCase, case_numbered
from ghiseu.modules.applicants.models import NameKey, Person
from ghiseu.modules.cases import operations
from ghiseu.modules.cases.models import Case, CaseEvent, CommandReceipt
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.visits.models import Visit

# Not shown by centre: what everybody may see, or what is needed before the centre is known.
COMMON = {"centres_", "django_", "auth_", "procrastinate_"}


def tables_with_a_centre() -> list[type[Model]]:
    return [
        model
        for model in apps.get_models()
        if any(field.column == "centre_id" for field in model._meta.concrete_fields)
        and not model._meta.db_table.startswith(tuple(COMMON))
    ]


class TestRowsOfACentre:
    def test_are_all_behind_a_policy_that_binds_the_owner_too(self, centres: None) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r'")
            protected = {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}

        bare = [model._meta.db_table for model in tables_with_a_centre()]
        assert {table: protected[table] for table in bare} == dict.fromkeys(bare, (True, True))

    def test_are_not_found_from_another_centre(self, lozova, tvardita) -> None:
        with tvardita.at_work():
            assert [case.number for case in Case.objects.all()] == [tvardita.case.number]
            for model in (Person, NameKey, Visit, CaseEvent, JournalRecord):
                centres = set(model._default_manager.values_list("centre_id", flat=True))
                assert centres == {tvardita.at_desk.centre_id}, model
            with pytest.raises(NoSuchCase):
                case_numbered(lozova.case.number)

    def test_are_not_changed_from_another_centre(self, lozova, tvardita) -> None:
        with tvardita.at_work():
            assert Case.objects.filter(pk=lozova.case.pk).update(alarm="taken over") == 0
            with pytest.raises(Case.DoesNotExist):
                operations.locked(lozova.case.pk)

        with lozova.at_work():
            assert Case.objects.get().alarm == ""

    def test_are_not_written_for_another_centre(self, lozova, tvardita) -> None:
        with tvardita.at_work(), pytest.raises(ProgrammingError, match="row-level security"), transaction():
            CommandReceipt.objects.create(
                centre_id=lozova.at_desk.centre_id, command="x", operator_id=1, name="x", answer={}, at=NOON
            )

    def test_are_refused_to_a_query_that_names_no_centre(self, lozova) -> None:
        with pytest.raises(DatabaseError), transaction():
            list(Case.objects.all())


class TestOpenMatter:
    def test_is_known_everywhere_by_day_and_centre(self, lozova, tvardita) -> None:
        with lozova.at_work():
            operations.claim_matters(["a|1"], case_number=lozova.case.number, centre_name="Lozova", on=NOON.date())

        with tvardita.at_work(), pytest.raises(MatterIsOpenAlready) as already:
            operations.claim_matters(
                ["a|1", "a|2"], case_number=tvardita.case.number, centre_name="Tvardița", on=NOON.date()
            )

        assert (already.value.centre_name, already.value.opened_on) == ("Lozova", NOON.date())

    def test_may_be_claimed_again_by_its_own_case(self, lozova) -> None:
        for _ in range(2):
            with lozova.at_work():
                operations.claim_matters(["a|1"], case_number=lozova.case.number, centre_name="Lozova", on=NOON.date())

        with lozova.at_work():
            found = operations.find_open_matter(["a|2", "a|1"])
        assert found is not None
        assert found.case_number == lozova.case.number

    def test_that_is_only_warned_of_stays_with_the_first_case(self, lozova, tvardita) -> None:
        for one in (lozova, tvardita):
            with one.at_work():
                operations.note_matters(
                    ["a|1"], case_number=one.case.number, centre_name=one.at_desk.centre_name, on=NOON.date()
                )

        with lozova.at_work():
            found = operations.find_open_matter(["a|1"])
        assert found is not None
        assert found.case_number == lozova.case.number


class TestJournal:
    def test_refuses_a_citizens_event_without_context(self, lozova) -> None:
        with lozova.at_work(), pytest.raises(DatabaseError, match="journal_event_about_a_citizen"), transaction():
            JournalRecord.objects.create(
                centre_id=lozova.at_desk.centre_id, at=NOON, event="x", has_subject=True, correlation_id="c"
            )

    def test_is_never_changed_and_never_shortened(self, lozova) -> None:
        with lozova.at_work():
            journal.record("cases.case.shown", acting=lozova.acting, at=NOON)
        for statement in ("UPDATE audit_journalrecord SET outcome = 'undone'", "DELETE FROM audit_journalrecord"):
            with lozova.at_work(), pytest.raises(DatabaseError), transaction(), connection.cursor() as cursor:
                cursor.execute(statement)

    def test_is_not_changed_by_the_owner_of_the_tables_either(self, lozova, as_owner) -> None:
        with lozova.at_work():
            journal.record("cases.case.shown", acting=lozova.acting, at=NOON)

        def change() -> None:
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.centre', %s, true)", [str(lozova.at_desk.centre_id)])
                cursor.execute("UPDATE audit_journalrecord SET outcome = 'undone'")

        with pytest.raises(DatabaseError, match="never changed or removed"):
            change()
