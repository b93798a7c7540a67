"""Where the bytes of documents are: named by their SHA-256, written once, checked at each reading.

The file is written before the row that names it. A crash between the two leaves a file without a row, which
the sweep removes after a day; a row without its file cannot come to be.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Set
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from ghiseu.foundation.folders import sync_folder
from ghiseu.foundation.ports import Port

BLOCK = 1024 * 1024
# The database and the journal write to the same disk on a small installation: documents stop first.
RESERVE = 256 * BLOCK
ORPHAN_AGE = timedelta(hours=24)
# A sweep that would take so much has been given the wrong references (one centre's only, or none).
SWEEP_ALWAYS_ALLOWED = 20
SWEEP_LARGEST_SHARE = 0.5

_NAME = re.compile(r"[0-9a-f]{64}")


class StoreFull(Exception):
    """There is no room for this document. Nothing was written; new work waits until room is made."""

    def __init__(self, *, needed: int, free: int) -> None:
        super().__init__(f"{needed} bytes needed beside the reserve, {free} bytes free")
        self.needed = needed
        self.free = free


class NotStored(Exception):
    """No file has this hash."""


class BytesDamaged(Exception):
    """The stored bytes no longer have the hash that they are named by."""


class SweepLooksWrong(Exception):
    """The sweep would have removed too large a part of the store, so it removed nothing."""


class DocumentStore(Protocol):
    """Keeps bytes under their hash. `sha256` is lower-case hex everywhere."""

    def put(self, content: bytes | BinaryIO) -> str:
        """Keep the bytes and return their SHA-256. The same bytes may be put again. Raises StoreFull."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return the bytes, checked against the hash. Raises NotStored, BytesDamaged."""
        ...

    def contains(self, sha256: str) -> bool:
        """Tell whether something is kept under the hash, without reading it."""
        ...

    def ensure_room(self, size: int) -> None:
        """Raise StoreFull unless `size` bytes fit beside the reserve."""
        ...

    def remove(self, sha256: str) -> None:
        """Remove a file that only one row has named and that nothing may need any more. May be repeated."""
        ...

    def sweep(self, *, referenced: Set[str], at: datetime) -> list[str]:
        """Remove what nobody refers to and nobody has put for 24 hours; return the removed hashes.

        `referenced` holds the hashes of all rows of all centres. May be repeated. Raises SweepLooksWrong.
        """
        ...


document_stores: Port[DocumentStore] = Port("document stores")


def the_store() -> DocumentStore:
    """Return the store that was wired for documents. Raises PortNotServed."""
    return document_stores.get("documents")


class FolderStore:
    """A DocumentStore in one folder that all processes share (a network file system must support locks)."""

    def __init__(self, root: Path, *, reserve: int = RESERVE) -> None:
        """`reserve` is the number of bytes that stay free on the disk. The folder is made at the first use."""
        self._root = root
        self._incoming = root / "incoming"
        self._reserve = reserve

    def put(self, content: bytes | BinaryIO) -> str:
        """Keep the bytes and return their SHA-256. The same bytes may be put again. Raises StoreFull."""
        if isinstance(content, bytes):
            content = BytesIO(content)
        self.ensure_room(content.getbuffer().nbytes if isinstance(content, BytesIO) else BLOCK)
        handle, name = tempfile.mkstemp(dir=self._incoming)
        incoming = Path(name)
        try:
            with os.fdopen(handle, "wb") as file, _out_of_room_is_store_full():
                sha256 = self._copy(content, file)
                file.flush()
                os.fsync(file.fileno())
            self._settle(incoming, sha256)
        finally:
            incoming.unlink(missing_ok=True)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes, checked against the hash. Raises NotStored, BytesDamaged."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotStored(sha256) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BytesDamaged(sha256)
        return content

    def contains(self, sha256: str) -> bool:
        """Tell whether something is kept under the hash, without reading it."""
        return self._path(sha256).is_file()

    def ensure_room(self, size: int) -> None:
        """Raise StoreFull unless `size` bytes fit beside the reserve."""
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(self._root).free
        if free - size < self._reserve:
            raise StoreFull(needed=size, free=free)

    def remove(self, sha256: str) -> None:
        """Remove a file that only one row has named and that nothing may need any more. May be repeated."""
        path = self._path(sha256)
        if path.exists():
            with self._lock(fcntl.LOCK_EX):
                path.unlink(missing_ok=True)

    def sweep(self, *, referenced: Set[str], at: datetime) -> list[str]:
        """Remove what nobody refers to and nobody has put for 24 hours; return the removed hashes.

        `referenced` holds the hashes of all rows of all centres. May be repeated. Raises SweepLooksWrong.
        """
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        before = (at - ORPHAN_AGE).timestamp()
        for left_over in self._incoming.iterdir():
            if _is_older(left_over, before):
                left_over.unlink(missing_ok=True)
        files = list(self._files())
        orphans = [file for file in files if file.name not in referenced and _is_older(file, before)]
        if len(orphans) > max(SWEEP_ALWAYS_ALLOWED, SWEEP_LARGEST_SHARE * len(files)):
            raise SweepLooksWrong(f"{len(orphans)} of {len(files)} files")
        return [orphan.name for orphan in orphans if self._remove_if_still_older(orphan, before)]

    def _copy(self, source: BinaryIO, target: BinaryIO) -> str:
        digest = hashlib.sha256()
        while block := source.read(BLOCK):
            self.ensure_room(len(block))
            digest.update(block)
            target.write(block)
        return digest.hexdigest()

    def _settle(self, incoming: Path, sha256: str) -> None:
        """Give the file its name. The lock keeps a sweep from removing an old file that is wanted again."""
        target = self._path(sha256)
        with self._lock(fcntl.LOCK_SH):
            self._make_folder(target.parent)
            if target.exists() and self._is_whole(sha256):
                os.utime(target)
                return
            incoming.chmod(0o400)
            incoming.rename(target)
            sync_folder(target.parent)

    def _is_whole(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except BytesDamaged:
            return False
        return True

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sync_folder(folder.parent)
        sync_folder(self._root)

    def _remove_if_still_older(self, file: Path, before: float) -> bool:
        with self._lock(fcntl.LOCK_EX):
            if not _is_older(file, before):
                return False
            file.unlink(missing_ok=True)
            return True

    def _files(self) -> Iterator[Path]:
        return (path for path in self._root.glob("??/??/*") if _NAME.fullmatch(path.name))

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise NotStored(sha256)
        return self._root / sha256[:2] / sha256[2:4] / sha256

    @contextmanager
    def _lock(self, kind: int) -> Iterator[None]:
        with (self._root / "lock").open("a") as file:
            fcntl.flock(file, kind)
            yield


def _is_older(file: Path, moment: float) -> bool:
    try:
        return file.stat().st_mtime < moment
    except FileNotFoundError:
        return False


@contextmanager
def _out_of_room_is_store_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StoreFull(needed=0, free=0) from error
        raise
