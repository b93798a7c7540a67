"""A test that cannot fail is worse than none."""

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
CHECKING_NAMES = ("assert", "check_", "raises", "expect", "fail", "then_", "they_", "validate")


def found_tests(tree: ast.AST) -> list[ast.FunctionDef]:
    """Return the test functions of a module."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]


def name_of(call: ast.Call) -> str:
    """Return the last name of what is called: `raises` for `pytest.raises(...)`."""
    called = call.func
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def can_fail(test: ast.FunctionDef) -> bool:
    """Tell whether the test checks anything: an assert, or a call to something that is named as a check."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call) and name_of(node).startswith(CHECKING_NAMES):
            return True
    return False


def test_every_test_can_fail():
    toothless = []
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf8"))
        toothless += [
            f"{path.relative_to(TESTS)}:{test.lineno} {test.name}" for test in found_tests(tree) if not can_fail(test)
        ]

    assert toothless == []


def test_a_test_without_a_check_is_found():
    tree = ast.parse("def test_nothing():\n    work()\ndef test_something():\n    assert work()\n")

    assert [can_fail(test) for test in found_tests(tree)] == [False, True]
