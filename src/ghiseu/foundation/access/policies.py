"""Privileges and row-level security as migration operations, so that every table states who may touch it."""

from django.db import migrations

GROUP_ROLES = ("ghiseu_web", "ghiseu_worker", "ghiseu_reporting")


def grant(table: str, *, web: str = "", worker: str = "", reporting: str = "") -> migrations.RunSQL:
    """Return the operation that gives the roles these privileges ("SELECT, INSERT") on the table."""
    wanted = {"ghiseu_web": web, "ghiseu_worker": worker, "ghiseu_reporting": reporting}
    forward = [f'GRANT {privileges} ON "{table}" TO {role}' for role, privileges in wanted.items() if privileges]
    backward = [f'REVOKE ALL ON "{table}" FROM {role}' for role in wanted]
    return migrations.RunSQL(";".join(forward), ";".join(backward))


def protect(
    table: str, *, web: str = "", worker: str = "", reporting: str = "", column: str = "centre_id"
) -> list[migrations.RunSQL]:
    """Return the operations that show a table's rows only to work done for their own centre, and grant privileges.

    The policy has no default: a query without a centre set is an error. It binds the table's owner too.
    """
    condition = f"{column} = current_setting('app.centre')::bigint"
    return [
        migrations.RunSQL(
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;'
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;'
            f'CREATE POLICY own_centre_only ON "{table}" USING ({condition}) WITH CHECK ({condition})',
            f'DROP POLICY own_centre_only ON "{table}";'
            f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY;'
            f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
        ),
        grant(table, web=web, worker=worker, reporting=reporting),
    ]


def insert_only(table: str) -> migrations.RunSQL:
    """Return the operation that refuses changing or removing rows of the table, whoever asks."""
    return migrations.RunSQL(
        f'CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION ghiseu_refuse_change()",
        f'DROP TRIGGER only_grows ON "{table}"',
    )


def insert_only_until_destroyed(table: str) -> migrations.RunSQL:
    """Return the operation that lets the rows of an insert-only table go with the content of their case, not before."""
    trigger = f'CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION '
    drop = f'DROP TRIGGER only_grows ON "{table}"; '
    return migrations.RunSQL(
        drop + trigger + "cases_refuse_change_of_kept()", drop + trigger + "ghiseu_refuse_change()"
    )
