"""The paper of a sealed agreement: what was agreed, in words and as facts, with the same as JSON inside.

Format ghiseu-evidence/1 (docs/howto/verify-an-agreement.md). A verifier reads the page and compares it with the file
inside: so everything that the file says is printed, and what a font may not have is printed as its code.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ghiseu.modules.documents.papers.kinds import Paper

FORMAT = "ghiseu-evidence/1"
_SHOWN_AS_IT_IS = re.compile(
    "[\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u0218-\u021b\u0401-\u045f\u2010-\u2015\u2018-\u201e\u2026\u2116\u2713]"
)

Fact = str | int | bool | None | list["Fact"] | dict[str, "Fact"]


@dataclass(frozen=True, kw_only=True)
class NamedFact:
    """One value of the file inside, under its path: `acting.operator_idnp`."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class BundlePaper(Paper):
    """An agreement or its withdrawal. `content` is the JSON text that goes inside, byte for byte."""

    TEMPLATE = "bundle.typ"

    is_revocation: bool
    case_number: str
    person: str
    service: str
    agreed_at: str
    kind: str
    method: str
    lines: tuple[str, ...]
    text_sha256: str
    facts: tuple[NamedFact, ...]
    content: str
    content_sha256: str


def content_text(facts: Mapping[str, Fact]) -> str:
    """Return the canonical JSON text of the file inside: sorted names, no spaces, UTF-8 as it is."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def content_hash(content: str) -> str:
    """Return the SHA-256 of the file inside, lower-case hex."""
    return hashlib.sha256(content.encode()).hexdigest()


def printable(text: str) -> str:
    """Return the text with every character that a font may not have as its code in brackets."""
    return "".join(one if _SHOWN_AS_IT_IS.fullmatch(one) else f"[U+{ord(one):04X}]" for one in text)


def named_facts(facts: Mapping[str, Fact]) -> tuple[NamedFact, ...]:
    """Return everything that the file says, except the text, which the page shows by itself."""
    return tuple(
        NamedFact(name=name, value=printable(value)) for name, value in _leaves("", dict(facts)) if name != "text"
    )


def _leaves(path: str, value: Fact) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in sorted(value.items()):
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(f"{path}.{number}", inner)
    elif value not in (None, ""):
        yield path, value if isinstance(value, str) else json.dumps(value)
