"""Folders of the embedded database: where the data lies, which user owns it, where the socket is."""

import fcntl
import hashlib
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from ghiseu.runtime.postgres_binaries import ServerUser

LONGEST_SOCKET_PATH = 107
SOCKET_FILE = ".s.PGSQL.5432"
SYSTEM_PLACES = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 - the folder made there is checked for its owner


class AlreadyRunning(Exception):
    """Another process holds this data folder."""


class PlaceNotUsable(Exception):
    """The folder cannot hold a database; the text says why and what to do."""


class Lock:
    """Held on a folder while a process uses it; the kernel gives it back when that process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._held: int | None = None

    def take(self) -> None:
        """Take the lock. Raises AlreadyRunning, naming the process that has it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise AlreadyRunning(
                f"process {holder} already uses {self.path.parent}. Stop it first, "
                "or set GHISEU_DATA_DIR to another folder."
            ) from error
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._held = descriptor

    def give_back(self) -> None:
        """Give the lock back; doing so twice changes nothing."""
        if self._held is not None:
            os.close(self._held)
            self._held = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one embedded database lives. `root` is ours; `cluster` and `socket` belong to the server's user."""

    root: Path
    cluster: Path
    socket: Path
    user: ServerUser
    is_elsewhere: bool


def server_user(cluster: Path) -> ServerUser:
    """Return who runs the server: the owner of existing data, else ourselves, else (for root) `nobody`.

    Raises PlaceNotUsable when the data belongs to somebody else.
    """
    if cluster.exists():
        owner = cluster.stat()
        if os.getuid() not in {0, owner.st_uid}:
            raise PlaceNotUsable(
                f"{cluster} belongs to user {owner.st_uid}. Run as that user or as root, or set GHISEU_DATA_DIR."
            )
        if owner.st_uid != 0:
            return ServerUser(uid=owner.st_uid, gid=owner.st_gid)
    if os.getuid() != 0:
        return ServerUser(uid=os.getuid(), gid=os.getgid())
    nobody = pwd.getpwnam("nobody")
    return ServerUser(uid=nobody.pw_uid, gid=nobody.pw_gid)


def own_folder(path: Path, *, user: ServerUser, mode: int) -> Path:
    """Make the folder, or check that the one there is a real folder of this user. Raises PlaceNotUsable."""
    try:
        path.mkdir(mode=0o700)
        os.chown(path, user.uid, user.gid)
    except FileExistsError:
        found = path.lstat()
        if path.is_symlink() or found.st_uid != user.uid:
            raise PlaceNotUsable(f"{path} belongs to somebody else; remove it or set GHISEU_DATA_DIR.") from None
    path.chmod(mode)
    return path


def socket_folder(root: Path, *, user: ServerUser) -> Path:
    """Return a closed folder whose path is short enough for a socket."""
    folder = root / "socket"
    if len(os.fsencode(folder / SOCKET_FILE)) > LONGEST_SOCKET_PATH:
        folder = Path("/tmp") / f"{named_after(root)}-{user.uid}"  # noqa: S108 - own_folder checks whose it is
    return own_folder(folder, user=user, mode=0o700)


def named_after(root: Path) -> str:
    """Return a short name that belongs to this folder alone."""
    return f"ghiseu-{hashlib.sha256(os.fsencode(root)).hexdigest()[:12]}"


def existing_elsewhere(root: Path) -> Path | None:
    """Return where the data of this folder was put on an earlier day, or None."""
    places = [parent / named_after(root) for parent in SYSTEM_PLACES]
    return next((place for place in places if (place / "cluster").exists() and place.lstat().st_uid == 0), None)


def elsewhere(root: Path) -> Path:
    """Return a folder that an unprivileged user can reach, made for data that cannot be at `root`."""
    ourselves = ServerUser(uid=os.getuid(), gid=os.getgid())
    for parent in SYSTEM_PLACES:
        if os.access(parent, os.W_OK):
            return own_folder(parent / named_after(root), user=ourselves, mode=0o711)
    raise PlaceNotUsable(
        f"no folder can hold the database of {root}; set GHISEU_DATA_DIR to one that others may enter."
    )


def prepare(folder: Path) -> Place:
    """Make the folders of a database. Root cannot run PostgreSQL, so for root they may lie elsewhere than asked.

    Raises PlaceNotUsable.
    """
    root = folder.resolve()
    root.mkdir(parents=True, exist_ok=True)
    away = False
    if os.getuid() == 0:
        root.chmod(0o711)
        moved = existing_elsewhere(root)
        if moved is not None or not server_user(root / "cluster").can("test", "-x", root):
            root, away = moved or elsewhere(root), True
    user = server_user(root / "cluster")
    return Place(
        root=root,
        cluster=root / "cluster",
        socket=socket_folder(root, user=user),
        user=user,
        is_elsewhere=away,
    )


def remove(folder: Path) -> None:
    """Delete a database that nobody needs any more, wherever its parts lie."""
    place = prepare(folder)
    for part in {place.socket, place.root, folder}:
        shutil.rmtree(part, ignore_errors=True)
