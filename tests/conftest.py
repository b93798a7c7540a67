"""What every test run needs: a database of its own, the web role, and tripwires."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from tests.support import databases

from ghiseu.foundation.crypto import forget_keys
from ghiseu.foundation.ui import texts

pytest_plugins = [
    "tests.support.tripwires",
    "tests.support.journey_table",
    "tests.support.cost_table",
    "tests.support.together",
]
Working = Callable[[], AbstractContextManager[None]]
_server = None


def is_worker(config: pytest.Config) -> bool:
    """Tell whether this process is one of several that another one started."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for the whole run, in the process that starts the others."""
    global _server  # noqa: PLW0603 - one per run
    if not is_worker(config):
        texts.compile_catalogs()
        url = os.environ.get("TEST_DATABASE_URL")
        if url is None:
            _server = databases.start_server()
            url = _server.url()
        os.environ["GHISEU_TEST_SERVER"] = os.environ["DATABASE_URL"] = url
    databases.use_server(os.environ["GHISEU_TEST_SERVER"])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server."""
    if not is_worker(config) and _server is not None:
        _server.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest, worker_id_or_single: str) -> Iterator[None]:
    """Give this process a copy of the migrated template, and work in it as the web role: row security is in force."""
    from tests.support import counter  # its imports need the apps, which are not there when this file is read

    name = f"test_ghiseu_{worker_id_or_single}"
    with django_db_blocker.unblock():
        source = databases.template()
        databases.copy(source, name)
        databases.connect_to(name, role=databases.WEB_ROLE)

    def start_afresh(_: TransactionTestCase) -> None:
        connection.close()
        databases.copy(source, name)
        forget_keys()
        counter.forget_stock()  # its rows have numbers, and a fresh copy counts from one again

    # Emptying the tables would trip the triggers that keep the journal; a fresh copy takes a fifth of a second.
    TransactionTestCase._fixture_teardown = start_afresh  # type: ignore[method-assign]
    yield
    with django_db_blocker.unblock():
        connection.close()
        databases.drop(name)


@pytest.fixture(autouse=True)
def no_data_keys_of_other_tests() -> Iterator[None]:
    """Forget data keys whose rows went away with the test's transaction."""
    forget_keys()
    yield
    forget_keys()


@pytest.fixture(scope="session")
def worker_id_or_single(request: pytest.FixtureRequest) -> str:
    """Return the name of this test process."""
    given = getattr(request.config, "workerinput", {"workerid": "single"})
    return str(given["workerid"])


@pytest.fixture
def as_owner(db: None) -> Working:
    """Return a context manager: inside it the test works as the owner of the tables, in a savepoint of its own."""

    @contextmanager
    def working_as_owner() -> Iterator[None]:
        with transaction.atomic(), connection.cursor() as cursor:  # noqa: TID251 - no scope is wanted
            cursor.execute("SET LOCAL ROLE NONE")
            yield
            cursor.execute(f"SET LOCAL ROLE {databases.WEB_ROLE}")

    return working_as_owner


@pytest.fixture
def as_worker(db: None) -> Working:
    """Return a context manager: inside it the test works as the role of the worker."""

    @contextmanager
    def working_as_worker() -> Iterator[None]:
        with transaction.atomic(), connection.cursor() as cursor:  # noqa: TID251 - no scope is wanted
            cursor.execute("SET LOCAL ROLE NONE")
            cursor.execute("SET LOCAL ROLE ghiseu_worker")
            yield
            cursor.execute(f"SET LOCAL ROLE {databases.WEB_ROLE}")

    return working_as_worker
