"""`python -m verifier journal`: was the journal changed, and where?"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TextIO

from verifier.journal.chain import Around, Chain
from verifier.journal.findings import CannotCheck, Exit, Finding
from verifier.journal.judging import check_chain
from verifier.journal.seals import Keys, Line, SealedHead, check_seals, read_anchor, read_keys
from verifier.journal.source import Journal, Link, opened


@dataclass(kw_only=True)
class Report:
    """Everything that a check has to say."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    centres: int = 0
    rows: int = 0
    seals: int = 0
    lines: int = 0
    after_last_seal: int = 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the check."""
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL", ""), metavar="URL",
                        help="postgresql://… of a login that sees every centre (default: DATABASE_URL)")  # fmt: skip
    parser.add_argument("--key", type=Path, required=True, action="append", metavar="PUBLIC.pem",
                        help="public key of the seals; give each one that was ever used")  # fmt: skip
    parser.add_argument("--anchor", type=Path, required=True, metavar="FILE", help="copy of the anchor file")
    parser.add_argument("--export", type=Path, metavar="FILE", help="also write what was checked, as JSON lines")


def run(arguments: argparse.Namespace) -> int:
    """Check and print. Returns 0 clean, 1 findings, 2 cannot check."""
    try:
        report = check(arguments.database, keys=arguments.key, anchor=arguments.anchor, export=arguments.export)
    except (CannotCheck, OSError) as error:
        sys.stderr.write(f"cannot check: {error}\n")
        return Exit.CANNOT_CHECK
    for line in told(report):
        sys.stdout.write(line + "\n")
    return Exit.FINDINGS if report.findings else Exit.CLEAN


def check(database: str, *, keys: list[Path], anchor: Path, export: Path | None = None) -> Report:
    """Check the journal of a database. Raises CannotCheck and OSError."""
    if not database:
        raise CannotCheck("no database was named")
    public = read_keys(keys)
    lines = read_anchor(anchor)
    with ExitStack() as stack:
        journal = stack.enter_context(opened(database))
        file = stack.enter_context(export.open("w", encoding="utf8")) if export else None
        try:
            return check_journal(journal, lines, keys=public, file=file)
        except (AttributeError, TypeError, ValueError) as error:
            raise CannotCheck(f"the tables hold what cannot stand in them: {error}") from error


def check_journal(journal: Journal, lines: list[Line], *, keys: Keys, file: TextIO | None) -> Report:
    """Check seals, anchor and every chain; what is checked is also written to the file."""
    kept = journal.seals()
    judged = check_seals(kept, lines, keys=keys)
    report = Report(findings=judged.findings, notes=judged.notes, seals=len(kept), lines=len(lines))
    if file is not None:
        for seal in kept:
            _write(file, "seal", asdict(seal))
    sealed = judged.heads()
    for chain in check_centres(journal, sealed, file=file):
        report.findings += chain.findings
        report.centres += 1
        report.rows += chain.rows
        last = sealed[chain.centre][-1].number if chain.centre in sealed else 0
        report.after_last_seal += max(0, chain.length - last)
    return report


def check_centres(
    journal: Journal, sealed: Mapping[int, Sequence[SealedHead]], *, file: TextIO | None
) -> Iterator[Chain]:
    """Yield the checked chain of every centre that has a link, a head, a row or a place in a seal."""
    heads, unlinked = journal.heads(), journal.rows_without_link()

    def around(centre: int) -> Around:
        mine = [row for row in unlinked if row.centre == centre]
        return Around(head=heads.get(centre), unlinked=mine, sealed=sealed.get(centre, []))

    checked = set()
    for centre, links in groupby(_exported(journal.links(), file), key=lambda link: link.centre):
        checked.add(centre)
        yield check_chain(centre, links, around(centre))
    for centre in sorted({*heads, *sealed, *(row.centre for row in unlinked)} - checked):
        yield check_chain(centre, [], around(centre))


def told(report: Report) -> Iterator[str]:
    """Yield the report, line by line."""
    yield from map(str, report.findings)
    yield from (f"note: {note}" for note in report.notes)
    if report.after_last_seal:
        yield f"note: {report.after_last_seal} rows came after the last seal: chained, not sealed"
    counted = (
        f"{report.rows} rows of {report.centres} centres, {report.seals} seals, {report.lines} lines of the anchor"
    )
    yield f"{len(report.findings) or 'no'} finding{'' if len(report.findings) == 1 else 's'} in {counted}"


def _exported(links: Iterable[Link], file: TextIO | None) -> Iterator[Link]:
    for link in links:
        if file is not None:
            _write(file, "link", {**asdict(link), "row": link.row.texts if link.row else None})
        yield link


def _write(file: TextIO, kind: str, content: Mapping[str, object]) -> None:
    plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in content.items()}
    file.write(json.dumps({"kind": kind, **plain}, ensure_ascii=False) + "\n")
