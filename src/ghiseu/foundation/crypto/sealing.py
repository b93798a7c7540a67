"""Values sealed with AES-256-GCM: unreadable without the key, and bound to the place they were written for.

Layout: one byte of version, one byte with the length of the key id, the key id, twelve bytes of nonce, the
sealed bytes with their sixteen bytes of tag. Version and key id are authenticated together with the place.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ghiseu.foundation.crypto.keys import Keyring

_VERSION = 1
_NONCE_BYTES = 12
_HEAD_BYTES = 2


class CannotOpen(Exception):
    """The value was changed, moved from another place, or sealed with a key that we do not hold."""


def seal(plain: bytes, *, place: str, keyring: Keyring) -> bytes:
    """Return the bytes sealed for a place (`table.column`, a hash ...). Each call gives other bytes."""
    keys = keyring.sealing
    head = _head(keys.current)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return head + nonce + AESGCM(keys.current_key).encrypt(nonce, plain, head + place.encode())


def open_sealed(sealed: bytes, *, place: str, keyring: Keyring) -> bytes:
    """Return the bytes that were sealed for this place. Raises CannotOpen."""
    key_id = key_id_of(sealed)
    key = keyring.sealing.keys.get(key_id)
    if key is None:
        raise CannotOpen("sealed with a key that is not in the keys file")
    head = _head(key_id)
    nonce, body = sealed[len(head) :][:_NONCE_BYTES], sealed[len(head) + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, head + place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("changed, or sealed for another place") from error


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key that sealed the value: it tells what to seal anew. Raises CannotOpen."""
    if len(sealed) < _HEAD_BYTES + _NONCE_BYTES or sealed[0] != _VERSION:
        raise CannotOpen("not a sealed value")
    try:
        return sealed[_HEAD_BYTES : _HEAD_BYTES + sealed[1]].decode()
    except UnicodeDecodeError as error:
        raise CannotOpen("not a sealed value") from error


def _head(key_id: str) -> bytes:
    encoded = key_id.encode()
    return bytes((_VERSION, len(encoded))) + encoded
