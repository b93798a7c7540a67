"""Known weaknesses: a stored extract of the advisory database of Python packages, compared with the pins.

Fields are those of the OSV schema 1.6 (`affected[].ranges[].events`, `affected[].versions`), of which only ranges of
versions of packages are kept.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import yaml
from packaging.version import Version

from supply.pins import PROJECT, Pin, plain

STORED = PROJECT / "requirements" / "advisories.json"
ACCEPTED = PROJECT / "requirements" / "accepted-advisories.json"
# Older than this the extract says little about new weaknesses.
FRESH_FOR_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Advisory:
    """One weakness of one package: from each `introduced` version up to, not with, its `fixed` one."""

    id: str
    package: str
    aliases: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]
    versions: tuple[str, ...]
    source: str

    def concerns(self, version: str) -> bool:
        """Tell whether the version is a weak one."""
        if version in self.versions:
            return True
        ours = Version(version)
        return any(
            (first in {"", "0"} or ours >= Version(first)) and (not fixed or ours < Version(fixed))
            for first, fixed in self.ranges
        )


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What is stored: of which day and source, which packages were looked up, and what was found."""

    taken_from: str
    as_of: date
    looked_up: frozenset[str]
    advisories: tuple[Advisory, ...]


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """A written decision to live with a weakness until a day."""

    id: str
    package: str
    reason: str
    until: date


def read_extract(path: Path = STORED) -> Extract:
    """Return the stored extract."""
    told = json.loads(path.read_text(encoding="utf8"))
    return Extract(
        taken_from=told["source"],
        as_of=date.fromisoformat(told["as_of"]),
        looked_up=frozenset(told["looked_up"]),
        advisories=tuple(
            Advisory(
                id=one["id"],
                package=one["package"],
                aliases=tuple(one["aliases"]),
                ranges=tuple((first, fixed) for first, fixed in one["ranges"]),
                versions=tuple(one.get("versions", ())),
                source=one["source"],
            )
            for one in told["advisories"]
        ),
    )


def read_accepted(path: Path = ACCEPTED) -> tuple[Acceptance, ...]:
    """Return the written exceptions."""
    told = json.loads(path.read_text(encoding="utf8"))
    return tuple(
        Acceptance(id=one["id"], package=one["package"], reason=one["reason"], until=date.fromisoformat(one["until"]))
        for one in told
    )


def faults(pins: dict[str, Pin], *, extract: Extract, accepted: Iterable[Acceptance], on: date) -> list[str]:
    """Return a line for each known weakness without a written, unexpired and reasoned exception."""
    excused = {(one.id, one.package) for one in accepted if one.until >= on and one.reason.strip()}
    found = [
        f"{name} {pin.version}: never looked up; bring requirements/advisories.json up to date"
        for name, pin in sorted(pins.items())
        if name not in extract.looked_up
    ]
    for one in extract.advisories:
        pin = pins.get(one.package)
        if pin is None or (one.id, one.package) in excused or not one.concerns(pin.version):
            continue
        mended = ", ".join(sorted({fixed for _, fixed in one.ranges if fixed})) or "no version"
        found.append(f"{one.package} {pin.version}: {one.id} {' '.join(one.aliases)}, mended in {mended}".rstrip())
    return found


def collect(folder: Path, *, names: Iterable[str], as_of: datetime, source: str) -> dict[str, object]:
    """Return what a copy of the advisory database (a folder `vulns/<package>/<id>.yaml`) says about these packages."""
    wanted = sorted(set(names))
    found = []
    for path in sorted(folder.glob("vulns/*/*.yaml")):
        if plain(path.parent.name) in wanted:
            found += _of_file(path, source=source)
    return {"source": source, "as_of": as_of.date().isoformat(), "looked_up": wanted, "advisories": found}


def written(extract: dict[str, object]) -> str:
    """Return the extract as it is stored: a line for each advisory, so that a change can be read."""
    told = extract["advisories"]
    rows = ",\n  ".join(json.dumps(one) for one in told) if isinstance(told, list) else ""
    head = json.dumps({key: value for key, value in extract.items() if key != "advisories"}, indent=1)
    return f'{head[:-2]},\n "advisories": [\n  {rows}\n ]\n}}\n'


def _of_file(path: Path, *, source: str) -> list[dict[str, object]]:
    told = yaml.safe_load(path.read_text(encoding="utf8"))
    if "withdrawn" in told:
        return []
    return [
        {
            "id": told["id"],
            "package": plain(affected["package"]["name"]),
            "aliases": sorted(told.get("aliases", [])),
            "ranges": [
                pair for one in affected.get("ranges", []) if one["type"] == "ECOSYSTEM" for pair in _pairs(one)
            ],
            "source": source,
        }
        for affected in told["affected"]
    ]


def _pairs(told: dict[str, list[dict[str, str]]]) -> list[list[str]]:
    """Return each `introduced` with the `fixed` that follows it; an empty one when nothing mends it."""
    found: list[list[str]] = []
    for event in told["events"]:
        if "introduced" in event:
            found.append([str(event["introduced"]), ""])
        elif "fixed" in event and found:
            found[-1][1] = str(event["fixed"])
    return found
