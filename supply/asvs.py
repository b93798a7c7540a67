"""The list of OWASP ASVS 5.0.0: read, counted, and compared with the tests and notes that it names."""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from supply.pins import PROJECT

LIST = PROJECT / "docs" / "security" / "asvs.csv"
BY_TEST, BY_INSPECTION, OPEN, NOT_APPLICABLE = "met-by-test", "met-by-inspection", "open", "not-applicable"
STATES = (BY_TEST, BY_INSPECTION, OPEN, NOT_APPLICABLE)
# Requirements of levels 1 and 2 in each chapter of the standard, as published.
CHAPTERS = {
    1: (8, 19), 2: (4, 7), 3: (8, 11), 4: (2, 8), 5: (4, 5), 6: (13, 22), 7: (6, 12), 8: (4, 3), 9: (4, 3),
    10: (5, 24), 11: (3, 11), 12: (3, 6), 13: (1, 12), 14: (2, 7), 15: (3, 10), 16: (0, 16), 17: (0, 7),
}  # fmt: skip
# What we took besides from level 3.
THIRD_LEVEL = (
    "1.2.10 1.3.12 1.5.3 2.3.5 3.4.7 3.4.8 3.5.8 3.6.1 4.1.4 4.1.5 5.2.4 5.2.6 6.7.1 7.5.3 8.1.3 8.3.2 8.3.3 11.1.4 "
    "11.3.4 12.3.5 13.1.3 13.2.6 13.4.6 14.2.6 14.2.7 14.2.8 15.2.4 15.2.5 15.4.2 16.5.4"
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One requirement. `proof` holds ids of tests, or one note, separated by spaces."""

    requirement: str
    level: int
    title: str
    applies: bool
    where: str
    proof: str
    state: str
    reason: str

    @property
    def chapter(self) -> int:
        """Return the number of the chapter."""
        return int(self.number.partition(".")[0])

    @property
    def number(self) -> str:
        """Return the number without the version of the standard."""
        return self.requirement.removeprefix("v5.0.0-")


def read(path: Path = LIST) -> list[Line]:
    """Return all lines of the list."""
    with path.open(encoding="utf8", newline="") as file:
        return [
            Line(
                requirement=row["requirement"],
                level=int(row["level"]),
                title=row["title"],
                applies=row["applies"] == "yes",
                where=row["where"],
                proof=row["proof"],
                state=row["state"],
                reason=row["reason"],
            )
            for row in csv.DictReader(file)
        ]


def counts(lines: list[Line]) -> Counter[str]:
    """Return how many requirements are in each state."""
    return Counter(line.state for line in lines)


def faults(line: Line, *, project: Path = PROJECT) -> Iterator[str]:
    """Yield what is wrong with a line: a proof that does not exist, or a state without what it needs."""
    if line.state not in STATES:
        yield f"{line.requirement}: {line.state!r} is no state"
    if line.applies == (line.state == NOT_APPLICABLE):
        yield f"{line.requirement}: applies and {line.state} contradict each other"
    if not line.title.strip():
        yield f"{line.requirement}: has no title"
    needs_reason = line.state in {OPEN, NOT_APPLICABLE}
    if needs_reason and not line.reason.strip():
        yield f"{line.requirement}: says not why, or what is missing"
    if needs_reason == bool(line.proof):
        yield f"{line.requirement}: {line.state} with the proof {line.proof!r}"
    for proof in line.proof.split():
        exists = is_written if line.state == BY_TEST else note_exists
        if not exists(proof, project=project):
            yield f"{line.requirement}: {proof} does not exist"


def is_written(test: str, *, project: Path = PROJECT) -> bool:
    """Tell whether a test of this id (`file::Class::test` or `file::test`) is written."""
    name, *path = test.split("::")
    file = project / name
    if not file.is_file() or not path or not path[-1].startswith("test_"):
        return False
    body: list[ast.stmt] = ast.parse(file.read_text(encoding="utf8")).body
    for part in path:
        found = [one for one in body if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == part]
        if not found:
            return False
        body = found[0].body
    return True


def note_exists(note: str, *, project: Path = PROJECT) -> bool:
    """Tell whether the document has the heading that the note (`file#heading`) names, with text below it."""
    name, _, anchor = note.partition("#")
    file = project / name
    if not file.is_file():
        return False
    parts = re.split(r"^#+ +(.+)$", file.read_text(encoding="utf8"), flags=re.MULTILINE)
    texts = {re.sub(r"[^\w\- ]", "", parts[i].lower()).replace(" ", "-"): parts[i + 1] for i in range(1, len(parts), 2)}
    return bool(texts.get(anchor, "").strip())


def table(lines: list[Line]) -> str:
    """Return the counts by chapter, and how many of what applies are proven."""
    head = f"{'':<10}{'all':>6}" + "".join(f"{state:>20}" for state in STATES)
    rows = [head]
    for chapter in CHAPTERS:
        rows.append(_row(f"V{chapter}", [line for line in lines if line.chapter == chapter]))
    for level in (1, 2, 3):
        rows.append(_row(f"level {level}", [line for line in lines if line.level == level]))
    found, apply = counts(lines), sum(line.applies for line in lines)
    share = f"Of {apply} that apply {found[BY_TEST] * 100 // apply} % have a test that passes with the suite"
    rows += [_row("total", lines), f"{share}, {found[BY_INSPECTION] * 100 // apply} % were inspected."]
    return "\n".join(rows) + "\n"


def _row(name: str, lines: list[Line]) -> str:
    found = counts(lines)
    return f"{name:<10}{len(lines):>6}" + "".join(f"{found[state]:>20}" for state in STATES)
