"""The form of a backup: a tar file with the database, the documents, and a list of what must be in it."""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from psycopg.conninfo import conninfo_to_dict

FORMAT = "ghiseu backup 1"
MANIFEST = "manifest.json"
DUMP = "database.dump"
DOCUMENTS = "documents"
_BLOCK = 1 << 20
_VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}


class NotABackup(Exception):
    """The file is no backup of ours, or is damaged."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds: when it was made (ISO 8601), by which PostgreSQL, the hash of every part by its name."""

    made_at: str
    postgres_major: int
    parts: Mapping[str, str]

    def as_json(self) -> str:
        """Return the text that is kept in the file."""
        written = {
            "format": FORMAT,
            "made_at": self.made_at,
            "postgres_major": self.postgres_major,
            "parts": dict(self.parts),
        }
        return json.dumps(written, indent=1, sort_keys=True)


def run_on_database(url: str, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a PostgreSQL program; the password goes by the environment, where no process list shows it."""
    known = conninfo_to_dict(url)
    environment = {name: str(known[key]) for key, name in _VARIABLES.items() if known.get(key)}
    return subprocess.run(  # noqa: S603 - our own commands
        command, env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def files_below(folder: Path) -> dict[str, Path]:
    """Return the finished files of the document folder by their names in the archive."""
    if not folder.exists():
        return {}
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {f"{DOCUMENTS}/{path.relative_to(folder).as_posix()}": path for path in found}


def write(target: Path, *, dump: Path, documents: Path, made_at: str, postgres_major: int) -> Manifest:
    """Write the archive whole or not at all, and onto the disk before it gets its name."""
    files = {DUMP: dump, **files_below(documents)}
    manifest = Manifest(
        made_at=made_at, postgres_major=postgres_major, parts={name: hash_of(path) for name, path in files.items()}
    )
    note = dump.with_name(MANIFEST)
    note.write_text(manifest.as_json())
    draft = target.with_name(f".{target.name}.unfinished")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for name, path in {MANIFEST: note, **files}.items():
                tar.add(path, arcname=name, recursive=False)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(target)
    sync_folder(target.parent)
    return manifest


def sync_folder(folder: Path) -> None:
    """Put the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def unpack(source: Path, folder: Path) -> Manifest:
    """Unpack into an empty folder and check every part. Raises NotABackup."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            for member in tar:
                take(tar, member, folder)
        written = json.loads((folder / MANIFEST).read_text())
        if written["format"] != FORMAT:
            raise NotABackup(f"{source} has the format {written['format']!r}; this release reads {FORMAT!r}")
        manifest = Manifest(
            made_at=written["made_at"], postgres_major=written["postgres_major"], parts=written["parts"]
        )
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise NotABackup(f"{source} cannot be read as a backup: {error}") from error
    damaged = [name for name, wanted in manifest.parts.items() if not is_whole(folder / name, wanted)]
    if damaged:
        raise NotABackup(f"{source} is damaged: {len(damaged)} of {len(manifest.parts)} parts, first {damaged[0]}")
    return manifest


def take(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one plain file below the folder. Raises NotABackup for any other kind of entry."""
    name = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isfile() else None
    if content is None or name.is_absolute() or ".." in name.parts:
        raise NotABackup(f"the entry {member.name!r} does not belong in a backup")
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)


def is_whole(path: Path, wanted: str) -> bool:
    """Tell whether a part is there and has the hash that the list names."""
    return path.is_file() and hash_of(path) == wanted
