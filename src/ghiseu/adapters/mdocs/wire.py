"""What goes over the wire to MDocs and comes back.

Source: the MDocs guide of egov4dev (API reference) and the library Egov.Integrations.MDocs. Where the two differ in the
bodies of shares and changes, `Form` says whose form is written; both are read.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum

import httpx
import orjson

from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer
from ghiseu.modules.documents.ports import ToStore

READ = "Read"
LONGEST_NAME, LONGEST_NUMBER = 250, 50
# The library splits there: a part has at least 5 MiB, only the last one may have less.
PART_BYTES = 5 * 1024 * 1024
MAX_REASON = 300


class Form(StrEnum):
    """Whose form the bodies of shares and changes have."""

    LIBRARY = "library"
    GUIDE = "guide"


def person(idnp: str) -> str:
    """Return the principal of a person."""
    return f"urn:md:idnp:{idnp}"


def organisation(idno: str) -> str:
    """Return the principal of an organisation."""
    return f"urn:md:idno:{idno}"


def publication(document: ToStore, *, owner: str, at: datetime) -> dict[str, object]:
    """Return the body of POST documents: one document of the owner, told to nobody by the store itself yet."""
    return {
        "blobId": document.blob_id,
        "documents": [
            {
                "principal": owner,
                "name": document.name[:LONGEST_NAME],
                "number": document.number[:LONGEST_NUMBER],
                "folderId": None,
                "createdBy": owner,
                "createdOn": moment(at),
                "expiresOn": moment(document.kept_until),
                "suppressNotifications": False,
            }
        ],
    }


def share(form: Form, *, principal: str, begins_at: datetime, ends_at: datetime) -> object:
    """Return the body of POST documents/{id}/shares."""
    period = {"permission": READ, "from": moment(begins_at), "to": moment(ends_at)}
    if form is Form.GUIDE:
        return {"shares": [{"sharedFor": principal, **period}]}
    return [{"for": principal, **period, "suppressNotifications": False}]


def expiry(form: Form, until: datetime) -> object:
    """Return the body of PATCH documents/{id} that sets the day on which the document goes."""
    if form is Form.GUIDE:
        return {"expiresOn": moment(until)}
    return [{"path": "expireson", "op": "replace", "value": moment(until)}]


def moment(at: datetime) -> str:
    """Return the moment as the samples write it: UTC with Z, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of the bytes, each with its Content-Range; small bytes go whole, without one."""
    if len(content) <= PART_BYTES:
        yield "", content
        return
    for start in range(0, len(content), PART_BYTES):
        part = content[start : start + PART_BYTES]
        yield f"bytes {start}-{start + len(part) - 1}/{len(content)}", part


def id_of(body: bytes) -> str:
    """Return the id of `{id}`, or of the only row of a list. Raises UnusableAnswer."""
    value = read(body)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = value.get("id") if isinstance(value, dict) else None
    if not isinstance(found, str) or not found:
        raise UnusableAnswer("MDocs answers without an id")
    return found


def rows(body: bytes) -> list[dict[str, object]]:
    """Return the rows of a list. Raises UnusableAnswer."""
    value = read(body)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise UnusableAnswer("MDocs answers with something that is not a list")
    return value


def read(body: bytes) -> object:
    """Return the JSON value. Raises UnusableAnswer."""
    try:
        value: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer("the answer of MDocs is not JSON") from error
    return value


def shared_with(row: dict[str, object]) -> object:
    """Return with whom a share is, in whichever form it is told."""
    return row.get("for") or row.get("sharedFor")


def total_of(answer: Answer) -> int | None:
    """Return how many rows there are in all, as the header X-Pagination says; None when it does not."""
    try:
        told = orjson.loads(answer.headers.get("x-pagination", ""))
    except orjson.JSONDecodeError:
        return None
    count = told.get("TotalCount") if isinstance(told, dict) else None
    return count if isinstance(count, int) else None


def problem(answer: Answer) -> str:
    """Return the title of an error body with its fields, empty when the answer is not one of MDocs.

    What the fields say is left out: it may repeat what we sent.
    """
    try:
        value = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(value, dict) or not isinstance(value.get("title"), str):
        return ""
    errors = value.get("errors")
    fields = ", ".join(sorted(str(name) for name in errors)) if isinstance(errors, dict) else ""
    return f"{value['title']} {fields}".strip()[:MAX_REASON]


def text_of(request: httpx.Request) -> str:
    """Return a request as it is kept: method, address, body; of bytes only how many."""
    content = request.content
    is_text = request.headers.get("Content-Type", "").startswith("application/json")
    body = content.decode() if is_text else f"({len(content)} bytes)"
    return f"{request.method} {request.url.raw_path.decode()}\n{body}".strip()
