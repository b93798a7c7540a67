"""What messages and callers say, in the person's language. The words are data: data/texts.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent / "data" / "texts.yaml"
LANGUAGES = ("ro", "ru", "en")
ROMANIAN = "ro"
# Chapters "Limits" of the platform's guide: a subject of e-mail; what every instant channel carries.
LONGEST_SUBJECT = 41
LONGEST_SHORT = 160
_CUT = "…"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """One message in the languages that are sent: language -> text. The body is HTML."""

    subject: dict[str, str]
    short: dict[str, str]
    body: dict[str, str]


def language_of(told: str) -> str:
    """Return the language to speak with somebody who told this one."""
    return told if told in LANGUAGES else ROMANIAN


def wording(event: str, *, language: str, values: Mapping[str, str]) -> Wording:
    """Return the message about an event in the person's language and in Romanian, which the platform requires.

    No other language is given, so the platform has nothing else to choose. Raises KeyError for an unknown event.
    """
    texts = _texts().messages[event]
    wanted = dict.fromkeys((ROMANIAN, language_of(language)))
    safe = {name: escape(value) for name, value in values.items()}
    return Wording(
        subject={one: _filled(texts["subject"][one], values) for one in wanted},
        short={one: _cut(_filled(texts["short"][one], values)) for one in wanted},
        body={one: _filled(texts["body"][one], safe) for one in wanted},
    )


def spoken(reason: str, *, language: str, through_relative: bool, values: Mapping[str, str]) -> str:
    """Return the one sentence of a call: to the person, or to the relative, who is told nothing but to pass it on.

    Raises KeyError for an unknown reason.
    """
    texts = _texts()
    chosen = texts.through_relative if through_relative else texts.calls[reason]
    return _filled(chosen[language_of(language)], values)


def events() -> frozenset[str]:
    """Return the events that there are words for."""
    return frozenset(_texts().messages)


def reasons() -> frozenset[str]:
    """Return the reasons to call that there are words for."""
    return frozenset(_texts().calls)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(values).strip()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHORT else text[: LONGEST_SHORT - len(_CUT)] + _CUT


@dataclass(frozen=True, kw_only=True)
class _Texts:
    """The file: event -> part -> language -> text; reason -> language -> text; language -> text."""

    messages: dict[str, dict[str, dict[str, str]]]
    calls: dict[str, dict[str, str]]
    through_relative: dict[str, str]


@lru_cache(maxsize=1)
def _texts() -> _Texts:
    with FILE.open(encoding="utf-8") as file:
        return _Texts(**yaml.safe_load(file))
