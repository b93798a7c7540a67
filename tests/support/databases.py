"""A PostgreSQL for the run, a migrated template in it, and a copy of the template for every test process."""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from ghiseu.config import environment
from ghiseu.runtime.postgres import ADMIN, OWNER, Postgres
from ghiseu.runtime.postgres_binaries import find_binaries
from ghiseu.runtime.postgres_place import AlreadyRunning

PROJECT = Path(__file__).resolve().parents[2]
CACHE = PROJECT / ".data" / "test-postgres"
MOST_RUNS_AT_ONCE = 12
CLEANER_PAUSES = (0.1, 0.3, 1.0, 3.0)  # seconds
WEB_ROLE = "ghiseu_web"


class NoServerFree(Exception):
    """Too many test runs at once in one working tree."""


def start_server() -> Postgres:
    """Start an embedded server whose data is kept between runs. Runs side by side get one each. Raises NoServerFree."""
    major = find_binaries().major
    for number in range(MOST_RUNS_AT_ONCE):
        server = Postgres(CACHE / f"{major}-{number}")
        try:
            server.start()
        except AlreadyRunning:
            continue
        with server.connected(ADMIN) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))
        return server
    raise NoServerFree(f"{MOST_RUNS_AT_ONCE} test runs already use {CACHE}")


def use_server(url: str) -> None:
    """Point Django at this server as the owner."""
    wanted = environment.database(url, role="", pool_size=0)
    connections["default"].close()
    connections["default"].settings_dict.update(wanted)
    connections["default"].settings_dict["CONN_MAX_AGE"] = 0


def fingerprint() -> str:
    """Return a mark of everything that decides what a migrated database looks like."""
    digest = hashlib.sha256(version("procrastinate").encode() + version("django").encode())
    for path in sorted((PROJECT / "src").rglob("migrations/*.py")):
        digest.update(str(path).encode() + path.read_bytes())
    for path in sorted((PROJECT / "src/ghiseu/foundation").rglob("*.py")):
        if path.name in {"policies.py", "grants.py"}:
            digest.update(path.read_bytes())
    digest.update("".join(settings.INSTALLED_APPS).encode())
    return digest.hexdigest()[:16]


@contextmanager
def one_process_at_a_time() -> Iterator[None]:
    """Let one test process of this machine's run make the template while the others wait."""
    CACHE.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(os.environ["GHISEU_TEST_SERVER"].encode()).hexdigest()[:12]
    with (CACHE / f"template-{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def maintenance() -> Iterator[psycopg.Connection]:
    """Connect to the server's own database as the owner."""
    conninfo = make_conninfo(os.environ["GHISEU_TEST_SERVER"], dbname="postgres")
    connection = psycopg.connect(conninfo, autocommit=True, connect_timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def run(connection: psycopg.Connection, statement: str, *names: str) -> None:
    """Execute a statement with names in the place of its braces."""
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def template() -> str:
    """Return the name of a migrated database, made when the migrations have changed since the last run."""
    name = f"ghiseu_template_{fingerprint()}"
    unfinished = f"{name}_unfinished"
    with one_process_at_a_time(), maintenance() as connection:
        known = {row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()}
        if name in known:
            return name
        for stale in sorted(known):
            if stale.startswith(("ghiseu_template_", "test_ghiseu_")):
                remove(connection, stale)
        run(connection, "CREATE DATABASE {}", unfinished)
        migrate(unfinished)
        run(connection, "ALTER DATABASE {} RENAME TO {}", unfinished, name)
    return name


def migrate(database: str) -> None:
    """Run all migrations as the owner and let the owner take on the web role."""
    connect_to(database, role="")
    call_command("migrate", verbosity=0, interactive=False)
    with connections["default"].cursor() as cursor:
        cursor.execute(f"GRANT {WEB_ROLE} TO CURRENT_USER")
        cursor.execute("GRANT ghiseu_worker TO CURRENT_USER")
    connections["default"].close()


def connect_to(database: str, *, role: str) -> None:
    """Make the default connection one to this database in this role ("" is the owner)."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = database
    connection.settings_dict["OPTIONS"]["options"] = f"-c role={role}" if role else ""


def copy(source: str, name: str) -> None:
    """Replace the database `name` by a fresh copy of the template, whoever is still connected to it."""
    with maintenance() as connection:
        remove(connection, name)
        run(connection, "CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log", name, source)


def drop(name: str) -> None:
    """Remove a test database."""
    with maintenance() as connection:
        remove(connection, name)


def remove(connection: psycopg.Connection, name: str) -> None:
    """Drop a database, whoever is connected to it; the server's own cleaner is waited for, it cannot be stopped."""
    for pause in CLEANER_PAUSES:
        try:
            return run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(pause)
    return run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
