"""One data service by SOAP, written down as data: where it is, how it is signed, what is asked, what the answer means.

A granted data service joins by such a file and a setting that names it (docs/howto/registers.md). Anything in the file
that is not understood is refused when the process starts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import yaml

from ghiseu.adapters.mconnect.facts import PATH, Kind, One, Rules, Several
from ghiseu.foundation.wire.signed_soap import KeyNamedBy, Profile, oasis, soap_signer

SUBJECT = "idnp"  # what `question` calls the person asked about; any other word is a parameter
_ADDRESS = re.compile(r"(https://[\w.-]+(:\d{1,5})?)?/[\w./-]*", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_FACT = re.compile(r"[a-z]\w*(\.[a-z]\w*)*", re.ASCII)
_WORDS = ("text", "date", "integer", "yes_no")
_LONGEST = 15  # minutes
_TOP = {
    *("address", "namespace", "operation", "action", "question", "answer", "record", "subject"),
    *("not_found", "signing", "facts"),
}


class DataServiceNotUsable(Exception):
    """The file of a data service cannot be understood; the text names it and the place."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """How both sides sign. SHA-1 is believed only where it is what we sign with."""

    profile: Profile
    key_named_by: KeyNamedBy = KeyNamedBy.X509DATA
    with_sha1: bool = False


@dataclass(frozen=True, kw_only=True)
class DataService:
    """`question` is element → `idnp` or a parameter's name, in the order of the wire; paths are below `answer`.

    `record` is the element without which there is no such record, `subject` the one that names whom the answer is
    about; either may be empty. `not_found` are fault codes that say: no such record.
    """

    address: str
    namespace: str
    operation: str
    action: str
    question: Mapping[str, str]
    answer: str
    signing: Signing
    facts: Rules
    record: str = ""
    subject: str = ""
    not_found: frozenset[str] = field(default_factory=frozenset)


def load(path: Path) -> DataService:
    """Read the file of a data service. Raises DataServiceNotUsable."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _service(_mapping(given, "the file", allowed=_TOP))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataServiceNotUsable(f"{path} cannot be read as YAML") from error
    except _Wrong as error:
        raise DataServiceNotUsable(f"{path}: {error}") from error


class _Wrong(Exception):
    """A place of the file, and what is wrong there."""


def _service(given: Mapping[str, object]) -> DataService:
    operation = _text(given, "operation", _NAME)
    not_found = given.get("not_found", [])
    if not isinstance(not_found, list) or not all(isinstance(code, str) for code in not_found):
        raise _Wrong("not_found is not a list of fault codes")
    question = _mapping(given.get("question"), "question")
    if SUBJECT not in question.values() or not all(_NAME.fullmatch(name) for name in question):
        raise _Wrong(f"question names no element for {SUBJECT!r}")
    return DataService(
        address=_text(given, "address", _ADDRESS),
        namespace=_text(given, "namespace", re.compile(r"\S{1,200}")),
        operation=operation,
        action=_text(given, "action", re.compile(r"[^\s\"]{0,200}"), default=""),
        question={name: str(value) for name, value in question.items()},
        answer=_text(given, "answer", _NAME, default=f"{operation}Response"),
        signing=_signing(_mapping(given.get("signing", {}), "signing", allowed={"ids", "key", "digest", "minutes"})),
        facts=_rules(given.get("facts"), "facts"),
        record=_text(given, "record", PATH, default=""),
        subject=_text(given, "subject", PATH, default=""),
        not_found=frozenset(not_found),
    )


def _signing(given: Mapping[str, object]) -> Signing:
    minutes = given.get("minutes", _LONGEST)
    if not isinstance(minutes, int) or not 1 <= minutes <= _LONGEST:
        raise _Wrong(f"signing.minutes is not a number from 1 to {_LONGEST}")
    lives = timedelta(minutes=minutes)
    ids = _one_of(given, "ids", ("plain", "wsu"))
    return Signing(
        profile=soap_signer(lives=lives) if ids == "plain" else oasis(lives=lives, longest_life=lives),
        key_named_by=KeyNamedBy(_one_of(given, "key", tuple(KeyNamedBy))),
        with_sha1=_one_of(given, "digest", ("sha256", "sha1")) == "sha1",
    )


def _rules(given: object, place: str) -> Rules:
    rules = _mapping(given, place)
    if not rules or not all(_FACT.fullmatch(name) for name in rules):
        raise _Wrong(f"{place} names no facts, or one of a strange name")
    return {name: _rule(value, f"{place}.{name}") for name, value in rules.items()}


def _rule(given: object, place: str) -> One | Several:
    if isinstance(given, str):
        given = {"path": given}
    rule = _mapping(given, place, allowed={"path", "join", "each", "facts", "is", "words"})
    if "each" in rule:
        return Several(path=_text(rule, "each", PATH), facts=_rules(rule.get("facts"), f"{place}.facts"))
    paths = rule["join"] if "join" in rule else [rule.get("path")]
    if not isinstance(paths, list) or not paths or not all(isinstance(p, str) and PATH.fullmatch(p) for p in paths):
        raise _Wrong(f"{place} has no path, or a strange one")
    words = _mapping(rule.get("words", {}), f"{place}.words")
    return One(
        paths=tuple(paths),
        kind=Kind(_one_of(rule, "is", _WORDS)),
        words={word: str(ours) for word, ours in words.items()},
    )


def _mapping(given: object, place: str, *, allowed: set[str] | None = None) -> Mapping[str, object]:
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise _Wrong(f"{place} is not a mapping")
    if allowed is not None and (unknown := given.keys() - allowed):
        raise _Wrong(f"{place} has unknown names: {', '.join(sorted(unknown))}")
    return given


def _text(given: Mapping[str, object], name: str, form: re.Pattern[str], *, default: str | None = None) -> str:
    value = given.get(name, default)
    if value == default and default is not None:
        return default
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _Wrong(f"{name} is missing or not of the form expected")
    return value


def _one_of(given: Mapping[str, object], name: str, allowed: tuple[str, ...]) -> str:
    value = given.get(name, allowed[0])
    if value not in allowed:
        raise _Wrong(f"{name} is not one of {', '.join(allowed)}")
    return str(value)
