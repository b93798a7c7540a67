"""What the check found, with file, line, and what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ghiseu.modules.catalogue.authoring import Place, SourceFile


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """One mistake. The message says what is wrong and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, kw_only=True)
class Report:
    """All problems in order of file and line, and how many packages and examples were looked at."""

    problems: tuple[Problem, ...]
    packages: int
    examples: int

    @property
    def is_green(self) -> bool:
        return not self.problems

    def text(self) -> str:
        """Return the report as lines to print."""
        counted = f"{self.packages} packages, {self.examples} examples"
        if self.is_green:
            return f"{counted}: no mistakes.\n"
        lines = [str(problem) for problem in sorted(self.problems)]
        return "\n".join([*lines, f"{counted}: {len(lines)} mistakes.", ""])


Say = Callable[[str], None]


class Findings:
    """Collects problems of one file by place."""

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(self, place: Place, message: str) -> None:
        """Note a mistake at a place of the file."""
        self.problems.append(Problem(path=self.file.path, line=self.file.line(*place), message=message))
