"""A backup is worth what its restore brings back."""

import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.support.installation import Installation, installation

from ghiseu.runtime.database import embedded, urls_of

TEXT = b"a scanned page"


def set_up(place: Installation) -> None:
    """Make the tables, one job, one document and the keys."""
    place.data.mkdir(parents=True)
    with embedded(place.data) as server:
        urls = urls_of(server)
        subprocess.run(
            [sys.executable, "-m", "ghiseu.runtime.setup_database", "--only-schema"],
            env={**place.environment(), **urls, "GHISEU_PROCESS": "owner"},
            check=True,
            capture_output=True,
        )
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            connection.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('q', 'kept', '{}')"
            )
    (place.data / "documents" / "ab").mkdir(parents=True)
    (place.data / "documents" / "ab" / "page").write_bytes(TEXT)
    (place.data / "documents" / "ab" / ".unfinished").write_bytes(b"half")
    (place.data / "keys.json").write_text("{}")


@pytest.fixture(scope="module")
def original() -> Iterator[Installation]:
    with installation() as place:
        set_up(place)
        done = place.run("backup", str(place.data.parent / "b.tar"))
        assert done.returncode == 0, done.stderr
        yield place


@pytest.fixture
def empty() -> Iterator[Installation]:
    with installation() as place:
        yield place


@pytest.fixture
def backup(original) -> Path:
    return original.data.parent / "b.tar"


def rows(place: Installation, statement: str) -> list[tuple]:
    with embedded(place.data) as server, server.connected() as connection:
        return connection.execute(statement).fetchall()


@pytest.mark.slow
class TestBackup:
    def test_keeps_the_keys_apart_and_closed(self, backup):
        keys = Path(f"{backup}.keys")

        assert keys.read_text() == "{}"
        assert keys.stat().st_mode & 0o777 == backup.stat().st_mode & 0o777 == 0o600
        with tarfile.open(backup) as tar:
            assert sorted(tar.getnames()) == ["database.dump", "documents/ab/page", "manifest.json"]

    def test_never_writes_over_a_file(self, original, backup):
        before = backup.read_bytes()

        done = original.run("backup", str(backup))

        assert (done.returncode, backup.read_bytes() == before) == (1, True)
        assert "exists already" in done.stderr

    def test_says_when_the_folder_is_not_there(self, original):
        done = original.run("backup", "/nowhere/at/all.tar")

        assert done.returncode == 1
        assert "/nowhere/at does not exist" in done.stderr


@pytest.mark.slow
class TestRestore:
    def test_brings_back_rows_documents_and_keys_and_holds_deliveries(self, backup, empty):
        done = empty.run("restore", str(backup))

        assert done.returncode == 0, done.stderr
        assert "ghiseu resume-deliveries" in done.stdout
        assert rows(empty, "SELECT task_name FROM procrastinate_jobs") == [("kept",)]
        assert [name for (name,) in rows(empty, "SELECT name FROM runtime_flag")] == ["deliveries_paused"]
        assert (empty.data / "documents" / "ab" / "page").read_bytes() == TEXT
        assert (empty.data / "keys.json").stat().st_mode & 0o777 == 0o600
        policies = rows(empty, "SELECT count(*) FROM pg_policies")
        assert policies != [(0,)]

        assert empty.run("resume-deliveries").returncode == 0
        assert rows(empty, "SELECT name FROM runtime_flag") == []

    def test_refuses_a_database_that_holds_something_and_changes_nothing(self, backup, original):
        other = Installation(data=original.data, port=original.port, extra={"GHISEU_DOCUMENTS_DIR": "/tmp/in-none"})

        done = other.run("restore", str(backup))

        assert done.returncode == 1
        assert "never overwrites" in done.stderr
        assert rows(original, "SELECT name FROM runtime_flag") == []

    def test_refuses_without_the_keys_and_says_where_they_belong(self, backup, empty):
        done = empty.run("restore", str(backup), "--keys", "/nowhere.keys")

        assert done.returncode == 1
        assert "--keys" in done.stderr
        assert not (empty.data / "documents").exists()

    def test_refuses_a_damaged_file_and_changes_nothing(self, backup, empty):
        damaged = empty.data.parent / "damaged.tar"
        content = bytearray(backup.read_bytes())
        content[len(content) // 2] ^= 1
        damaged.write_bytes(content)

        done = empty.run("restore", str(damaged), "--keys", f"{backup}.keys")

        assert done.returncode == 1
        assert "Nothing was changed" in done.stderr
        assert rows(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]

    def test_that_stopped_half_way_keeps_the_product_from_starting(self, empty):
        empty.data.mkdir()
        (empty.data / "restore-unfinished").touch()

        done = empty.run("up", "--without-simulators")

        assert done.returncode == 1
        assert "did not finish" in done.stderr
