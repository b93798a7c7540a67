"""The database that this installation uses: the one that DATABASE_URL names, or the embedded one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ghiseu.runtime.postgres import OWNER, WEB_LOGIN, WORKER_LOGIN, Postgres
from ghiseu.runtime.postgres_place import AlreadyRunning

Urls = Mapping[str, str]


def embedded(data: Path) -> Postgres:
    """Return the embedded server of a data folder, not started."""
    return Postgres(data / "postgres")


def urls_of(server: Postgres) -> dict[str, str]:
    """Return the addresses by the name of the setting that takes each."""
    return {
        "DATABASE_URL": server.url(OWNER),
        "DATABASE_URL_WEB": server.url(WEB_LOGIN),
        "DATABASE_URL_WORKER": server.url(WORKER_LOGIN),
    }


def given_urls() -> dict[str, str]:
    """Return the addresses in the environment; empty when the embedded database is meant."""
    if not os.environ.get("DATABASE_URL"):
        return {}
    names = ("DATABASE_URL", "DATABASE_URL_WEB", "DATABASE_URL_WORKER")
    return {name: os.environ[name] for name in names if os.environ.get(name)}


@contextmanager
def reachable(data: Path) -> Iterator[Urls]:
    """Give the addresses of a database that answers; the embedded one runs for the block unless it runs already."""
    given = given_urls()
    if given:
        yield given
        return
    server = embedded(data)
    try:
        server.start()
    except AlreadyRunning:
        server.attach()
        yield urls_of(server)
        return
    try:
        yield urls_of(server)
    finally:
        server.stop()
