"""One id from key press to provider: the trace id of a W3C `traceparent`, 32 hex digits."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_correlation: ContextVar[str] = ContextVar("ghiseu_correlation", default="")


def new_correlation_id() -> str:
    """Return a fresh random id of 32 hex digits."""
    return secrets.token_hex(16)


def correlation_id() -> str:
    """Return the id of the present request or job, making one when there is none yet."""
    present = _correlation.get()
    if not present:
        present = new_correlation_id()
        _correlation.set(present)
    return present


@contextmanager
def correlated_as(identifier: str) -> Iterator[None]:
    """Work under this id until the block ends."""
    token = _correlation.set(identifier)
    try:
        yield
    finally:
        _correlation.reset(token)


def traceparent() -> str:
    """Return the W3C `traceparent` header value for a call made now (Trace Context, version 00)."""
    return f"00-{correlation_id()}-{secrets.token_hex(8)}-01"
