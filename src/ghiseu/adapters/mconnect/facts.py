"""From the elements of an answer to the facts that our packages know, by rules that are data.

A path is names of elements joined by `/`, each perhaps with the number of one of several, counted from 1
(`Registrations/Registration[1]/Address/Region`). A name of a fact with dots stands inside an object.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lxml import etree

from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.applicants.ports import FactValue

PATH = re.compile(r"[A-Za-z_][\w.-]*(\[[1-9]\d?\])?(/[A-Za-z_][\w.-]*(\[[1-9]\d?\])?)*", re.ASCII)
# xsd:date, and xsd:dateTime at midnight, which some libraries make of a date.
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T00:00:00(\.0+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_YES_NO = {"true": True, "1": True, "false": False, "0": False}


class Kind(StrEnum):
    """What a text of the answer is read as."""

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    YES_NO = "yes_no"


@dataclass(frozen=True, kw_only=True)
class One:
    """A fact from one element, or from several whose texts are joined by a space. `words` translates their words."""

    paths: tuple[str, ...]
    kind: Kind = Kind.TEXT
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Several:
    """A list: each element at the path gives one object with these facts."""

    path: str
    facts: "Rules"


Rules = Mapping[str, One | Several]


def facts_of(parent: etree._Element, rules: Rules, *, namespace: str) -> dict[str, FactValue]:
    """Return the facts below an element. What is not there is null. Raises UnusableAnswer."""
    found: dict[str, FactValue] = {}
    for name, rule in rules.items():
        *outer, last = name.split(".")
        here = found
        for step in outer:
            inner = here.setdefault(step, {})
            if not isinstance(inner, dict):
                raise UnusableAnswer(f"{name} stands inside a text")
            here = inner
        here[last] = _fact(parent, rule, namespace=namespace)
    return {name: _nothing_as_null(value) for name, value in found.items()}


def elements(parent: etree._Element, path: str, *, namespace: str) -> list[etree._Element]:
    """Return the elements at a path, in the order of the answer."""
    return parent.findall("/".join(f"{{{namespace}}}{step}" for step in path.split("/")))


def text_at(parent: etree._Element, path: str, *, namespace: str) -> str:
    """Return the text of the one element at a path, empty when there is none. Raises UnusableAnswer."""
    found = elements(parent, path, namespace=namespace)
    if len(found) > 1:
        raise UnusableAnswer(f"more than one {path}")
    if found and len(found[0]):
        raise UnusableAnswer(f"{path} is not a text")
    return (found[0].text or "").strip() if found else ""


def _fact(parent: etree._Element, rule: One | Several, *, namespace: str) -> FactValue:
    if isinstance(rule, Several):
        rows = elements(parent, rule.path, namespace=namespace)
        return [facts_of(row, rule.facts, namespace=namespace) for row in rows]
    text = " ".join(filter(None, (text_at(parent, path, namespace=namespace) for path in rule.paths)))
    if not text:
        return None
    if rule.words:
        if text not in rule.words:
            raise UnusableAnswer(f"{rule.paths[0]} holds a word that is not agreed")
        text = rule.words[text]
    return _valued(text, rule)


def _valued(text: str, rule: One) -> FactValue:
    """Return the text as what it should be. Raises UnusableAnswer, without the text."""
    if rule.kind is Kind.DATE and (day := _DAY.fullmatch(text)):
        try:
            return date.fromisoformat(day[1]).isoformat()
        except ValueError as error:
            raise UnusableAnswer(f"{rule.paths[0]} is no day") from error
    if rule.kind is Kind.INTEGER and _WHOLE.fullmatch(text):
        return int(text)
    if rule.kind is Kind.YES_NO and text in _YES_NO:
        return _YES_NO[text]
    if rule.kind is not Kind.TEXT:
        raise UnusableAnswer(f"{rule.paths[0]} is not of the kind {rule.kind}")
    return text


def _nothing_as_null(value: FactValue) -> FactValue:
    """Return null for an object of which nothing is known."""
    if not isinstance(value, dict):
        return value
    inner = {name: _nothing_as_null(one) for name, one in value.items()}
    return inner if any(one is not None for one in inner.values()) else None
