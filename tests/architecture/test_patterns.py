"""No regular expression of the product takes long, whatever hostile text it is given."""

import ast
import re
from pathlib import Path
from time import perf_counter

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ghiseu"
LONG = 4_000
LONGEST = 0.25  # seconds for one pattern and one text; an exponential one would need years
# Runs of what patterns repeat, ended by what none of them expects.
RUNS = (
    "a",
    "A",
    "0",
    " ",
    "\t",
    "-",
    ".",
    "=",
    "/",
    "<",
    ">",
    '"',
    "\n",
    "a ",
    "0 ",
    "a.",
    "0-",
    "a=",
    "a,",
    "{a",
    "șț",
    "Жж",
)
TEXTS = tuple(run * (LONG // len(run)) + "\x00!" for run in RUNS)


def patterns() -> dict[str, re.Pattern[str]]:
    """Return every pattern that stands as a constant in the code, by where it stands."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("re."):
                continue
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                found[f"{path.relative_to(SOURCE)}:{call.lineno}"] = re.compile(first.value)
    return found


def slow(pattern: re.Pattern[str]) -> float:
    """Return the longest time that the pattern takes for one of the texts, in seconds."""
    worst = 0.0
    for text in TEXTS:
        for method in (pattern.search, pattern.fullmatch):
            began = perf_counter()
            method(text)
            worst = max(worst, perf_counter() - began)
    return worst


def test_every_pattern_ends_in_time():
    found = patterns()

    assert len(found) > 20
    assert {place: round(took, 2) for place, one in found.items() if (took := slow(one)) > LONGEST} == {}


def test_a_pattern_that_backtracks_would_be_found():
    began = perf_counter()
    re.search(r"^(a+)+$", "a" * 22 + "!")

    assert perf_counter() - began > LONGEST / 50


def test_no_pattern_is_put_together_from_what_was_sent():
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"re.compile", "re.search", "re.match"}:
                names = {one.id for one in ast.walk(call.args[0]) if isinstance(one, ast.Name)}
                found += [
                    f"{path.relative_to(SOURCE)}:{call.lineno}" for one in names if not one.isupper() and one[0] != "_"
                ]

    assert found == []
