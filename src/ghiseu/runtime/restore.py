"""`ghiseu restore FILE`: a backup goes into an empty installation, and nothing is sent until a person has looked."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from ghiseu.foundation import clock
from ghiseu.foundation.access.policies import GROUP_ROLES
from ghiseu.runtime import archive, backup
from ghiseu.runtime import plan as plans
from ghiseu.runtime.database import embedded, given_urls, urls_of
from ghiseu.runtime.postgres_binaries import find_binaries
from ghiseu.runtime.secrets_folder import kept_secret, write_private

MARK = "restore-unfinished"


class RestoreRefused(Exception):
    """Nothing was changed, or the restore stopped half-way; the text says which and how to go on."""


def require_finished(data: Path) -> None:
    """Raise RestoreRefused when a restore into this folder stopped half-way: its deliveries were not put on hold."""
    if (data / MARK).exists():
        raise RestoreRefused(
            f"a restore into {data} did not finish. Move that folder away (and empty the database of DATABASE_URL, "
            "if one is set), then restore again."
        )


def command(source: Path, *, keys: Path | None) -> int:
    """Restore and say what comes next. Raises RestoreRefused and AlreadyRunning."""
    plan = plans.plan_of(os.environ, with_simulators=False)
    plan.data.mkdir(mode=0o711, parents=True, exist_ok=True)
    require_finished(plan.data)
    keys = keys or backup.keys_beside(source)
    require_room(plan.data, keys=keys)
    given = given_urls()
    server = None if given else embedded(plan.data)
    if server is not None:
        server.start()
    try:
        urls = urls_of(server) if server else given
        manifest = fill(source, keys=keys, plan=plan, urls=urls)
    finally:
        if server is not None:
            server.stop()
    sys.stdout.write(
        f"Restored the state of {manifest.made_at}. Deliveries are on hold: look at what was sent after that moment, "
        "then run: ghiseu resume-deliveries\n"
    )
    return 0


def require_room(data: Path, *, keys: Path) -> None:
    """Raise RestoreRefused unless documents and keys can be put where they belong without touching others."""
    documents = backup.documents_folder(data)
    if archive.files_below(documents):
        raise RestoreRefused(f"{documents} holds documents already. Move the folder away, then restore again.")
    if not backup.keys_file(data).exists() and not keys.exists():
        raise RestoreRefused(
            f"the keys of the backup are not at {keys}. "
            "Bring the file that was kept apart: ghiseu restore FILE --keys KEYS"
        )


def fill(source: Path, *, keys: Path, plan: plans.Plan, urls: dict[str, str]) -> archive.Manifest:
    """Put the parts of the backup in their places, the hold on deliveries last; a mark stands while it lasts."""
    require_empty(urls["DATABASE_URL"])
    with tempfile.TemporaryDirectory(dir=plan.data, prefix=".restore-") as folder:
        try:
            manifest = archive.unpack(source, Path(folder))
        except archive.NotABackup as error:
            raise RestoreRefused(f"{error}. Nothing was changed.") from error
        (plan.data / MARK).touch()
        archive.sync_folder(plan.data)
        place_files(Path(folder), keys=keys, data=plan.data)
        load(urls["DATABASE_URL"], Path(folder) / archive.DUMP)
    bring_up_to_date(plan, urls)
    hold_deliveries(urls["DATABASE_URL"], reason=f"restored from a backup of {manifest.made_at}")
    (plan.data / MARK).unlink()
    return manifest


def require_empty(url: str) -> None:
    """Raise RestoreRefused unless the database has no table."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if row != (0,):
        raise RestoreRefused(
            "the database is not empty, and a restore never overwrites. For the embedded database: stop the product, "
            "move the data folder away (it stays a copy), and restore again. For another: create an empty database "
            "and set DATABASE_URL to it."
        )


def place_files(folder: Path, *, keys: Path, data: Path) -> None:
    """Move the documents and copy the keys to where the product looks for them."""
    unpacked = folder / archive.DOCUMENTS
    if unpacked.exists():
        shutil.copytree(unpacked, backup.documents_folder(data), dirs_exist_ok=True)
    wanted = backup.keys_file(data)
    if not wanted.exists():
        write_private(wanted, keys.read_bytes())


def load(url: str, dump: Path) -> None:
    """Fill the database in one transaction. Raises RestoreRefused."""
    with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
        for name in sorted(set(GROUP_ROLES) - known):
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(name)))
    program = find_binaries().program("pg_restore")
    done = archive.run_on_database(
        url, [program, "--single-transaction", "--exit-on-error", "--no-owner", "--dbname=", str(dump)]
    )
    if done.returncode != 0:
        raise RestoreRefused(f"pg_restore stopped: {done.stderr.strip()[-600:]}")


def bring_up_to_date(plan: plans.Plan, urls: dict[str, str]) -> None:
    """Migrate what an older release may have written. Raises RestoreRefused."""
    environment = plans.product_environment(plan, urls=urls, secret=kept_secret(plan.data / "secret-key"))
    service = plans.setup(plan, environment)
    done = subprocess.run(  # noqa: S603 - our own command
        [*service.command, "--only-schema"], env=dict(service.environment), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RestoreRefused(f"the restored database could not be migrated: {done.stderr.strip()[-600:]}")


def hold_deliveries(url: str, *, reason: str) -> None:
    """Set the flag that the worker reads at its start."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.execute(
            "INSERT INTO runtime_flag (name, reason, set_at) VALUES ('deliveries_paused', %s, %s) "
            "ON CONFLICT (name) DO UPDATE SET reason = excluded.reason, set_at = excluded.set_at",
            [reason, clock.now()],
        )
