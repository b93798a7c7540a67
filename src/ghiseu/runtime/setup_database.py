"""Bring a database and the static files up to date: `python -m ghiseu.runtime.setup_database`. May be repeated."""

import argparse
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from ghiseu.foundation import clock
from ghiseu.foundation.ui import texts
from ghiseu.runtime.durability import NotDurable, require_durable
from ghiseu.runtime.postgres import WEB_LOGIN, WORKER_LOGIN

MEMBERSHIPS = {WEB_LOGIN: "ghiseu_web", WORKER_LOGIN: "ghiseu_worker"}
GROUPS = ("ghiseu_web", "ghiseu_worker", "ghiseu_reporting")


class OwnerSeesTooLittle(Exception):
    """The owner of the database is subject to row security and would migrate or back up only a part."""


def require_sees_all() -> None:
    """Raise OwnerSeesTooLittle unless the owner sees past the policies of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        name, sees_all = cursor.fetchone()
    if not sees_all:
        raise OwnerSeesTooLittle(
            f"the database user {name} of DATABASE_URL is bound by row security. Migrations and backups need to see "
            f"every centre: ALTER ROLE {name} BYPASSRLS (as a superuser). The web and worker users stay bound."
        )


def migrate() -> None:
    """Run the migrations and let the logins, and the owner itself, take on the group roles."""
    connection.ensure_connection()
    require_durable(connection.connection)
    require_sees_all()
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        known = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone()
        grants = [(group, owner) for group in GROUPS if group in known]
        grants += [(group, login) for login, group in MEMBERSHIPS.items() if login in known]
        for group, member in grants:
            statement = sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(member))
            cursor.execute(statement.as_string(connection.connection))


def fill(*, with_demo: bool) -> int:
    """Publish the service packages and write what an installation begins with. Returns 1 when a package is wrong."""
    from ghiseu.config import demo
    from ghiseu.journeys import end_months
    from ghiseu.runtime import services

    code = services.publish()
    if code:
        return code
    if Path(settings.KEYS_FILE).exists():  # else whoever seals first makes it, with the keys of the next months
        end_months.make_ahead(at=clock.now())
    demo.seed()
    if with_demo:
        demo.load()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Do all of it, or only the part that is asked for. Returns 1 with the reason when it cannot be done."""
    parser = argparse.ArgumentParser(prog="setup_database")
    parser.add_argument("--without-demo", action="store_true")
    parser.add_argument("--only-schema", action="store_true")
    given = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ghiseu.config.settings")
    django.setup()
    try:
        migrate()
    except (NotDurable, OwnerSeesTooLittle) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if given.only_schema:
        return 0
    texts.compile_catalogs()
    call_command("collectstatic", verbosity=0, interactive=False)
    return fill(with_demo=not given.without_demo)


if __name__ == "__main__":
    sys.exit(main())
