"""Finding an encrypted identifier by its exact value: a keyed digest stands beside the ciphertext.

Thirteen digits can be tried out by whoever holds the index key; therefore that key is not in the database.
"""

import hashlib
import hmac

from ghiseu.foundation.crypto.keys import Keyring, configured_keyring


def blind_index(text: str, *, purpose: str, keyring: Keyring | None = None) -> bytes:
    """Return the 32-byte digest (HMAC-SHA256, current key) to store for the text.

    The purpose (`person.idnp`, `person.phone`) keeps columns from being matched with one another. Normalise
    the text first: the digest of `0999...` with and without spaces differs.
    """
    keys = (keyring or configured_keyring()).index
    return _digest(text, purpose=purpose, key=keys.current_key)


def blind_indexes(text: str, *, purpose: str, keyring: Keyring | None = None) -> list[bytes]:
    """Return the digests under every key, the current first: search with all while a rotation lasts."""
    keys = (keyring or configured_keyring()).index
    in_order = sorted(keys.keys.items(), key=lambda item: item[0] != keys.current)
    return [_digest(text, purpose=purpose, key=key) for _, key in in_order]


def _digest(text: str, *, purpose: str, key: bytes) -> bytes:
    if not purpose or "\0" in purpose:
        raise ValueError("an index needs a purpose")
    return hmac.new(key, purpose.encode() + b"\0" + text.encode(), hashlib.sha256).digest()
