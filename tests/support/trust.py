"""The platform's seal beside a running authority and time-stamp server, and a record to be sealed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from ghiseu.adapters.seal import PlatformSeal
from ghiseu.adapters.seal.sealing import Place
from ghiseu.modules.documents.bundles import text_hash
from ghiseu.modules.documents.papers import Office, render
from ghiseu.modules.documents.papers.bundle import (
    FORMAT,
    BundlePaper,
    Fact,
    content_hash,
    content_text,
    named_facts,
    printable,
)
from simulators.common.process import Running

AT = datetime(2026, 11, 23, 10, 15, tzinfo=ZoneInfo("Europe/Chisinau"))
TEXT = "Cer extrasul de naștere.\nPrenume: Ștefania «Țăran» — Стефания\nfi ffi ✓ 😀\ttab"


@contextmanager
def seal_beside(trust: Running, *, root: str = "root.pem") -> Iterator[PlatformSeal]:
    """Yield the seal with the keys that the authority issued."""
    folder = trust.folder / "seal"
    place = Place(
        key=folder / "key.pem",
        certificate=folder / "certificate.pem",
        trust=folder / root,
        stamp_url=f"{trust.url}/tsa",
    )
    seal = PlatformSeal(place, connect_seconds=2, total_seconds=2)
    try:
        yield seal
    finally:
        seal.close()


def facts_of(**changed: Fact) -> dict[str, Fact]:
    """Return what a record says, changed where told."""
    text = str(changed.get("text", TEXT))
    return {
        "format": FORMAT,
        "what": "agreement",
        "kind": "explicit_request",
        "method": "hand_signature",
        "text": text,
        "text_sha256": text_hash(text),
        "language": "ro",
        "agreed_at": "2026-11-23T08:15:00+00:00",
        "case": "LOZ-2026-000417-07",
        "holder": {"name": "Eugenia Test", "idnp": "2099010100376"},
        "acting": {"operator_idnp": "2099240108887", "mandate": None},
        **changed,
    }


def unsealed(facts: dict[str, Fact], *, shown: str | None = None, told: dict[str, Fact] | None = None) -> bytes:
    """Return the record as PDF; `shown` and `told` let the page say something else than the file inside."""
    content = content_text(facts)
    return render(
        BundlePaper(
            language="ro",
            office=Office(name="Centrul din Lozova", address="", phone="+373 237 00 000"),
            made_at=AT,
            is_revocation=facts["what"] == "revocation",
            case_number=str(facts["case"]),
            person="Eugenia Test",
            service="Extras de naștere",
            agreed_at="23 noiembrie 2026, 10:15",
            kind="cererea către instituție",
            method="semnat de mână",
            lines=tuple(printable(str(facts["text"]) if shown is None else shown).split("\n")),
            text_sha256=str(facts["text_sha256"]),
            facts=named_facts(facts if told is None else told),
            content=content,
            content_sha256=content_hash(content),
        )
    )
