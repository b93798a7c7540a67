"""`ghiseu backup FILE`: everything but the keys in one file, the keys in another that is kept apart."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from ghiseu.foundation import clock
from ghiseu.runtime import archive
from ghiseu.runtime.database import reachable
from ghiseu.runtime.plan import plan_of
from ghiseu.runtime.postgres_binaries import find_binaries
from ghiseu.runtime.secrets_folder import write_private


class BackupFailed(Exception):
    """No backup was written; the text says why."""


def command(target: Path) -> int:
    """Write the backup and say what to do with it. Raises BackupFailed."""
    data = plan_of(os.environ, with_simulators=False).data
    if target.exists():
        raise BackupFailed(f"{target} exists already; give another name")
    if not target.resolve().parent.is_dir():
        raise BackupFailed(f"the folder {target.resolve().parent} does not exist")
    with reachable(data) as urls:
        manifest = write(target.resolve(), url=urls["DATABASE_URL"], data=data)
    keys = keys_beside(target)
    documents = sum(name.startswith(archive.DOCUMENTS) for name in manifest.parts)
    sys.stdout.write(f"{target}: the database and {documents} documents, as of {manifest.made_at}\n")
    sys.stdout.write(
        f"{keys}: the keys of the personal data. Keep it apart from the backup: who has both can read everything, "
        "and without it nobody can read the backup.\n"
        if keys.exists()
        else "There is no keys file yet, so none was copied.\n"
    )
    return 0


def write(target: Path, *, url: str, data: Path) -> archive.Manifest:
    """Dump the database first and the documents after it: files are written before the rows that name them."""
    binaries = find_binaries()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ghiseu-backup-") as folder:
        dump = Path(folder) / archive.DUMP
        done = archive.run_on_database(
            url, [binaries.program("pg_dump"), "--format=custom", "--no-owner", f"--file={dump}"]
        )
        if done.returncode != 0:
            raise BackupFailed(f"pg_dump refused: {done.stderr.strip()[-600:]}")
        manifest = archive.write(
            target,
            dump=dump,
            documents=documents_folder(data),
            made_at=clock.now().isoformat(timespec="seconds"),
            postgres_major=binaries.major,
        )
    copy_keys(data, keys_beside(target))
    return manifest


def keys_beside(target: Path) -> Path:
    """Return the name of the keys file that goes with a backup."""
    return target.with_name(target.name + ".keys")


def documents_folder(data: Path) -> Path:
    """Return where the documents lie."""
    return Path(os.environ.get("GHISEU_DOCUMENTS_DIR") or data / "documents")


def keys_file(data: Path) -> Path:
    """Return where the keys lie."""
    return Path(os.environ.get("GHISEU_KEYS_FILE") or data / "keys.json")


def copy_keys(data: Path, target: Path) -> None:
    """Copy the keys, private to their owner."""
    source = keys_file(data)
    if source.exists():
        target.unlink(missing_ok=True)
        write_private(target, source.read_bytes())


def fits(documents: Path, folder: Path) -> bool:
    """Tell whether the disk of the folder has room for the documents."""
    size = sum(path.stat().st_size for path in archive.files_below(documents).values())
    return shutil.disk_usage(folder).free > size
