"""The limit of the database: the same statements with the same values, prepared, in one transaction, and nothing else.

Reads go to the product's own tables under the same role and row security. Writes go to copies of the tables, which
keep columns, checks and indexes; they have no foreign keys, triggers and row security, so the limit is on the hard
side for us.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection as product
from psycopg import sql

from bench.place import WEB_ROLE

SCHEMA = "bench_raw"
SAYS_THE_CENTRE = "set_config('app.centre'"
Statement = tuple[str, Any]  # Any: parameters of several types


class Bare:
    """A connection that runs captured statements in the tables of one schema and does nothing besides."""

    def __init__(self, owner_url: str, *, schema: str, centre_id: int) -> None:
        self._connection = psycopg.connect(
            owner_url, autocommit=True, options=f"-c role={WEB_ROLE} -c search_path={schema} -c app.centre={centre_id}"
        )

    def replay(self, statements: list[Statement]) -> None:
        """Run the statements in one transaction, each prepared once for the life of the connection, and commit."""
        with self._connection.transaction(), self._connection.cursor() as cursor:
            for text, parameters in statements:
                cursor.execute(text, parameters, prepare=True)
                if cursor.description:
                    cursor.fetchall()

    def close(self) -> None:
        self._connection.close()


def copy_tables(owner: psycopg.Connection, statements: list[Statement]) -> None:
    """Make a copy of each table that the INSERTs go to. May be repeated."""
    tables = {text.split('"')[1] for text, _ in statements}
    owner.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for table in sorted(tables):
        names = {"copy": sql.Identifier(SCHEMA, table), "table": sql.Identifier(table)}
        owner.execute(sql.SQL("CREATE TABLE IF NOT EXISTS {copy} (LIKE public.{table} INCLUDING ALL)").format(**names))
    owner.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {WEB_ROLE}")
    owner.execute(f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {SCHEMA} TO {WEB_ROLE}")


@contextmanager
def captured() -> Iterator[list[Statement]]:
    """Note every statement that the product sends to its database inside the block."""
    found: list[Statement] = []

    def note(execute: Callable[..., Any], text: str, parameters: Any, *rest: Any) -> Any:  # Any: Django's own signature
        found.append((text, parameters))
        return execute(text, parameters, *rest)

    with product.execute_wrapper(note):
        yield found


def only(verb: str, statements: list[Statement]) -> list[Statement]:
    """Return the statements that begin with SELECT or INSERT. A bare connection knows its centre from the start."""
    return [one for one in statements if one[0].startswith(verb) and SAYS_THE_CENTRE not in one[0]]
