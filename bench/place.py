"""A database of its own for the run, the environment that points the product at it, and its removal."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from ghiseu.runtime.postgres import ADMIN, OWNER, Postgres

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / ".data" / "bench"
PREFIX = "ghiseu_bench_"
CLEANER_PAUSES = (0.1, 0.3, 1.0, 3.0)  # seconds
WEB_ROLE = "ghiseu_web"
# What a shell of the installation may have set; a run must not depend on it.
FOREIGN = ("GHISEU_", "DATABASE_", "DJANGO_", "PORT", "PUBLIC_URL")


@dataclass(frozen=True, kw_only=True)
class Place:
    """`owner_url` is the address of the run's database; `data` the product's data folder."""

    owner_url: str
    data: Path

    def environment(self, process: str) -> dict[str, str]:
        """Return the environment of a process of the product: owner, web or worker."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {
            **kept,
            "DATABASE_URL": self.owner_url,
            "DJANGO_SETTINGS_MODULE": "ghiseu.config.settings",
            "GHISEU_DATA_DIR": str(self.data),
            "GHISEU_PROCESS": process,
            "GHISEU_STATIC_COLLECTED": "1",
        }

    def enter(self, process: str) -> None:
        """Turn this process into one of the product; before Django is set up."""
        wanted = self.environment(process)
        for name in set(os.environ) - set(wanted):
            del os.environ[name]
        os.environ.update(wanted)

    def run(self, module: str, *arguments: str, process: str) -> None:
        """Run one of our modules as a process of the product. Raises subprocess.CalledProcessError."""
        command = [sys.executable, "-m", module, *arguments]
        subprocess.run(command, env=self.environment(process), cwd=PROJECT, check=True)  # noqa: S603 - our own command

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection]:
        """Connect as the owner of the tables, who sees every row."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            yield connection


@contextmanager
def prepared() -> Iterator[Place]:
    """Make an empty database and a data folder, and remove both at the end.

    DATABASE_URL may name a server whose user may create databases; otherwise the embedded one runs for the block.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _server() as address, _empty_database(address) as owner_url:
        data = Path(tempfile.mkdtemp(prefix="data-", dir=FOLDER))
        try:
            yield Place(owner_url=owner_url, data=data)
        finally:
            shutil.rmtree(data, ignore_errors=True)


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    with Postgres(FOLDER / "postgres") as server:
        with server.connected(ADMIN) as connection:
            connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(OWNER)))
            stale = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
            for (name,) in stale.fetchall():
                _drop(connection, name)
        yield server.url(OWNER)


@contextmanager
def _empty_database(address: str) -> Iterator[str]:
    name = f"{PREFIX}{os.getpid()}"
    with psycopg.connect(_of_database(address, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield _of_database(address, name)
    finally:
        with psycopg.connect(_of_database(address, "postgres"), autocommit=True) as connection:
            _drop(connection, name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database, whoever is connected to it; the server's own cleaner is waited for, it cannot be stopped."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for pause in CLEANER_PAUSES:
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(pause)
        else:
            return
    connection.execute(statement)


def _of_database(address: str, name: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
