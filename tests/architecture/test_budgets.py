"""Small functions, small modules, named arguments. An exception stands here with its reason, or not at all."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "src"
LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
LONGEST_TEMPLATE = 150
DEEPEST_NESTING = 3
MOST_POSITIONAL = 2  # of public functions with more than three parameters: what it is about, and one more
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith, ast.Match)

# "file.py function": why its parameters are given by place.
PARAMETERS_GIVEN_BY_PLACE: dict[str, str] = {
    "ghiseu/channels/desk/pages.py render": "the order of Django's own render",
    "ghiseu/modules/catalogue/quote.py quote": "package and facts come first in every judgement, as in evaluate",
}


def modules() -> list[Path]:
    """Return our own modules; migrations are written by a tool."""
    ours = [*sorted(SOURCE.rglob("*.py")), *sorted((PROJECT / "bench").rglob("*.py"))]
    return [path for path in ours if "migrations" not in path.parts]


def name_of(path: Path) -> Path:
    """Return how a module is called in a complaint."""
    return path.relative_to(SOURCE if path.is_relative_to(SOURCE) else PROJECT)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, methods too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def depth(node: ast.AST) -> int:
    """Return how many blocks stand inside each other below this node; `elif` stands beside its `if`."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and child in node.orelse
        deepest = max(deepest, depth(child) + (isinstance(child, BLOCKS) and not is_elif))
    return deepest


def given_by_place(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many parameters may be given by place when the function has more than three, else 0."""
    arguments = function.args
    by_place = [item.arg for item in (*arguments.posonlyargs, *arguments.args) if item.arg not in {"self", "cls"}]
    if len(by_place) + len(arguments.kwonlyargs) <= 3 or function.name.startswith("_"):
        return 0
    return len(by_place)


def complaints(path: Path) -> Iterator[str]:
    """Yield every breach of a budget in one module."""
    text = path.read_text(encoding="utf8")
    name = name_of(path)
    lines = len(text.splitlines())
    if lines > LONGEST_MODULE:
        yield f"{name}: {lines} lines"
    for function in functions(ast.parse(text)):
        place = f"{name}:{function.lineno} {function.name}"
        if length(function) > LONGEST_FUNCTION:
            yield f"{place}: {length(function)} lines"
        if depth(function) > DEEPEST_NESTING:
            yield f"{place}: nested {depth(function)} deep"
        excused = f"{name} {function.name}" in PARAMETERS_GIVEN_BY_PLACE
        if given_by_place(function) > MOST_POSITIONAL and not excused:
            yield f"{place}: {given_by_place(function)} parameters may be given by place"


def test_every_module_keeps_the_budgets():
    assert [complaint for path in modules() for complaint in complaints(path)] == []


def test_every_template_keeps_its_budget():
    templates = [path for kind in ("*.html", "*.jinja", "*.xml") for path in SOURCE.rglob(f"templates/**/{kind}")]
    lengths = {str(path.relative_to(SOURCE)): len(path.read_text(encoding="utf8").splitlines()) for path in templates}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_TEMPLATE} == {}


def test_every_excuse_is_still_needed():
    known = {
        f"{name_of(path)} {function.name}" for path in modules() for function in functions(ast.parse(path.read_text()))
    }

    assert set(PARAMETERS_GIVEN_BY_PLACE) - known == set()


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("def f():\n  if a:\n    for b in c:\n      while d:\n        pass", 3),
        ("def f():\n  if a:\n    pass\n  elif b:\n    pass\n  elif c:\n    pass\n  elif d:\n    pass", 1),
    ],
)
def test_depth_counts_blocks_and_not_branches(source, wanted):
    assert depth(next(functions(ast.parse(source)))) == wanted


def test_more_than_one_parameter_by_place_is_seen():
    function = next(functions(ast.parse("def f(a, b, *, c, d): pass")))

    assert given_by_place(function) == 2
