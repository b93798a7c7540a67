"""Which centre's rows the present piece of work may touch, told to the database transaction by transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection
from django.db import transaction as django_transaction


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One centre, and the operator at work there (None for the worker)."""

    centre_id: int
    operator_id: int | None = None


class NoTransaction(Exception):
    """An operation was called outside a transaction."""


_scope: ContextVar[Scope | None] = ContextVar("ghiseu_scope", default=None)
# What must be the same throughout the outermost transaction of this piece of work; None outside any.
_fixed: ContextVar[dict[str, int] | None] = ContextVar("ghiseu_fixed_in_transaction", default=None)


def current_scope() -> Scope | None:
    """Return the scope of this request or job, or None before sign-in."""
    return _scope.get()


@contextmanager
def scoped_to(scope: Scope | None) -> Iterator[None]:
    """Work in this scope until the block ends. Transactions opened inside see only this centre's rows."""
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def transaction() -> Iterator[None]:
    """Open a transaction (a savepoint when one is open) with the centre of the scope set for row-level security.

    Without a scope no centre is set, and every query on a centre's rows is refused. When the block ends, the centre
    of the block around it holds again.
    """
    with _remembering(), django_transaction.atomic():  # noqa: TID251 - the one place
        scope = _scope.get()
        before = _set_centre(str(scope.centre_id) if scope else "")
        yield
        _set_centre(before)


@contextmanager
def _remembering() -> Iterator[None]:
    """Keep what is fixed until the outermost transaction ends; a savepoint that fails leaves nothing fixed."""
    around = _fixed.get()
    facts = dict(around or {})
    token = _fixed.set(facts)
    try:
        yield
    finally:
        _fixed.reset(token)
    if around is not None:
        around.update(facts)


def fixed_in_transaction(name: str, value: int) -> int:
    """Return what was first told under this name in the outermost transaction that is open, else this value.

    Outside `transaction` nothing is kept.
    """
    facts = _fixed.get()
    return value if facts is None else facts.setdefault(name, value)


@contextmanager
def reading() -> Iterator[None]:
    """Open a transaction, as above, in which the database refuses every change."""
    with transaction():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _set_centre(centre: str) -> str:
    """Tell the database the centre until the transaction ends; return what it was told before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH earlier AS MATERIALIZED (SELECT coalesce(current_setting('app.centre', true), '') AS centre) "
            "SELECT centre, set_config('app.centre', %s, true) FROM earlier",
            [centre],
        )
        found: tuple[str, str] = cursor.fetchone()
    return found[0]


@contextmanager
def rows_about(indexes: Iterable[bytes]) -> Iterator[None]:
    """Let this transaction read, until the block ends, what every centre's journal says about one person.

    The indexes are the blind indexes of that person under every key. Opens a savepoint, so that nothing of it outlives
    an exception. Raises NoTransaction.
    """
    require_transaction()
    with transaction():
        _set_subject(",".join(one.hex() for one in indexes))
        yield
        _set_subject("")


def _set_subject(indexes: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.subject', %s, true)", [indexes])


def require_transaction() -> None:
    """Raise NoTransaction unless the caller opened one: operations change rows together or not at all."""
    if not connection.in_atomic_block:
        raise NoTransaction("call this from a journey, inside access.transaction()")
