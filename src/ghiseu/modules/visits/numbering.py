"""Our own public numbers: made once by a database sequence, never by counting."""

from django.db import connection

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.identifiers import numbers


def next_number(*, centre_code: str, year: int) -> str:
    """Return a fresh number such as LOZ-2026-000123-07. Gaps may occur; repeats cannot. Raises NoTransaction."""
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ghiseu_number')")
        (serial,) = cursor.fetchone()
    return numbers.make(centre_code, year=year, sequence=serial)
