"""What differs from one institution to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
Answers = Mapping[str, Json]


@dataclass(frozen=True, kw_only=True)
class StatusWords:
    """The institution's own words for the states of a dossier."""

    received: str
    examined: str
    decided: str  # approved, the document is being made and signed
    papers_asked: str
    approved: str
    refused: str
    cancelled: str = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is known when a result is written: the dossier's service, person, answers and attachment ids."""

    service_code: str
    subject_idnp: str
    answers: Answers
    attachment_ids: tuple[str, ...]

    def answer(self, *names: str) -> str:
        """Return the first of the answers that is given, as text, else an empty text."""
        for name in names:
            value = find_answer(self.answers, name)
            if value not in (None, "", [], {}):
                return str(value)
        return ""


@dataclass(frozen=True, kw_only=True)
class ResultText:
    """A result document in Romanian: title, sentences, and lines of (label, value)."""

    title: str
    intro: str
    lines: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class LookupQuestion:
    """A question about a person that opens no dossier."""

    subject_idnp: str
    parameters: Mapping[str, str]


class NotHeldHere(Exception):
    """The institution has no such record."""


Lookup = Callable[[LookupQuestion], dict[str, Json]]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One institution. `words_of` and `write_result` take the service code or the dossier's question."""

    name: str
    title: str
    organisation: str
    number_prefix: str
    words_of: Callable[[str], StatusWords]
    write_result: Callable[[Question], ResultText]
    papers: tuple[tuple[str, str], ...]  # (attachment id, Romanian name) offered when papers are asked for
    lookups: Mapping[str, Lookup] = field(default_factory=dict)


def find_answer(answers: Json | Answers, name: str) -> Json:
    """Return the value under this name at any depth of the payload, the shallowest first, or None."""
    level: list[Json | Answers] = [answers]
    while level:
        groups = [item for item in level if isinstance(item, Mapping)]
        for group in groups:
            if name in group:
                return group[name]
        below: list[Json | Answers] = [value for group in groups for value in group.values()]
        below += [value for item in level if isinstance(item, list) for value in item]
        level = below
    return None
