"""Personal data at rest: sealed values, blind indexes, and the keys of both."""

from ghiseu.foundation.crypto.blind_index import blind_index, blind_indexes
from ghiseu.foundation.crypto.fields import EncryptedTextField
from ghiseu.foundation.crypto.keys import (
    Keyring,
    KeysFileDamaged,
    KeysFileMissing,
    KeysFileUnsafe,
    configured_keyring,
    load_keyring,
    with_new_keys,
    write_keyring,
)
from ghiseu.foundation.crypto.sealing import CannotOpen, key_id_of, open_sealed, seal
from ghiseu.foundation.crypto.self_test import SelfTestFailed, self_test

__all__ = [
    "CannotOpen",
    "EncryptedTextField",
    "Keyring",
    "KeysFileDamaged",
    "KeysFileMissing",
    "KeysFileUnsafe",
    "SelfTestFailed",
    "blind_index",
    "blind_indexes",
    "configured_keyring",
    "key_id_of",
    "load_keyring",
    "open_sealed",
    "seal",
    "self_test",
    "with_new_keys",
    "write_keyring",
]
