"""Conditions as closed JsonLogic, judged in three values: yes, no, and "nobody could tell".

The operators below are all there are. Inside `some`, `all`, `none` and a counted condition the element is
`item` (`{var: item.kind}`); every other name keeps its meaning there, unlike in open JsonLogic.
A fact that is absent is UNKNOWN; a form field that was not filled in is null.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from ghiseu.modules.catalogue.values import UNKNOWN, JsonObject, JsonValue, Known, UnknownType, find_path

Rule = JsonValue

MAX_DEPTH = 12
MAX_NODES = 200
MAX_LIST = 500

ROOTS = frozenset(
    {"form", "person", "applicant", "mandate", "registers", "answers", "channel", "centre", "today", "item"}
)


class RuleMistake(Exception):
    """A rule that is not of the closed language."""


@dataclass(frozen=True)
class Facts:
    """Everything a rule may look at, by root name: form, person, applicant, mandate, registers, answers,
    channel, centre, today. `today` is ISO text."""

    values: JsonObject

    def find(self, path: str) -> Known:
        """Return the fact at this path, null for a form field left empty, else UNKNOWN when it is absent."""
        found = find_path(self.values, path)
        if isinstance(found, UnknownType) and path.startswith("form."):
            return None
        return found

    def with_form(self, form: JsonObject) -> "Facts":
        """Return the same facts with these form answers."""
        return Facts({**self.values, "form": form})

    def with_item(self, item: JsonValue) -> "Facts":
        """Return the same facts with the element of a list as `item`."""
        return Facts({**self.values, "item": item})


def judge(rule: Rule, facts: Facts) -> bool | UnknownType:
    """Judge a condition. Raises RuleMistake for a rule outside the language."""
    return truth(value_of(rule, facts))


def truth(value: Known) -> bool | UnknownType:
    """Say whether a value counts as yes: null, false, zero, empty text and empty list are no."""
    return UNKNOWN if isinstance(value, UnknownType) else bool(value)


def value_of(rule: Rule, facts: Facts) -> Known:
    """Compute a rule. Raises RuleMistake."""
    if isinstance(rule, list):
        return _values(rule, facts)
    if not isinstance(rule, dict):
        return rule
    operator, arguments = _split(rule)
    try:
        compute = OPERATORS[operator].compute
    except KeyError as error:
        raise RuleMistake(f"{operator!r} is not an operator; use one of {', '.join(sorted(OPERATORS))}") from error
    return compute(arguments, facts)


def _split(rule: JsonObject) -> tuple[str, list[JsonValue]]:
    if len(rule) != 1:
        raise RuleMistake("a condition has exactly one operator")
    operator, arguments = next(iter(rule.items()))
    return operator, arguments if isinstance(arguments, list) else [arguments]


def _values(rules: list[JsonValue], facts: Facts) -> Known:
    values: list[JsonValue] = []
    for rule in rules:
        value = value_of(rule, facts)
        if isinstance(value, UnknownType):
            return UNKNOWN
        values.append(value)
    return values


def _var(arguments: list[JsonValue], facts: Facts) -> Known:
    return facts.find(str(arguments[0]))


def _and(arguments: list[JsonValue], facts: Facts) -> Known:
    verdicts = [judge(rule, facts) for rule in arguments]
    if any(verdict is False for verdict in verdicts):
        return False
    return UNKNOWN if UNKNOWN in verdicts else True


def _or(arguments: list[JsonValue], facts: Facts) -> Known:
    verdicts = [judge(rule, facts) for rule in arguments]
    if any(verdict is True for verdict in verdicts):
        return True
    return UNKNOWN if UNKNOWN in verdicts else False


def _not(arguments: list[JsonValue], facts: Facts) -> Known:
    verdict = judge(arguments[0], facts)
    return UNKNOWN if isinstance(verdict, UnknownType) else not verdict


def _if(arguments: list[JsonValue], facts: Facts) -> Known:
    for condition, result in zip(arguments[::2], arguments[1::2], strict=False):
        verdict = judge(condition, facts)
        if isinstance(verdict, UnknownType):
            return UNKNOWN
        if verdict:
            return value_of(result, facts)
    return value_of(arguments[-1], facts)


def _equal(arguments: list[JsonValue], facts: Facts) -> Known:
    left, right = (value_of(rule, facts) for rule in arguments)
    if isinstance(left, UnknownType) or isinstance(right, UnknownType):
        return UNKNOWN
    return type(left) is type(right) and left == right


def _unequal(arguments: list[JsonValue], facts: Facts) -> Known:
    equal = _equal(arguments, facts)
    return UNKNOWN if isinstance(equal, UnknownType) else not equal


def _compare(keep: Callable[[int], bool]) -> "Compute":
    """Compare whole numbers with whole numbers and text (ISO dates) with text; anything else is unknown."""

    def compute(arguments: list[JsonValue], facts: Facts) -> Known:
        left, right = (value_of(rule, facts) for rule in arguments)
        if isinstance(left, bool) or isinstance(right, bool):
            return UNKNOWN
        if isinstance(left, int) and isinstance(right, int):
            return keep((left > right) - (left < right))
        if isinstance(left, str) and isinstance(right, str) and left and right:
            return keep((left > right) - (left < right))
        return UNKNOWN

    return compute


def _in(arguments: list[JsonValue], facts: Facts) -> Known:
    needle, hay = (value_of(rule, facts) for rule in arguments)
    if isinstance(needle, UnknownType) or isinstance(hay, UnknownType):
        return UNKNOWN
    if isinstance(hay, list):
        return needle in hay
    return isinstance(hay, str) and isinstance(needle, str) and needle in hay


def _each(arguments: list[JsonValue], facts: Facts) -> "list[bool | UnknownType] | UnknownType":
    items = value_of(arguments[0], facts)
    if isinstance(items, UnknownType):
        return UNKNOWN
    if items is None:
        return []
    if not isinstance(items, list) or len(items) > MAX_LIST:
        return UNKNOWN
    return [judge(arguments[1], facts.with_item(item)) for item in items]


def _some(arguments: list[JsonValue], facts: Facts) -> Known:
    verdicts = _each(arguments, facts)
    if isinstance(verdicts, UnknownType):
        return UNKNOWN
    if any(verdict is True for verdict in verdicts):
        return True
    return UNKNOWN if UNKNOWN in verdicts else False


def _none(arguments: list[JsonValue], facts: Facts) -> Known:
    some = _some(arguments, facts)
    return UNKNOWN if isinstance(some, UnknownType) else not some


def _all(arguments: list[JsonValue], facts: Facts) -> Known:
    verdicts = _each(arguments, facts)
    if isinstance(verdicts, UnknownType):
        return UNKNOWN
    if any(verdict is False for verdict in verdicts):
        return False
    return UNKNOWN if UNKNOWN in verdicts else True


def _count(arguments: list[JsonValue], facts: Facts) -> Known:
    if len(arguments) == 1:
        items = value_of(arguments[0], facts)
        if items is None:
            return 0
        return len(items) if isinstance(items, list) else UNKNOWN
    verdicts = _each(arguments, facts)
    if isinstance(verdicts, UnknownType) or UNKNOWN in verdicts:
        return UNKNOWN
    return sum(verdict is True for verdict in verdicts)


def _missing(arguments: list[JsonValue], facts: Facts) -> Known:
    absent: list[JsonValue] = []
    for path in arguments:
        value = facts.find(str(path))
        if isinstance(value, UnknownType):
            return UNKNOWN
        if value in (None, "", []):
            absent.append(path)
    return absent


def _since(measure: Callable[[date, date], int]) -> "Compute":
    """Measure from a date to `today`; a date in the future gives a negative number, no date gives unknown."""

    def compute(arguments: list[JsonValue], facts: Facts) -> Known:
        start, today = _date(value_of(arguments[0], facts)), _date(facts.find("today"))
        return UNKNOWN if start is None or today is None else measure(start, today)

    return compute


def _date(value: Known) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def months_between(start: date, end: date) -> int:
    """Count whole months from one day to another; negative when the end comes first."""
    if end < start:
        return -months_between(end, start)
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


Compute = Callable[[list[JsonValue], Facts], Known]


@dataclass(frozen=True)
class Operator:
    """How many arguments (least, most) and what it computes."""

    least: int
    most: int
    compute: Compute


OPERATORS: dict[str, Operator] = {
    "var": Operator(1, 1, _var),
    "==": Operator(2, 2, _equal),
    "!=": Operator(2, 2, _unequal),
    "<": Operator(2, 2, _compare(lambda sign: sign < 0)),
    "<=": Operator(2, 2, _compare(lambda sign: sign <= 0)),
    ">": Operator(2, 2, _compare(lambda sign: sign > 0)),
    ">=": Operator(2, 2, _compare(lambda sign: sign >= 0)),
    "and": Operator(1, 20, _and),
    "or": Operator(1, 20, _or),
    "!": Operator(1, 1, _not),
    "in": Operator(2, 2, _in),
    "if": Operator(3, 21, _if),
    "some": Operator(2, 2, _some),
    "all": Operator(2, 2, _all),
    "none": Operator(2, 2, _none),
    "count": Operator(1, 2, _count),
    "missing": Operator(1, 40, _missing),
    "days_since": Operator(1, 1, _since(lambda start, today: (today - start).days)),
    "months_since": Operator(1, 1, _since(months_between)),
    "age_years": Operator(1, 1, _since(lambda start, today: months_between(start, today) // 12)),
}


def variables(rule: Rule) -> frozenset[str]:
    """Return every path that the rule may look at, without running it."""
    found: set[str] = set()
    for operator, arguments in _operations(rule):
        if operator == "var":
            found.add(str(arguments[0]))
        if operator == "missing":
            found.update(str(path) for path in arguments)
    return frozenset(found)


def mistakes(rule: Rule) -> list[str]:
    """Say in plain words what is wrong with a rule: operators, argument counts, size; empty when nothing is."""
    if _depth(rule) > MAX_DEPTH:
        return [f"the condition is nested deeper than {MAX_DEPTH}; split it"]
    said: list[str] = []
    nodes = 0
    for operator, arguments in _operations(rule):
        nodes += 1 + len(arguments)
        known = OPERATORS.get(operator)
        if known is None:
            said.append(f"{operator!r} is not an operator; use one of {', '.join(sorted(OPERATORS))}")
        elif not known.least <= len(arguments) <= known.most:
            said.append(f"{operator!r} takes {known.least} to {known.most} arguments, not {len(arguments)}")
        elif operator == "if" and len(arguments) % 2 == 0:
            said.append("'if' needs a last value for when no condition holds")
    if nodes > MAX_NODES:
        said.append(f"the condition has more than {MAX_NODES} parts; split it")
    said.extend(
        f"{path!r} starts with no known root; use one of {', '.join(sorted(ROOTS))}"
        for path in sorted(variables(rule))
        if path.split(".")[0] not in ROOTS
    )
    return said


def _operations(rule: Rule) -> Iterator[tuple[str, list[JsonValue]]]:
    if isinstance(rule, list):
        for part in rule:
            yield from _operations(part)
    elif isinstance(rule, dict):
        for operator, given in rule.items():
            arguments: list[JsonValue] = given if isinstance(given, list) else [given]
            yield operator, arguments
            yield from _operations(arguments)


def _depth(rule: Rule) -> int:
    if isinstance(rule, list):
        return max((_depth(part) for part in rule), default=0)
    if isinstance(rule, dict):
        return 1 + max((_depth(part) for part in rule.values()), default=0)
    return 0
