"""What one centre wrote, no other reads: the database says so for every table that knows its centre."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db
GROUP_ROLES = ("ghiseu_web", "ghiseu_worker", "ghiseu_reporting")

# Tables with the column that every signed-in person may read, and why.
READ_BY_ALL = {
    "centres_desk": "the address of a counter is no secret",
    "centres_calendarday": "opening days are public",
    "centres_openinghours": "opening hours are public",
    "centres_assignment": "an operator signs in before the centre is known",
    "centres_operatorsession": "an operator's session is found before the centre is known, and holds no citizen's data",
}


def rows(statement: str, *parameters: object) -> list[tuple]:
    """Return what the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def tables_that_know_their_centre() -> set[str]:
    """Return the names of all tables with a column `centre_id`."""
    return {
        name
        for (name,) in rows(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' "
            "AND a.attname = 'centre_id' AND NOT a.attisdropped"
        )
    }


def test_every_table_of_a_centre_enforces_row_security_on_its_owner_too():
    enforced = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")}

    assert tables_that_know_their_centre() - enforced - set(READ_BY_ALL) == set()


def test_every_protected_table_has_a_policy():
    with_policy = {name for (name,) in rows("SELECT tablename FROM pg_policies WHERE schemaname = 'public'")}
    protected = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity")}

    assert protected
    assert protected - with_policy == set()


def test_every_excuse_is_still_a_table():
    assert set(READ_BY_ALL) - tables_that_know_their_centre() == set()


def test_no_role_that_works_sees_past_the_policies():
    found = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = ANY(%s)", list(GROUP_ROLES)
    )

    assert sorted(found) == sorted((name, False, False, False) for name in GROUP_ROLES)


def test_no_role_that_works_owns_anything():
    owned = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = ANY(%s)",
        list(GROUP_ROLES),
    )

    assert owned == []
