"""Bytes sealed with AES-256-GCM: unreadable without the key, and bound to the place they were written for.

Layout: one byte that tells the kind of key (1: of the keys file, 2: data key of a centre or case, 3: of no centre), one
byte with the length of the key id, the key id, twelve bytes of nonce, the sealed bytes with their sixteen bytes of tag.
All before the nonce is authenticated together with the place.
"""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ghiseu.foundation.crypto.keys import Keyring

_VERSION = 1
OF_A_CENTRE = 2
OF_NO_CENTRE = 3
_NONCE_BYTES = 12
_HEAD_BYTES = 2
_ID_BYTES = 16


class CannotOpen(Exception):
    """The value was changed, moved from another place, or sealed with a key that we do not hold (any more)."""


@dataclass(frozen=True, kw_only=True)
class OpenDataKey:
    """A data key, unwrapped. `kind` is OF_A_CENTRE or OF_NO_CENTRE, the first byte of what it seals."""

    kind: int
    id: UUID
    key: bytes = field(repr=False)


def seal(plain: bytes, *, place: str, keyring: Keyring, key_id: str = "") -> bytes:
    """Return the bytes sealed for a place (`table.column`, a hash ...) with a key of the keys file, by default the
    current one. Each call gives other bytes. Raises CannotOpen when the file has no key of this id.
    """
    key_id = key_id or keyring.sealing.current
    key = keyring.wrapping_key(key_id)
    if key is None:
        raise CannotOpen("there is no such key in the keys file")
    return _sealed(plain, head=_head(key_id), key=key, place=place)


def open_sealed(sealed: bytes, *, place: str, keyring: Keyring) -> bytes:
    """Return the bytes that were sealed for this place with a key of the keys file. Raises CannotOpen."""
    key_id = key_id_of(sealed)
    key = keyring.wrapping_key(key_id)
    if key is None:
        raise CannotOpen("sealed with a key that is not in the keys file")
    return _opened(sealed, head=_head(key_id), key=key, place=place)


def seal_with(plain: bytes, *, place: str, key: OpenDataKey) -> bytes:
    """Return the bytes sealed for a place with a data key. Each call gives other bytes."""
    return _sealed(plain, head=_data_head(key), key=key.key, place=place)


def open_with(sealed: bytes, *, place: str, key: OpenDataKey) -> bytes:
    """Return the bytes that were sealed for this place with this data key. Raises CannotOpen."""
    return _opened(sealed, head=_data_head(key), key=key.key, place=place)


def data_key_named_by(sealed: bytes) -> tuple[int, UUID] | None:
    """Return kind and id of the data key that sealed the value, None when a key of the keys file did it."""
    if not sealed or sealed[0] not in {OF_A_CENTRE, OF_NO_CENTRE}:
        return None
    if len(sealed) < _HEAD_BYTES + _ID_BYTES + _NONCE_BYTES or sealed[1] != _ID_BYTES:
        raise CannotOpen("not a sealed value")
    return sealed[0], UUID(bytes=sealed[_HEAD_BYTES:][:_ID_BYTES])


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key of the keys file that sealed the value. Raises CannotOpen."""
    if len(sealed) < _HEAD_BYTES + _NONCE_BYTES or sealed[0] != _VERSION:
        raise CannotOpen("not a sealed value")
    try:
        return sealed[_HEAD_BYTES : _HEAD_BYTES + sealed[1]].decode()
    except UnicodeDecodeError as error:
        raise CannotOpen("not a sealed value") from error


def _sealed(plain: bytes, *, head: bytes, key: bytes, place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + place.encode())


def _opened(sealed: bytes, *, head: bytes, key: bytes, place: str) -> bytes:
    nonce, body = sealed[len(head) :][:_NONCE_BYTES], sealed[len(head) + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, head + place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("changed, or sealed for another place") from error


def _data_head(key: OpenDataKey) -> bytes:
    return bytes((key.kind, _ID_BYTES)) + key.id.bytes


def _head(key_id: str) -> bytes:
    encoded = key_id.encode()
    return bytes((_VERSION, len(encoded))) + encoded
