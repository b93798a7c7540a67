"""The bytes that are hashed and signed, written anew from their description in docs/howto/verify-the-journal.md."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

NOTHING_BEFORE = bytes(32)
Value = str | int | bool | bytes | datetime | None

# The columns of a row in the order in which form 1 hashes them.
COLUMNS: Mapping[int, Sequence[str]] = {
    1: (
        "sequence", "centre_id", "at", "event", "operator_id", "operator_idnp", "subject_index", "subject_idnp",
        "has_subject", "assurance", "represented_by_idnp", "mandate", "channel", "legal_basis", "legal_reason",
        "visit_number", "case_number", "object_type", "object_id", "outcome", "correlation_id", "details",
    )
}  # fmt: skip
NEWEST_FORM = max(COLUMNS)


def parts(texts: Iterable[str | None]) -> bytes:
    """Return length and text of each part; what is absent differs from what is empty."""
    return "".join("-," if text is None else f"{len(text)}:{text}," for text in texts).encode()


def text_of(value: Value) -> str | None:
    """Return the text of one column: moments in UTC with microseconds, bytes in hex."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value.hex() if isinstance(value, bytes) else str(value)


def content_hash(form: int, texts: Sequence[str | None]) -> bytes:
    """Return the hash of a row's columns in this form."""
    return hashlib.sha256(parts([f"ghiseu journal record {form}", *texts])).digest()


def link_hash(*, form: int, centre: int, number: int, previous: bytes, content: bytes) -> bytes:
    """Return the hash of one link."""
    texts = ["ghiseu journal link", str(form), str(centre), str(number), previous.hex(), content.hex()]
    return hashlib.sha256(parts(texts)).digest()


def root_hash(heads: Iterable[tuple[int, int, str]]) -> bytes:
    """Return the hash of the heads (centre, number, hash in hex) of all centres."""
    texts = ["ghiseu journal heads 1"]
    for centre, number, digest in sorted(heads):
        texts += [str(centre), str(number), digest]
    return hashlib.sha256(parts(texts)).digest()


def seal_statement(*, number: int, day: str, sealed_at: str, root: str, previous: str) -> bytes:
    """Return the bytes that a seal signs, and whose hash the next seal names; hashes in hex."""
    return parts(["ghiseu journal seal 1", str(number), day, sealed_at, root, previous])
