"""The embedded database: made once, run as a child that cannot outlive us, stopped cleanly, recovered after a crash."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from ghiseu.runtime import leash, postgres_place
from ghiseu.runtime.durability import require_durable
from ghiseu.runtime.postgres_binaries import find_binaries, runnable_by

DATABASE = "ghiseu"
ADMIN = "ghiseu_admin"
OWNER = "ghiseu_owner"
WEB_LOGIN = "ghiseu_web_login"
WORKER_LOGIN = "ghiseu_worker_login"
LOGINS = (ADMIN, OWNER, WEB_LOGIN, WORKER_LOGIN)
FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
RECOVERY_LIMIT = 120.0  # seconds; replaying the log after a crash takes its time
STOP_LIMIT = 60.0
PAUSE = 0.05
HELD_BY_THE_DEAD = ("lock file", "pre-existing shared memory", "is being used")


class DatabaseDidNotStart(Exception):
    """The server ended or never answered; the text ends with its last words."""


class Postgres:
    """One embedded server on one folder. Use as a context manager, or call `start` and `stop`.

    `folder` is where its data is wanted. Only the process that calls `start` may call `stop`.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = postgres_place.Lock(folder)
        self.folder = folder
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Postgres":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """Return the process id of the running server."""
        return self._server.pid if self._server else None

    def start(self) -> None:
        """Make the data folder if there is none and start the server. Returns when it answers.

        Raises AlreadyRunning, NoPostgres, PlaceNotUsable, NotDurable and DatabaseDidNotStart.
        """
        self._lock.take()
        with ExitStack() as undo:
            undo.callback(self.stop)
            self.place = postgres_place.prepare(self.folder)
            self.binaries = runnable_by(self.place.user, find_binaries(), place=self.place.root)
            self._passwords = self._kept_passwords()
            if not (self.place.cluster / "PG_VERSION").exists():
                self._initialise()
            self._require_same_major()
            self._end_orphan()
            self._launch()
            with self.connected(ADMIN, database="postgres") as connection:
                require_durable(connection)
                self._ensure_logins(connection)
            undo.pop_all()

    def attach(self) -> None:
        """Learn the addresses of a server that another process runs on this folder."""
        self.place = postgres_place.prepare(self.folder)
        self._passwords = self._kept_passwords()

    def stop(self) -> None:
        """Stop the server cleanly and give the folder back; doing so twice changes nothing."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._server.send_signal(signal.SIGQUIT)
                self._server.wait()
            self._server = None
        self._lock.give_back()

    def ended(self) -> int | None:
        """Return the server's exit code if it has ended by itself, else None."""
        return self._server.poll() if self._server else None

    def relaunch(self) -> None:
        """Start the server again after it ended by itself. Raises DatabaseDidNotStart."""
        self._server = None
        self._launch()

    def url(self, user: str = OWNER, *, database: str = DATABASE) -> str:
        """Return the address for one of LOGINS, with its password."""
        where = quote(str(self.place.socket), safe="")
        return f"postgresql://{user}:{self._passwords[user]}@/{database}?host={where}"

    @contextmanager
    def connected(self, user: str = ADMIN, *, database: str = DATABASE) -> Iterator[psycopg.Connection]:
        """Connect, each statement a transaction of its own, and disconnect. Raises psycopg.OperationalError."""
        connection = psycopg.connect(self.url(user, database=database), autocommit=True, connect_timeout=10)
        try:
            yield connection
        finally:
            connection.close()

    def last_words(self) -> str:
        """Return the end of the server's log."""
        return "\n".join(self._log().read_text(encoding="utf8", errors="replace").splitlines()[-8:])

    def _log(self) -> Path:
        return self.place.root / "server.log"

    def _kept_passwords(self) -> dict[str, str]:
        path = self.place.root / "passwords.json"
        if path.exists():
            kept: dict[str, str] = json.loads(path.read_text())
            return kept
        made = {name: secrets.token_urlsafe(24) for name in LOGINS}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(file.fileno())
        return made

    def _initialise(self) -> None:
        unfinished = self.place.cluster.with_name("cluster.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        postgres_place.own_folder(unfinished, user=self.place.user, mode=0o700)
        options = ["-U", ADMIN, "-E", "UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", "--data-checksums"]
        if self.binaries.major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE:
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        # A pipe, not a file: the server's user cannot read our files, and nobody else should read the password.
        reading, writing = os.pipe()
        os.fchown(reading, self.place.user.uid, self.place.user.gid)
        with os.fdopen(writing, "w") as pipe:
            pipe.write(self._passwords[ADMIN] + "\n")
        command = [self.binaries.program("initdb"), "-D", str(unfinished), f"--pwfile=/dev/fd/{reading}", *options]
        try:
            done = subprocess.run(  # noqa: S603 - our own command
                self._as_server_user(command), pass_fds=(reading,), capture_output=True, text=True, check=False
            )
        finally:
            os.close(reading)
        if done.returncode != 0:
            raise DatabaseDidNotStart(f"the data folder could not be made:\n{done.stdout[-500:]}{done.stderr[-1500:]}")
        unfinished.rename(self.place.cluster)

    def _require_same_major(self) -> None:
        made_by = (self.place.cluster / "PG_VERSION").read_text().strip()
        if made_by != str(self.binaries.major):
            raise DatabaseDidNotStart(
                f"{self.place.cluster} was made by PostgreSQL {made_by}, the programs here are {self.binaries.major}. "
                f"Back up with the old version and restore with the new (docs/howto), or set GHISEU_POSTGRES_BIN."
            )

    def _as_server_user(self, command: list[str]) -> list[str]:
        user = self.place.user
        start = [sys.executable, "-I", "-S", leash.__file__, "follow", str(os.getpid())]
        return [*start, str(user.uid), str(user.gid), *command]

    def _launch(self) -> None:
        """Start the server; after a crash the dead one's children may hold the data for a moment, so try again."""
        deadline = time.monotonic() + RECOVERY_LIMIT
        while True:
            self._spawn()
            reason = self._wait_until_ready(deadline)
            if reason is None:
                return
            self._server = None
            may_pass = any(mark in reason for mark in HELD_BY_THE_DEAD)
            if not may_pass or time.monotonic() > deadline:
                raise DatabaseDidNotStart(f"PostgreSQL did not start. Its last words:\n{reason}")
            time.sleep(PAUSE * 4)

    def _spawn(self) -> None:
        command = [self.binaries.program("postgres"), "-D", str(self.place.cluster), "-k", str(self.place.socket)]
        command += ["-c", "listen_addresses=", "-c", "port=5432", "-c", "max_connections=200"]
        # A statement that fails is not quoted, nor the row that it broke on: both hold people's data.
        command += ["-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic"]
        descriptor = os.open(self._log(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own command
                self._as_server_user(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C is for us; we stop the server after those who use it
                env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"},
            )

    def _wait_until_ready(self, deadline: float) -> str | None:
        """Return None once the server answers, or its last words if it ended or the deadline passed."""
        while time.monotonic() < deadline:
            if self.ended() is not None:
                return self.last_words()
            try:
                with self.connected(ADMIN, database="postgres"):
                    return None
            except psycopg.OperationalError:
                time.sleep(PAUSE)
        self._server.kill() if self._server else None
        return f"no answer within {RECOVERY_LIMIT:.0f} s\n{self.last_words()}"

    def _end_orphan(self) -> None:
        """Stop a server that an earlier launcher left on this data, and forget a process id that now means another."""
        note = self.place.cluster / "postmaster.pid"
        found = re.match(r"\d+", note.read_text()) if note.exists() else None
        if found is None:
            return
        pid = int(found[0])
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return  # the server forgets it by itself
        if os.fsencode(self.place.cluster) not in command:
            note.unlink()
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_LIMIT
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(PAUSE)

    def _ensure_logins(self, connection: psycopg.Connection) -> None:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for name in (OWNER, WEB_LOGIN, WORKER_LOGIN):
            verb = "ALTER" if name in known else "CREATE"
            # Migrations validate rows of every centre and a backup must hold them all, so the owner sees past the
            # policies. Nothing that answers a request works as the owner.
            rights = "CREATEROLE BYPASSRLS" if name == OWNER else "NOCREATEROLE NOBYPASSRLS"
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER {} PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(name), sql.SQL(rights), self._passwords[name]
                )
            )
            # Even an error's own line may quote a value ("invalid input syntax"), and whoever asked is told it anyway.
            connection.execute(sql.SQL("ALTER ROLE {} SET log_min_messages = log").format(sql.Identifier(name)))
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*map(sql.Identifier, (DATABASE, OWNER))))
