"""Personal data at rest: sealed values, blind indexes, and the keys of both."""

from ghiseu.foundation.crypto.blind_index import blind_index, blind_indexes
from ghiseu.foundation.crypto.data_keys import Owner, forget_keys, open_value, seal_value
from ghiseu.foundation.crypto.fields import EncryptedTextField
from ghiseu.foundation.crypto.keys import (
    Keyring,
    KeysFileDamaged,
    KeysFileMissing,
    KeysFileUnsafe,
    change_keyring,
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
    "Owner",
    "SelfTestFailed",
    "blind_index",
    "blind_indexes",
    "change_keyring",
    "configured_keyring",
    "forget_keys",
    "key_id_of",
    "load_keyring",
    "open_sealed",
    "open_value",
    "seal",
    "seal_value",
    "self_test",
    "with_new_keys",
    "write_keyring",
]
