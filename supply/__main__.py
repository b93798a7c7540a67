"""The command: `python -m supply sbom FILE`, `... audit`, `... refresh FOLDER AS_OF`, `... asvs`."""

import argparse
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from supply import advisories, asvs, pins, sbom

FAULT = 1


def environment() -> dict[str, pins.Pin]:
    """Return the pins of what this environment was made for: of tests when they are there, else of running."""
    run, dev = pins.pinned(pins.LISTS["run"]), pins.pinned(pins.LISTS["dev"])
    return dev if set(pins.installed()) - set(run) else run


def write_bill(to: Path) -> int:
    """Write the bill of materials; refuse, with every difference, when the environment is not the pinned one."""
    wanted, there = environment(), pins.installed()
    wrong = pins.differences(wanted, there)
    if wrong:
        sys.stderr.write("".join(f"{line}\n" for line in wrong) + "No bill was written: run make install first.\n")
        return FAULT
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(sbom.bill(there=there, run=pins.pinned(pins.LISTS["run"]), pins=wanted), encoding="utf8")
    sys.stdout.write(f"{len(there)} packages, installed as pinned: {to}\n")
    return 0


def audit(*, on: date) -> int:
    """Compare all pins with the stored advisories; say how old those are; return 1 when there is a weakness."""
    extract = advisories.read_extract()
    wanted = pins.pinned(pins.LISTS["dev"]) | pins.pinned(pins.LISTS["run"]) | pins.pinned(pins.BOOT)
    found = advisories.faults(wanted, extract=extract, accepted=advisories.read_accepted(), on=on)
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(
        f"{len(wanted)} pinned packages, {len(extract.advisories)} advisories as of {extract.as_of}: "
        f"{len(found) or 'no'} weakness{'' if len(found) == 1 else 'es'}.\n"
    )
    age = (on - extract.as_of).days
    if age > advisories.FRESH_FOR_DAYS:
        sys.stdout.write(f"These advisories are {age} days old; docs/howto/harden.md says how to renew them.\n")
    return FAULT if found else 0


def refresh(folder: Path, *, as_of: datetime) -> int:
    """Write the stored extract anew from a copy of the advisory database; what was added by hand stays."""
    wanted = pins.pinned(pins.LISTS["dev"]) | pins.pinned(pins.LISTS["run"]) | pins.pinned(pins.BOOT)
    source = "PyPA advisory database"
    fresh = advisories.collect(folder, names=wanted, as_of=as_of, source=source)
    if advisories.STORED.exists():
        told = json.loads(advisories.STORED.read_text(encoding="utf8"))
        by_hand = [one for one in told["advisories"] if one["source"] != source]
        fresh["advisories"] = [*list(fresh["advisories"]), *by_hand]  # type: ignore[call-overload]  # a list of JSON
    advisories.STORED.write_text(advisories.written(fresh), encoding="utf8")
    return audit(on=as_of.date())


def main() -> int:
    """Run the command."""
    top = argparse.ArgumentParser(prog="supply", description="What the product is made of.")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("sbom").add_argument("file", type=Path)
    commands.add_parser("audit")
    commands.add_parser("asvs")
    renewed = commands.add_parser("refresh")
    renewed.add_argument("folder", type=Path)
    renewed.add_argument("as_of", type=datetime.fromisoformat)
    given = top.parse_args()
    if given.command == "sbom":
        return write_bill(given.file)
    if given.command == "asvs":
        sys.stdout.write(asvs.table(asvs.read()))
        return 0
    if given.command == "refresh":
        return refresh(given.folder, as_of=given.as_of)
    return audit(on=datetime.now(tz=UTC).date())  # noqa: TID251 - a command of the build, not of the product


if __name__ == "__main__":
    sys.exit(main())
