"""Who asks, on what law and why: the headers without which the platform answers nothing.

The four facts (user, entity, basis, reason) and their greatest lengths are those of the SOAP header that
third-party clients send in namespace https://mconnect.gov.md; the names of the HTTP headers are ours.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from werkzeug.datastructures import Headers

from simulators.mconnect.refusals import NotAllowed, NotUnderstood

_NUMBER = re.compile(r"\d{13}")
_TRACE = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The facts of one call, as the platform writes them down."""

    user: str
    entity: str
    basis: str
    reason: str
    matter: str
    desk_subject: str
    correlation: str


def read_caller(headers: Headers, *, record_subject: str) -> Caller:
    """Read the headers. Raises NotUnderstood, NotAllowed (an operator reads no record of their own)."""
    caller = Caller(
        user=_number(headers, "X-Calling-User"),
        entity=_number(headers, "X-Calling-Entity"),
        basis=_words(headers, "X-Call-Basis", longest=256),
        reason=_words(headers, "X-Call-Reason", longest=512),
        matter=_words(headers, "X-Call-Matter", longest=64),
        desk_subject=_words(headers, "X-Call-Subject", longest=64),
        correlation=_trace(headers),
    )
    if caller.user in (caller.desk_subject, record_subject):
        raise NotAllowed("the user reads a record of their own")
    return caller


def _number(headers: Headers, name: str) -> str:
    given = headers.get(name, "")
    if not _NUMBER.fullmatch(given):
        raise NotUnderstood(f"{name} is not a number of 13 digits")
    return given


def _words(headers: Headers, name: str, *, longest: int) -> str:
    given = unquote(headers.get(name, "")).strip()
    if not given or len(given) > longest:
        raise NotUnderstood(f"{name} is empty or longer than {longest}")
    return given


def _trace(headers: Headers) -> str:
    found = _TRACE.fullmatch(headers.get("traceparent", ""))
    if not found:
        raise NotUnderstood("traceparent is missing or not of W3C Trace Context version 00")
    return found[1]
