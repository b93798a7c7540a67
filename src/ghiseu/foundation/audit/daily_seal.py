"""The seal of a day: the heads of all chains, signed with a key that the database does not hold.

The bytes that are hashed and signed are described in docs/howto/verify-the-journal.md; the verifier writes them anew.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.db import connection

from ghiseu.foundation import clock
from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit.models import JournalSeal

_NOTHING_BEFORE = bytes(32)
_ONE_AT_A_TIME = 7_205_759  # any number, the same everywhere
Head = Mapping[str, int | str]


class JournalKeyNotUsable(Exception):
    """The key that signs the seals is missing or is no Ed25519 key; the text says what to do."""


def journal_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a PEM file. Raises JournalKeyNotUsable."""
    try:
        found = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise JournalKeyNotUsable(f"GHISEU_JOURNAL_KEY, {path}: {error}") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise JournalKeyNotUsable(f"GHISEU_JOURNAL_KEY, {path}: this is no Ed25519 key")
    return found


def key_name(key: Ed25519PublicKey) -> str:
    """Return the name of a key: the beginning of the hash of its public half."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()[:16]


def seal_finished_day(*, at: datetime) -> JournalSeal | None:
    """Seal the day before `at`, with all that came until now. Returns None when it was sealed already.

    Days without a seal (the worker stood still) are covered by the next one. Raises NoTransaction and
    JournalKeyNotUsable.
    """
    require_transaction()
    day = clock.today(settings.TIME_ZONE, at=at) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    # A clock that ran ahead once must not stop the seals until then, so only this very day counts.
    if JournalSeal.objects.filter(day=day).exists():
        return None
    return _sealed(JournalSeal.objects.order_by("-number").first(), day=day, at=at)


def _sealed(last: JournalSeal | None, *, day: date, at: datetime) -> JournalSeal:
    key = journal_key(Path(settings.JOURNAL_KEY))
    heads = _heads()
    number = last.number + 1 if last else 1
    previous = bytes(last.hash) if last else _NOTHING_BEFORE
    root = hashlib.sha256(heads_text(heads)).digest()
    statement = _statement(number=number, day=day, sealed_at=at, root=root, previous=previous)
    return JournalSeal.objects.create(
        number=number,
        day=day,
        sealed_at=at,
        heads=heads,
        root=root,
        previous=previous,
        hash=hashlib.sha256(statement).digest(),
        key_name=key_name(key.public_key()),
        signature=key.sign(statement),
    )


def _heads() -> list[dict[str, int | str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT centre_id, number, hash FROM audit_chain_heads()")
        return [
            {"centre": centre, "number": number, "hash": bytes(digest).hex()}
            for centre, number, digest in cursor.fetchall()
        ]


def heads_text(heads: Iterable[Head]) -> bytes:
    """Return the bytes whose hash is the root: centres in ascending order."""
    parts = ["ghiseu journal heads 1"]
    for head in sorted(heads, key=lambda one: int(one["centre"])):
        parts += [str(head["centre"]), str(head["number"]), str(head["hash"])]
    return _parts(*parts)


def _statement(*, number: int, day: date, sealed_at: datetime, root: bytes, previous: bytes) -> bytes:
    """Return the bytes that are signed, and whose hash the next seal names."""
    return _parts("ghiseu journal seal 1", str(number), day.isoformat(), moment(sealed_at), root.hex(), previous.hex())


def _parts(*texts: str) -> bytes:
    return "".join(f"{len(text)}:{text}," for text in texts).encode()


def moment(at: datetime) -> str:
    """Return a moment as seals and anchor write it: UTC, with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def anchor_line(seal: JournalSeal) -> str:
    """Return the seal as one line of JSON, as it stands in the anchor file."""
    written = {
        "number": seal.number,
        "day": seal.day.isoformat(),
        "sealed_at": moment(seal.sealed_at),
        "heads": seal.heads,
        "root": bytes(seal.root).hex(),
        "previous": bytes(seal.previous).hex(),
        "hash": bytes(seal.hash).hex(),
        "key": seal.key_name,
        "signature": bytes(seal.signature).hex(),
    }
    return json.dumps(written, sort_keys=True, separators=(",", ":"))
