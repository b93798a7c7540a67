"""Does the cryptography of this machine do what the standards say, with the keys it was given?"""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ghiseu.foundation.crypto.blind_index import blind_index
from ghiseu.foundation.crypto.keys import KEY_BYTES, Keyring, KeySet
from ghiseu.foundation.crypto.sealing import CannotOpen, open_sealed, seal

# Test case 14 of the GCM specification (McGrew, Viega): zero key and nonce, a block of zeros.
_GCM_ANSWER = bytes.fromhex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
# RFC 4231, test case 2.
_HMAC_ANSWER = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")


class SelfTestFailed(Exception):
    """The product must not start: what it would write could not be trusted."""


def self_test(keyring: Keyring) -> None:
    """Check known answers, a round trip with every key, and that a changed value does not open.

    Raises SelfTestFailed.
    """
    if AESGCM(bytes(KEY_BYTES)).encrypt(bytes(12), bytes(16), None) != _GCM_ANSWER:
        raise SelfTestFailed("AES-256-GCM gives another answer than the standard")
    if hmac.new(b"Jefe", b"what do ya want for nothing?", hashlib.sha256).digest() != _HMAC_ANSWER:
        raise SelfTestFailed("HMAC-SHA256 gives another answer than the standard")
    for key_id in keyring.sealing.keys:
        _round_trip(Keyring(sealing=KeySet(current=key_id, keys=keyring.sealing.keys), index=keyring.index))
    if blind_index("a", purpose="p", keyring=keyring) == blind_index("a", purpose="q", keyring=keyring):
        raise SelfTestFailed("blind indexes do not tell purposes apart")


def _round_trip(keyring: Keyring) -> None:
    sealed = seal(b"self-test", place="self.test", keyring=keyring)
    if open_sealed(sealed, place="self.test", keyring=keyring) != b"self-test":
        raise SelfTestFailed("a sealed value came back different")
    changed = sealed[:-1] + bytes((sealed[-1] ^ 1,))
    for value, place in ((changed, "self.test"), (sealed, "other.place")):
        try:
            open_sealed(value, place=place, keyring=keyring)
        except CannotOpen:
            continue
        raise SelfTestFailed("a changed or moved value opened")
