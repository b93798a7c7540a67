"""Nothing that was acknowledged may be lost, so a database that was told to take chances is refused."""

import psycopg

GUARDS = ("fsync", "synchronous_commit", "full_page_writes")


class NotDurable(Exception):
    """The database would lose acknowledged work in a crash."""


def require_durable(connection: psycopg.Connection) -> None:
    """Raise NotDurable if a guard against loss is off in this session."""
    for name in GUARDS:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
        value = str(row[0]) if row else "missing"
        if value == "off" or (name == "synchronous_commit" and value == "local"):
            raise NotDurable(
                f"the database runs with {name} = {value}: acknowledged work would be lost in a crash. "
                f"Set it to on (ALTER SYSTEM RESET {name}, then restart the database)."
            )
