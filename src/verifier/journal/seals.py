"""Checks the seals in the database, and the same seals in the anchor file."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from verifier.journal import canonical
from verifier.journal.findings import CannotCheck, Finding, Kind

Keys = Mapping[str, Ed25519PublicKey]


@dataclass(frozen=True, kw_only=True)
class Seal:
    """One seal as it is written down; hashes and signature in hex."""

    number: int
    day: str
    sealed_at: str
    heads: tuple[tuple[int, int, str], ...]
    root: str
    previous: str
    hash: str
    key: str
    signature: str

    @classmethod
    def read(cls, written: Mapping[str, object]) -> "Seal":
        """Return the seal that a line of JSON or a row of the table holds. Raises ValueError."""
        texts = {
            name: written.get(name) for name in ("day", "sealed_at", "root", "previous", "hash", "key", "signature")
        }
        number = written.get("number")
        if not isinstance(number, int) or set(written) != {*texts, "number", "heads"}:
            raise ValueError("not the columns of a seal")
        plain = {name: text for name, text in texts.items() if isinstance(text, str)}
        if len(plain) != len(texts):
            raise ValueError("not the texts of a seal")
        date.fromisoformat(plain["day"])
        datetime.fromisoformat(plain["sealed_at"])
        return cls(number=number, heads=tuple(_heads(written["heads"])), **plain)

    def fault(self, keys: Keys) -> str:
        """Return why the seal is not what was signed, empty when it is."""
        statement = canonical.seal_statement(
            number=self.number, day=self.day, sealed_at=self.sealed_at, root=self.root, previous=self.previous
        )
        if canonical.root_hash(self.heads).hex() != self.root:
            return "the heads in it do not give its root hash"
        if hashlib.sha256(statement).hexdigest() != self.hash:
            return "its hash is not that of its content"
        if self.key not in keys:
            return f"it is signed with the key {self.key}, which was not given"
        try:
            keys[self.key].verify(bytes.fromhex(self.signature), statement)
        except (InvalidSignature, ValueError):
            return "its signature is not valid"
        return ""


def _heads(written: object) -> Iterator[tuple[int, int, str]]:
    if not isinstance(written, list):
        raise ValueError("not the heads of a seal")  # noqa: TRY004 - what is read is wrong, not what was called
    for head in written:
        match head:
            case {"centre": int(centre), "number": int(number), "hash": str(digest)} if len(head) == 3:  # noqa: PLR2004
                yield centre, number, digest
            case _:
                raise ValueError("not the head of a centre")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the anchor; without a seal when it cannot be read."""

    place: int
    seal: Seal | None


@dataclass(frozen=True, kw_only=True)
class SealedHead:
    """Where a chain stood when a seal was made."""

    number: int
    hash: bytes
    day: str


@dataclass(kw_only=True)
class Judgement:
    """What was found about the seals, and the seals that can be relied upon."""

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sound: list[Seal] = field(default_factory=list)

    def heads(self) -> dict[int, list[SealedHead]]:
        """Return for each centre where its chain stood, in the order of the seals."""
        found: dict[int, list[SealedHead]] = {}
        for seal in sorted(self.sound, key=lambda one: one.number):
            for centre, number, digest in seal.heads:
                sealed = SealedHead(number=number, hash=bytes.fromhex(digest), day=seal.day)
                found.setdefault(centre, []).append(sealed)
        return found

    def add(self, kind: Kind, number: int, text: str) -> None:
        """Add a finding about a seal or a line."""
        self.findings.append(Finding(kind=kind, number=number, text=text))


def read_keys(paths: Sequence[Path]) -> Keys:
    """Return the public keys by their names. Raises CannotCheck."""
    found = {}
    for path in paths:
        try:
            key = load_pem_public_key(path.read_bytes())
        except (OSError, ValueError) as error:
            raise CannotCheck(f"the key {path}: {error}") from error
        if not isinstance(key, Ed25519PublicKey):
            raise CannotCheck(f"the key {path} is no public Ed25519 key")
        name = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()[:16]
        found[name] = key
    return found


def read_anchor(path: Path) -> list[Line]:
    """Return the lines of the anchor. Raises CannotCheck when the file cannot be read."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise CannotCheck(f"the anchor {path}: {error}") from error
    found = []
    for place, line in enumerate(lines, 1):
        if place == len(lines) and not line:
            break
        try:
            written = json.loads(line)
            seal = Seal.read(written) if isinstance(written, dict) else None
        except ValueError:
            seal = None
        found.append(Line(place=place, seal=seal))
    return found


def check_seals(kept: Sequence[Seal], anchored: Sequence[Line], *, keys: Keys) -> Judgement:
    """Judge the seals of the database and the lines of the anchor, each alone and then side by side."""
    judged = Judgement()
    outside = _sound_lines(anchored, judged, keys=keys)
    inside: dict[int, Seal] = {}
    for seal in kept:
        fault = seal.fault(keys)
        if fault:
            judged.add(Kind.ALTERED_SEAL, seal.number, fault + _kept_outside(seal.number, outside))
        elif outside.get(seal.number, seal) != seal:
            judged.add(Kind.ALTERED_SEAL, seal.number, "database and anchor hold different seals, both signed")
        else:
            inside[seal.number] = seal
    known = {seal.number for seal in kept}
    for number in range(1, max([*known, *outside], default=0) + 1):
        if number not in known:
            judged.add(Kind.MISSING_SEAL, number, "it is not in the database" + _kept_outside(number, outside))
    sound = {**inside, **outside}
    _check_order(sound, judged)
    _note_ends(known, outside, judged)
    judged.sound = list(sound.values())
    return judged


def _sound_lines(anchored: Sequence[Line], judged: Judgement, *, keys: Keys) -> dict[int, Seal]:
    sound: dict[int, Seal] = {}
    before = 0
    for line in anchored:
        fault = line.seal.fault(keys) if line.seal else "it is no seal"
        if fault or line.seal is None:
            judged.add(Kind.CHANGED_ANCHOR_LINE, line.place, fault)
            before += 1 if before else 0
            continue
        number = line.seal.number
        if before and number != before + 1:
            judged.add(Kind.CHANGED_ANCHOR_LINE, line.place, f"seal {number} stands where seal {before + 1} belongs")
        before = number
        sound[number] = line.seal
    return sound


def _kept_outside(number: int, outside: Mapping[int, Seal]) -> str:
    return f"; the anchor holds it, of {outside[number].day}" if number in outside else ""


def _check_order(sound: Mapping[int, Seal], judged: Judgement) -> None:
    for number, seal in sorted(sound.items()):
        before = sound[number - 1].hash if number - 1 in sound else None
        if number == 1:
            before = canonical.NOTHING_BEFORE.hex()
        if before is not None and seal.previous != before:
            judged.add(Kind.ALTERED_SEAL, number, f"it does not follow seal {number - 1}")


def _note_ends(known: set[int], outside: Mapping[int, Seal], judged: Judgement) -> None:
    if known and not outside:
        judged.notes.append("the anchor holds no usable seal: the seals of the database are checked alone")
    elif known and max(known) > max(outside):
        judged.notes.append(f"the anchor ends with seal {max(outside)}, the database with seal {max(known)}")
    if outside and min(outside) > 1:
        judged.notes.append(f"the anchor begins with seal {min(outside)}")
    if not known and not outside:
        judged.notes.append("nothing was sealed yet: that rows are missing at the end cannot be seen")
