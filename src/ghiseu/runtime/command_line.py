"""The `ghiseu` command."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ghiseu.runtime.durability import NotDurable
from ghiseu.runtime.plan import PortNotUsable
from ghiseu.runtime.postgres import DatabaseDidNotStart
from ghiseu.runtime.postgres_binaries import NoPostgres
from ghiseu.runtime.postgres_place import AlreadyRunning, PlaceNotUsable

FAULT = 1
Run = Callable[[argparse.Namespace], int]


def up(given: argparse.Namespace) -> int:
    """Run the product."""
    from ghiseu.runtime import up as module

    try:
        return module.run(with_simulators=not given.without_simulators)
    except module.CannotStart as error:
        return refuse(error)


def services(given: argparse.Namespace) -> int:
    """Check, try out or publish service packages."""
    from ghiseu.runtime import commands

    if given.what == "show":
        return commands.show_examples(given.place)
    return commands.check_services(given.place) if given.what == "check" else commands.publish_services()


def check_config(_given: argparse.Namespace) -> int:
    """Say what is configured and whether it answers."""
    from ghiseu.runtime import commands

    return commands.check_config()


def backup(given: argparse.Namespace) -> int:
    """Write a backup."""
    from ghiseu.runtime import backup as module

    try:
        return module.command(Path(given.file))
    except module.BackupFailed as error:
        return refuse(error)


def restore(given: argparse.Namespace) -> int:
    """Read a backup back."""
    from ghiseu.runtime import restore as module

    try:
        return module.command(Path(given.file), keys=Path(given.keys) if given.keys else None)
    except module.RestoreRefused as error:
        return refuse(error)


def evidence(given: argparse.Namespace) -> int:
    """Check the sealed record of an agreement with the stand-alone verifier."""
    from ghiseu.runtime import evidence as module

    return module.command(given.file, trust=given.trust)


def resume_deliveries(_given: argparse.Namespace) -> int:
    """Let deliveries go out again."""
    from ghiseu.runtime import commands

    return commands.resume_deliveries()


def journal(given: argparse.Namespace) -> int:
    """Check that the journal was not changed."""
    from ghiseu.runtime import journal as module

    if given.what == "begin-anchor":
        return module.begin_anchor()
    return module.verify(old_keys=given.key, export=given.export)


def privacy(given: argparse.Namespace) -> int:
    """Write the records of processing."""
    from ghiseu.runtime import commands

    return commands.privacy_records(language=given.language, form=given.format)


def keys(given: argparse.Namespace) -> int:
    """Look after the keys of personal data."""
    from ghiseu.runtime import keys as module

    if given.what == "destroy-due":
        return module.destroy_due(given.file)
    return {"show": module.show, "rotate": module.rotate, "reseal": module.reseal}[given.what]()


def refuse(error: Exception) -> int:
    """Say what is wrong, without a stack of code; returns the exit code."""
    sys.stderr.write(f"ghiseu: {error}\n")
    return FAULT


def parser() -> argparse.ArgumentParser:
    """Return the grammar of the command."""
    top = argparse.ArgumentParser(prog="ghiseu", description="Front office of a unified public-service centre.")
    commands = top.add_subparsers(dest="command", required=True, metavar="command")

    def add(name: str, run: Run, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    started = add("up", up, "start database, simulators, web and worker; Ctrl-C stops them")
    started.add_argument("--without-simulators", action="store_true", help="speak to the systems of the settings only")
    packages = add("services", services, "check service packages, show what an example gives, or publish them")
    packages.add_argument("what", choices=["check", "show", "publish"])
    packages.add_argument("place", nargs="*", help="check: folders of packages, or none for all; show: example files")
    add("check-config", check_config, "print every setting and whether what it names answers")
    add("backup", backup, "write database and documents to one file, keys to another").add_argument("file")
    restored = add("restore", restore, "read a backup into an empty database; deliveries stay on hold")
    restored.add_argument("file")
    restored.add_argument("--keys", help="the keys file of the backup (default: FILE.keys)")
    checked = add("journal", journal, "verify chains and seals of the journal; exit code 1 when something was changed")
    checked.add_argument("what", choices=["verify", "begin-anchor"], help="begin-anchor: write all seals to a new one")
    checked.add_argument("--key", action="append", default=[], help="public key of seals made before the present key")
    checked.add_argument("--export", help="also write what was checked, as JSON lines")
    record = add("evidence", evidence, "verify the sealed record of an agreement; needs no database")
    record.add_argument("what", choices=["verify"])
    record.add_argument("file", help="the record, a PDF")
    record.add_argument("--trust", help="PEM file of trusted roots (default: GHISEU_SEAL_TRUST, or the simulator's)")
    processing = add("privacy", privacy, "print the records of processing made of the service packages; no database")
    processing.add_argument("what", choices=["records"])
    processing.add_argument("--format", choices=["md", "csv"], default="md")
    processing.add_argument("--language", choices=["ro", "ru", "en"], default="ro")
    kept = add("keys", keys, "keys of personal data: show, make new ones, bring all under them, end past months")
    kept.add_argument("what", choices=["show", "rotate", "reseal", "destroy-due"])
    kept.add_argument("--file", help="destroy-due: a copy of the keys file to remove past months from")
    add("resume-deliveries", resume_deliveries, "let deliveries go out again after a restore")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the command; expected refusals are one sentence and exit code 1."""
    from ghiseu.config.environment import SettingNotUsable

    given = parser().parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ghiseu.config.settings")
    run: Run = given.run
    try:
        return run(given)
    except (
        AlreadyRunning, PlaceNotUsable, NoPostgres, DatabaseDidNotStart, NotDurable, PortNotUsable, SettingNotUsable
    ) as error:  # fmt: skip
        return refuse(error)


if __name__ == "__main__":
    sys.exit(main())
