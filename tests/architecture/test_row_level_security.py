"""What one centre wrote, no other reads: the database says so for every table that knows its centre."""

import pytest
from django.db import DatabaseError, connection, transaction

pytestmark = pytest.mark.django_db
GROUP_ROLES = ("ghiseu_web", "ghiseu_worker", "ghiseu_reporting")

# Tables with the column that every signed-in person may read, and why.
READ_BY_ALL = {
    "centres_desk": "the address of a counter is no secret",
    "centres_calendarday": "opening days are public",
    "centres_openinghours": "opening hours are public",
    "centres_assignment": "an operator signs in before the centre is known",
    "centres_citizenscreen": "a screen is found by its secret before the centre is known, and holds no citizen's data",
    "centres_operatorsession": "an operator's session is found before the centre is known, and holds no citizen's data",
}

COMMANDS = {"SELECT", "INSERT", "UPDATE", "DELETE"}
# Policies besides that of the centre: who, for which command, and what they let through.
WIDER = {
    # A person is told at any centre what every centre's journal says about them; nothing told, nothing shown.
    ("audit_journalrecord", "own_subject", "SELECT", "{ghiseu_web}"): (
        "(encode(subject_index, 'hex'::text) = ANY "
        "(string_to_array(current_setting('app.subject'::text, true), ','::text)))"
    ),
    # So is who stood there for somebody else: found by the table that exists for it, and by nothing else.
    ("audit_representative", "own_representative", "SELECT", "{ghiseu_web}"): (
        "(encode(index, 'hex'::text) = ANY (string_to_array(current_setting('app.subject'::text, true), ','::text)))"
    ),
    ("audit_journalrecord", "own_representative", "SELECT", "{ghiseu_web}"): (
        "(sequence IN ( SELECT audit_representative.record_sequence\n"
        "   FROM audit_representative\n"
        "  WHERE (encode(audit_representative.index, 'hex'::text) = ANY "
        "(string_to_array(current_setting('app.subject'::text, true), ','::text)))))"
    ),
}
OWN_CENTRE = "(centre_id = (current_setting('app.centre'::text))::bigint)"
# Functions that run with the rights of their owner, and views, which read with those of theirs: each with its reason.
WITH_RIGHTS_OF_THE_OWNER = {
    "audit_link_at_commit": "the journal's own trigger writes the chain, which no role that works may write",
    "audit_chain_heads": "the worker seals the chains of all centres: number and hash of each head, no record",
}
VIEWS: dict[str, str] = {}


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


def test_every_command_on_a_protected_table_meets_a_policy():
    covered: dict[str, set[str]] = {}
    for table, command in rows("SELECT tablename, cmd FROM pg_policies WHERE schemaname = 'public'"):
        covered.setdefault(table, set()).update(COMMANDS if command == "ALL" else {command})
    protected = {name for (name,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity")}

    assert {name: COMMANDS - covered.get(name, set()) for name in protected} == {name: set() for name in protected}


def test_every_policy_binds_everybody_to_the_centre_that_was_told_and_has_no_default():
    found = rows(
        "SELECT tablename, roles::text, permissive, qual, coalesce(with_check, qual), policyname, cmd FROM pg_policies "
        "WHERE schemaname = 'public'"
    )
    wider = {(row[0], row[5], row[6], row[1]): row[3] for row in found if row[5] != "own_centre_only"}
    narrow = [row for row in found if row[5] == "own_centre_only"]

    # Without a second argument current_setting fails when nothing was told; the empty text is no number either.
    different = [row for row in narrow if row[1:5] != ("{public}", "PERMISSIVE", OWN_CENTRE, OWN_CENTRE)]
    assert different == []
    assert wider == WIDER, "a second permissive policy widens the first: say here why it may"


@pytest.mark.parametrize("told", ["", "0 OR true", "1; SELECT 2"])
def test_a_table_is_closed_when_no_centre_was_told(told):
    opened = []
    for table in sorted(tables_that_know_their_centre() - set(READ_BY_ALL)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:  # noqa: TID251 - no scope is wanted
                cursor.execute("SELECT set_config('app.centre', %s, true)", [told])
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE centre_id IS NOT NULL')
                opened.append((table, cursor.fetchone()))
        except DatabaseError as error:
            if "invalid input syntax for type bigint" not in str(error) and "permission denied" not in str(error):
                raise
    assert opened == []


def test_nothing_reads_with_the_rights_of_its_owner_unless_it_says_why():
    functions = rows(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND n.nspname = 'public'"
    )
    views = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('v', 'm') AND n.nspname = 'public'"
    )

    assert {name for (name,) in functions} == set(WITH_RIGHTS_OF_THE_OWNER)
    assert {name for (name,) in views} == set(VIEWS)


def test_what_runs_with_the_rights_of_its_owner_is_closed_to_everybody_else():
    open_to_all = rows(
        "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.proname = ANY(%s) AND ("
        "p.proacl IS NULL OR has_function_privilege('ghiseu_reporting', p.oid, 'EXECUTE') "
        "OR has_function_privilege('ghiseu_web', p.oid, 'EXECUTE') "
        "OR p.proconfig IS NULL OR array_to_string(p.proconfig, ' ') NOT LIKE 'search_path=%%')",
        list(WITH_RIGHTS_OF_THE_OWNER),
    )

    assert open_to_all == []


def test_no_login_of_the_product_inherits_a_role_that_sees_past_the_policies():
    reached = rows(
        "WITH RECURSIVE above AS (SELECT oid FROM pg_roles WHERE rolname = ANY(%s) UNION "
        "SELECT m.roleid FROM pg_auth_members m JOIN above ON above.oid = m.member) "
        "SELECT r.rolname FROM above JOIN pg_roles r USING (oid) WHERE r.rolbypassrls OR r.rolsuper",
        list(GROUP_ROLES),
    )

    assert reached == []
