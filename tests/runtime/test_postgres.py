"""The embedded database is started for real; nothing here is replaced by a stand-in."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.waiting import is_alive, processes_with, until

from ghiseu.runtime import postgres_place
from ghiseu.runtime.durability import NotDurable
from ghiseu.runtime.postgres import ADMIN, OWNER, WEB_LOGIN, Postgres
from ghiseu.runtime.postgres_binaries import NoPostgres, ServerUser, find_binaries, runnable_by
from ghiseu.runtime.postgres_place import AlreadyRunning

HOLDER = """
import sys, signal
from pathlib import Path
from ghiseu.runtime.postgres import Postgres
server = Postgres(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
signal.pause()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder with a short name: a socket's path is limited, and pytest's own folders are long."""
    made = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def count(server: Postgres) -> int:
    with server.connected(OWNER) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        return row[0] if row else -1


def write(server: Postgres, rows: int) -> None:
    with server.connected(OWNER) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept SELECT generate_series(1, %s)", [rows])


def hold_in_another_process(folder: Path) -> tuple[subprocess.Popen[str], int]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    line = holder.stdout.readline() if holder.stdout else ""
    assert line.strip().isdigit()
    return holder, int(line)


def end(holder: subprocess.Popen[str]) -> None:
    holder.kill()
    holder.wait()
    if holder.stdout:
        holder.stdout.close()


class TestPostgres:
    def test_keeps_its_data_from_one_start_to_the_next(self, folder):
        with Postgres(folder) as server:
            write(server, 3)

        with Postgres(folder) as server:
            assert count(server) == 3

    def test_has_all_that_was_acknowledged_after_it_was_killed(self, folder):
        with Postgres(folder) as server:
            write(server, 500)
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            until(lambda: server.ended() is not None, what="the server's end")

            server.relaunch()

            assert count(server) == 500

    def test_leaves_no_process_and_a_free_folder_when_stopped(self, folder):
        server = Postgres(folder)
        server.start()

        server.stop()

        assert processes_with(str(folder)) == set()
        with Postgres(folder) as again:
            assert again.pid is not None

    def test_stops_by_itself_when_its_parent_is_killed(self, folder):
        holder, pid = hold_in_another_process(folder)

        end(holder)

        until(lambda: not is_alive(pid), what="the orphan's end")
        with Postgres(folder) as server:
            assert "shut down" not in server.last_words() or server.pid is not None

    def test_refuses_a_folder_that_another_process_uses_and_names_it(self, folder):
        holder, _ = hold_in_another_process(folder)
        try:
            with pytest.raises(AlreadyRunning, match=f"process {holder.pid} already uses"):
                Postgres(folder).start()
        finally:
            end(holder)

    def test_starts_over_a_process_id_that_now_belongs_to_somebody_else(self, folder):
        with Postgres(folder) as server:
            note = server.place.cluster / "postmaster.pid"
        note.write_text(f"{os.getpid()}\n{server.place.cluster}\n")

        with Postgres(folder) as server:
            assert server.pid != os.getpid()

    def test_refuses_to_run_with_a_guard_against_loss_switched_off(self, folder):
        with Postgres(folder) as server, server.connected(ADMIN) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")

        with pytest.raises(NotDurable, match="fsync = off"):
            Postgres(folder).start()

        assert processes_with(str(folder)) == set()

    def test_asks_every_login_for_its_password(self, folder):
        with Postgres(folder) as server:
            wrong = server.url(WEB_LOGIN).replace(server._passwords[WEB_LOGIN], "guessed")

            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(wrong)

    def test_gives_the_web_login_no_rights_of_its_own(self, folder):
        with Postgres(folder) as server:
            write(server, 1)

            with server.connected(WEB_LOGIN) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM kept")

    def test_listens_to_no_network_and_closes_its_folders(self, folder):
        with Postgres(folder) as server, server.connected(ADMIN) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            assert connection.execute("SHOW data_checksums").fetchone() == ("on",)
            assert stat.S_IMODE(server.place.socket.stat().st_mode) == 0o700
            assert stat.S_IMODE((server.place.root / "passwords.json").stat().st_mode) == 0o600
            assert stat.S_IMODE((server.place.root / "server.log").stat().st_mode) == 0o600

    def test_finds_a_short_place_for_its_socket_below_a_long_folder(self, folder):
        deep = folder / ("d" * 60) / ("e" * 60)

        with Postgres(deep) as server:
            assert len(str(server.place.socket)) < 80
            socket = server.place.socket
        shutil.rmtree(socket)


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the database as another user")
class TestUnderRoot:
    def test_goes_elsewhere_when_no_other_user_may_enter_the_folder(self, folder):
        folder.chmod(0o700)

        with Postgres(folder / "closed") as server:
            place = server.place

        try:
            assert place.is_elsewhere
            assert place.user.uid != 0
            with Postgres(folder / "closed") as again:
                assert again.place.cluster == place.cluster
        finally:
            shutil.rmtree(place.root)

    def test_copies_programs_that_lie_in_a_closed_folder(self, folder):
        found = find_binaries()
        closed = folder / "closed"
        source = found.folder.parents[1]
        shutil.copytree(source, closed / source.name, symlinks=True)
        libraries = source.with_name(source.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, closed / libraries.name, symlinks=True)
        closed.chmod(0o700)
        hidden = type(found)(folder=closed / source.name / found.folder.parent.name / "bin", major=found.major)
        folder.chmod(0o711)

        copied = runnable_by(ServerUser(uid=65534, gid=65534), hidden, place=folder)

        assert copied.folder.is_relative_to(folder / copied.folder.relative_to(folder).parts[0])
        assert copied.folder != hidden.folder


class TestFindBinaries:
    def test_takes_the_named_folder_and_no_other(self, folder, monkeypatch):
        monkeypatch.setenv("GHISEU_POSTGRES_BIN", str(folder))

        with pytest.raises(NoPostgres, match="DATABASE_URL"):
            find_binaries()


class TestOwnFolder:
    def test_refuses_a_link_that_somebody_laid(self, folder):
        user = ServerUser(uid=os.getuid(), gid=os.getgid())
        (folder / "trap").symlink_to("/etc")

        with pytest.raises(postgres_place.PlaceNotUsable, match="belongs to somebody else"):
            postgres_place.own_folder(folder / "trap", user=user, mode=0o700)
