"""`evidence FILE.pdf --trust root.pem`: is this record of an agreement whole, sealed, and what does it say?

The format is ghiseu-evidence/1 (docs/howto/verify-an-agreement.md). Needs the file and the root certificate, nothing
else. Exit code 0: good; 1: not good; 2: cannot be read.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from verifier.bundle.chain import name_of, read_roots, require_trusted
from verifier.bundle.faults import NotGood, NotReadable
from verifier.bundle.page_text import bare, said_by
from verifier.bundle.sealed_pdf import take_apart
from verifier.bundle.strict_cms import read_seal

GOOD, BAD, UNREADABLE = 0, 1, 2
FORMAT = "ghiseu-evidence/1"
LARGEST = 50 * 1024 * 1024
_SHOWN_AS_IT_IS = re.compile(
    "[\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u0218-\u021b\u0401-\u045f\u2010-\u2015\u2018-\u201e\u2026\u2116\u2713]"
)
_KINDS = {
    "explicit_request": "the request to the institution, and that registers are asked for it",
    "processing_consent": "that personal data are processed for the named purposes",
    "mandate": "that one person acts for another",
}
_METHODS = {
    "hand_signature": "signed by hand on paper, which was scanned",
    "electronic_signature": "with the person's electronic signature, by MSign",
    "citizen_touch": "by touch on the screen that faces the citizen",
    "spoken_before_witness": "said aloud before a witness, a colleague of the operator",
    "guardian": "given by a representative on the recorded mandate",
    "recorded": "recorded by the operator from what was shown",
    "document_seen": "on an identity document that the operator saw",
    "document_read": "on an identity document that was read by machine",
}

Fact = str | int | float | bool | None | list["Fact"] | dict[str, "Fact"]
Facts = dict[str, Fact]


@dataclass(frozen=True, kw_only=True)
class Record:
    """A record that is good: what it says, who sealed it, and when."""

    facts: Facts
    sealed_by: str
    stamped_by: str
    stamped_at: datetime


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the check."""
    parser.add_argument("file", help="the sealed record, a PDF")
    parser.add_argument("--trust", required=True, help="PEM file with the root certificates that are trusted")


def run(arguments: argparse.Namespace) -> int:
    """Check the record and say the result in plain words. Returns 0 good, 1 not good, 2 cannot be read."""
    try:
        record = check(_content(Path(arguments.file)), trust=Path(arguments.trust))
    except NotGood as error:
        sys.stdout.write(f"NOT GOOD: {error}.\n")
        return BAD
    except NotReadable as error:
        sys.stdout.write(f"CANNOT BE READ: {error}.\n")
        return UNREADABLE
    sys.stdout.write("\n".join(in_words(record)) + "\n")
    return GOOD


def check(content: bytes, *, trust: Path) -> Record:
    """Return what a good record says. Raises NotGood, NotReadable."""
    roots = read_roots(trust)
    document = take_apart(content)
    seal, stamp = read_seal(document.container, covered=document.covered)
    require_trusted(content, roots=roots, at=stamp.at, brought=(seal.certificates, stamp.signed.certificates))
    facts = _facts(document.attached)
    _require_same(facts, attached=document.attached, said=said_by(content))
    return Record(
        facts=facts,
        sealed_by=name_of(seal.signer),
        stamped_by=name_of(stamp.signed.signer),
        stamped_at=stamp.at,
    )


def in_words(record: Record) -> Iterator[str]:
    """Yield what was agreed, line by line, in plain words."""
    facts = record.facts
    withdrawn = facts["what"] == "revocation"
    yield "GOOD: the record is whole, sealed and stamped."
    yield ""
    yield f"Sealed by    {_safe(record.sealed_by)}"
    yield f"Stamped at   {record.stamped_at.isoformat()} by {_safe(record.stamped_by)}"
    yield f"Record of    {'an agreement that was WITHDRAWN' if withdrawn else 'an agreement'}"
    yield f"About        {_KINDS.get(_word(facts, 'kind'), _word(facts, 'kind'))}"
    yield f"How          {_METHODS.get(_word(facts, 'method'), _word(facts, 'method'))}"
    yield f"When         {_word(facts, 'agreed_at')}"
    yield f"Case         {_word(facts, 'case')}"
    if withdrawn:
        yield f"Reason       {_word(facts, 'reason')}"
        yield f"Withdraws    the record whose file inside has SHA-256 {_word(facts, 'revokes', 'content_sha256')}"
    yield f"Person       {_word(facts, 'holder', 'name')} {_word(facts, 'holder', 'idnp')}".rstrip()
    yield f"At the desk  {_word(facts, 'present', 'name')} {_word(facts, 'present', 'idnp')}".rstrip()
    yield f"Operator     {_word(facts, 'acting', 'operator_idnp')} at {_word(facts, 'centre', 'name')}"
    yield f"Service      {_word(facts, 'service', 'name')} ({_word(facts, 'service', 'code')})"
    if _word(facts, "witness"):
        yield f"Witness      {_word(facts, 'witness')}"
    if _word(facts, "scan", "sha256"):
        yield f"Scan         SHA-256 {_word(facts, 'scan', 'sha256')}"
    yield ""
    yield f"The text that was shown (language: {_word(facts, 'language') or 'none'}):"
    yield from (f"  {line}" for line in _word(facts, "text").split("\n"))


def printable(text: str) -> str:
    """Return the text as the page prints it: what a font may not have stands as its code in brackets."""
    return "".join(one if _SHOWN_AS_IT_IS.fullmatch(one) else f"[U+{ord(one):04X}]" for one in text)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise NotReadable(f"{path} is too large for a record")
        return path.read_bytes()
    except OSError as error:
        raise NotReadable(f"{path}: {error.strerror}") from error


def _facts(attached: bytes) -> Facts:
    """Read the file inside: canonical JSON of the known format whose text has its hash. Raises NotGood."""
    try:
        text = attached.decode()
        facts = json.loads(text)
    except ValueError as error:
        raise NotGood("the file inside cannot be read") from error
    if (
        not isinstance(facts, dict)
        or facts.get("format") != FORMAT
        or facts.get("what") not in {"agreement", "revocation"}
    ):
        raise NotGood(f"the file inside is not of the format {FORMAT}")
    if json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")) != text:
        raise NotGood("the file inside is not in its one form")
    shown = facts.get("text")
    if not isinstance(shown, str) or facts.get("text_sha256") != hashlib.sha256(shown.encode()).hexdigest():
        raise NotGood("the text in the file inside does not have its hash")
    return facts


def _require_same(facts: Facts, *, attached: bytes, said: str) -> None:
    """Refuse a record whose page does not say what its file says. Raises NotGood."""
    if bare(printable(str(facts["text"]))) not in said:
        raise NotGood("the page shows another text than the file inside")
    if hashlib.sha256(attached).hexdigest() not in said:
        raise NotGood("the page names another file than the one inside")
    for name, value in _leaves("", facts):
        if name != "text" and bare(name + printable(value)) not in said:
            raise NotGood(f"the page does not show what the file inside says: {_safe(name)}")


def _leaves(path: str, value: Fact) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in sorted(value.items()):
            yield from _leaves(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(f"{path}.{number}", inner)
    elif value not in (None, ""):
        yield path, value if isinstance(value, str) else json.dumps(value)


def _word(facts: Facts, *path: str) -> str:
    """Return a value of the file inside, safe for a terminal; empty when it is not there."""
    found: Fact = facts
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return _safe("" if found is None else str(found))


def _safe(text: str) -> str:
    """Return the text without anything that a terminal would take for an order."""
    return "".join(one if one == "\n" or one.isprintable() else f"[U+{ord(one):04X}]" for one in text)
