"""The keys file: several keys of each kind, one of each current; made at first start, private to its owner.

It lies outside the database, so that who steals the database alone can read and match nothing. Its keys wrap the data
keys that lie in the database; before format 2 they sealed the values themselves, and still open those. The key of a
month wraps the data keys of cases whose content is destroyed after that month, and leaves the file then.
"""

import base64
import binascii
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from django.conf import settings

from ghiseu.foundation import clock
from ghiseu.foundation.crypto.month_names import coming_months
from ghiseu.foundation.folders import sync_folder

FORMAT = "ghiseu-keys/2"
FORMATS_READ = ("ghiseu-keys/1", FORMAT)
KEY_BYTES = 32
_LONGEST_KEY_ID = 32
# Read by others or written by the group: then it is nobody's secret any more.
_TOO_OPEN = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP


class KeysFileMissing(Exception):
    """There is no keys file and none may be made."""


class KeysFileUnsafe(Exception):
    """Other users of the machine may read or change the keys file."""


class KeysFileDamaged(Exception):
    """The keys file cannot be read as one."""


@dataclass(frozen=True, kw_only=True)
class KeySet:
    """Keys of one kind by their id; new values are made with the current one, old ones still open."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise KeysFileDamaged("the current key is not among the keys")
        if any(len(key) != KEY_BYTES for key in self.keys.values()):
            raise KeysFileDamaged(f"a key must have {KEY_BYTES} bytes")
        if any(not key_id or len(key_id.encode()) > _LONGEST_KEY_ID for key_id in self.keys):
            raise KeysFileDamaged("a key id is empty or too long")

    @property
    def current_key(self) -> bytes:
        return self.keys[self.current]


@dataclass(frozen=True, kw_only=True)
class Keyring:
    """The keys that wrap data keys, those of single months for content with an end, and those of the blind indexes."""

    sealing: KeySet
    index: KeySet
    months: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if any(len(key) != KEY_BYTES for key in self.months.values()):
            raise KeysFileDamaged(f"a key must have {KEY_BYTES} bytes")

    def wrapping_key(self, key_id: str) -> bytes | None:
        """Return the key of this id, or None when the file does not hold it (any more)."""
        return self.sealing.keys.get(key_id) or self.months.get(key_id)


def load_keyring(path: Path, *, create: bool) -> Keyring:
    """Return the keys of the file; make it with random keys first when it is missing and that is allowed.

    Two processes may start at once: the file is put in place whole, and the first one wins.
    Raises KeysFileMissing, KeysFileUnsafe, KeysFileDamaged.
    """
    if not path.exists():
        if not create:
            raise KeysFileMissing(f"no keys file at {path}")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put_in_place(path, keyring=_fresh_keyring(), replace_existing=False)
    if path.stat().st_mode & _TOO_OPEN:
        raise KeysFileUnsafe(f"{path} must be private to its owner (chmod 600)")
    return _read(path)


def write_keyring(path: Path, *, keyring: Keyring) -> None:
    """Replace the keys file by one with these keys, whole or not at all, private to its owner."""
    _put_in_place(path, keyring=keyring, replace_existing=True)


def with_new_keys(keyring: Keyring) -> Keyring:
    """Return the keyring with a fresh current key of each kind; the old ones still open what they sealed."""
    return replace(keyring, sealing=_with_new_key(keyring.sealing), index=_with_new_key(keyring.index))


def change_keyring(path: Path, change: Callable[[Keyring], Keyring]) -> Keyring:
    """Read the file, change it, put it in place, and return what it holds now; others who change it wait meanwhile.

    Raises KeysFileMissing, KeysFileUnsafe, KeysFileDamaged, OSError where this process may not write there.
    """
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = load_keyring(path, create=False)
        after = change(before)
        if after != before:
            write_keyring(path, keyring=after)
        return after


class _ConfiguredKeyring:
    """The keyring of the settings' file, read again when the file was replaced."""

    def __init__(self) -> None:
        self._read: tuple[str, tuple[int, int] | None, Keyring] | None = None

    def __call__(self) -> Keyring:
        """Return the keys of the file that the settings name (KEYS_FILE).

        Where KEYS_MUST_EXIST is set, as in production, a missing file stops the start instead of being made. A file
        that goes away while the process runs changes nothing until the next start.
        Raises KeysFileMissing, KeysFileUnsafe, KeysFileDamaged.
        """
        path = Path(settings.KEYS_FILE)
        known = self._read
        mark = _mark_of(path)
        if known is not None and known[0] == str(path) and mark in {known[1], None}:
            return known[2]
        keyring = load_keyring(path, create=not settings.KEYS_MUST_EXIST)
        # The mark from before the reading: what is put in place meanwhile is noticed at the next call.
        self._read = (str(path), mark or _mark_of(path), keyring)
        return keyring

    def cache_clear(self) -> None:
        """Read the file again at the next call."""
        self._read = None


configured_keyring = _ConfiguredKeyring()


def _mark_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _fresh_keyring() -> Keyring:
    return Keyring(
        sealing=KeySet(current="1", keys={"1": secrets.token_bytes(KEY_BYTES)}),
        index=KeySet(current="1", keys={"1": secrets.token_bytes(KEY_BYTES)}),
        months={name: secrets.token_bytes(KEY_BYTES) for name in coming_months(clock.now().date())},
    )


def _with_new_key(keys: KeySet) -> KeySet:
    key_id = str(1 + max((int(known) for known in keys.keys if known.isdecimal()), default=0))
    return KeySet(current=key_id, keys={**keys.keys, key_id: secrets.token_bytes(KEY_BYTES)})


def _put_in_place(path: Path, *, keyring: Keyring, replace_existing: bool) -> None:
    written = {
        "format": FORMAT,
        "sealing": _as_json(keyring.sealing),
        "index": _as_json(keyring.index),
        "months": _encoded(keyring.months),
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            json.dump(written, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        if replace_existing:
            draft.replace(path)
        else:
            _link_unless_there(draft, path=path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _link_unless_there(draft: Path, *, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was first; its keys count


def _as_json(keys: KeySet) -> dict[str, object]:
    return {"current": keys.current, "keys": _encoded(keys.keys)}


def _encoded(keys: Mapping[str, bytes]) -> dict[str, str]:
    return {key_id: base64.b64encode(key).decode() for key_id, key in keys.items()}


def _read(path: Path) -> Keyring:
    try:
        written = json.loads(path.read_text(encoding="ascii"))
        if written["format"] not in FORMATS_READ:
            raise KeysFileDamaged(f"{path} has another format")
        return Keyring(
            sealing=_from_json(written["sealing"]),
            index=_from_json(written["index"]),
            months=_decoded(written.get("months", {})),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # The cause is not chained: it could quote a key.
        raise KeysFileDamaged(f"{path}: {type(error).__name__}") from None


def _from_json(written: dict[str, object]) -> KeySet:
    return KeySet(current=str(written["current"]), keys=_decoded(written["keys"]))


def _decoded(encoded: object) -> Mapping[str, bytes]:
    if not isinstance(encoded, dict):
        raise TypeError
    try:
        keys = {str(key_id): base64.b64decode(key, validate=True) for key_id, key in encoded.items()}
    except binascii.Error:
        raise ValueError from None
    return MappingProxyType(keys)
