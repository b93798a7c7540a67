"""What a person agrees to is kept for a court: frozen with the evidence, and queued for the platform's seal."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from ghiseu.foundation.access import ActingContext
from ghiseu.journeys import evidence_jobs
from ghiseu.journeys.identify import identity_of
from ghiseu.journeys.load_case import package_of
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.models import Case, Evidence
from ghiseu.modules.documents import bundles
from ghiseu.modules.documents.bundle_models import BundleKind
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.papers.bundle import FORMAT, Fact
from ghiseu.modules.mandates.models import Mandate
from ghiseu.modules.mandates.queries import acted_on
from ghiseu.modules.visits.queries import visit_acted_in


def take(*, case: Case, taken: Taken, acting: ActingContext, at: datetime) -> Evidence:
    """Write an evidence object; of an agreement also what its sealed record will say, and queue the sealing.

    Who was present, how they were identified and on what mandate follows from the visit that `acting` names: that in
    which it was agreed, which need not be the one that opened the case. The same again returns the first and seals
    nothing more. Raises NoTransaction.
    """
    made = evidence.take(case=case, taken=taken, acting=acting, at=at)
    if bundles.is_agreement(made):
        facts = _agreed(made, case, acting=acting)
        _freeze(made, BundleKind.AGREEMENT, facts, at=at)
    return made


def take_back(*, of: Evidence, case: Case, reason: str, acting: ActingContext, at: datetime) -> None:
    """Write that the agreement was withdrawn, in the visit that `acting` names, and queue the sealing of that.

    May be repeated. Raises NoTransaction.
    """
    kept = bundles.frozen(of)
    facts: dict[str, Fact] = {
        **_agreed(of, case, acting=acting),
        "what": "revocation",
        "agreed_at": _moment(at),
        "reason": reason,
        "revokes": {
            "agreed_at": _moment(of.taken_at),
            "content_sha256": kept.content_sha256 if kept is not None else None,
            "evidence": of.pk,
        },
    }
    _freeze(of, BundleKind.REVOCATION, facts, at=at)


def _freeze(of: Evidence, kind: BundleKind, facts: Mapping[str, Fact], *, at: datetime) -> None:
    content, is_new = bundles.freeze(evidence=of, kind=kind, facts=facts, at=at)
    if is_new:
        evidence_jobs.ask_for_seal(content, at=at)


def _agreed(made: Evidence, case: Case, *, acting: ActingContext) -> dict[str, Fact]:
    """Return everything that a court may ask about the agreement, with full identifiers. Format ghiseu-evidence/1."""
    package, visit = package_of(case), visit_acted_in(acting) or case.visit
    identity = identity_of(visit)
    scan = Document.objects.filter(case=case, sha256=made.document_sha256).order_by("id").first()
    return {
        "format": FORMAT,
        "what": "agreement",
        "evidence": made.pk,
        "kind": made.kind,
        "method": made.method,
        "text": made.text,
        "text_sha256": bundles.text_hash(made.text),
        "language": made.language,
        "agreed_at": _moment(made.taken_at),
        "case": case.number,
        "centre": {"code": case.centre.code, "name": case.centre.name},
        "service": {
            "code": package.code,
            "version": package.version,
            "sha256": package.sha256,
            "name": package.name("ro"),
        },
        "holder": _person(case.holder),
        "present": _person(visit.person),
        "role": case.role,
        "mandate": _mandate(acted_on(acting)),
        "acting": {name: None if value is None else _plain(value) for name, value in asdict(acting).items()},
        "scan": {"sha256": made.document_sha256, "document": str(scan.key) if scan is not None else ""},
        "witness": _witness(made),
        "screen": _screen(made),
        "details": {name: _plain(value) for name, value in made.details.items()},
        "identity": {"method": str(identity.method), **identity.details},
    }


def _person(person: Person) -> dict[str, Fact]:
    return {"name": person.full_name, "idnp": person.idnp, "document": person.document}


def _witness(made: Evidence) -> str:
    """Return the colleague who heard the person agree: name, IDNP, number as an operator."""
    witness = made.witness
    return f"{witness.full_name} {witness.idnp}, operator {witness.pk}" if witness is not None else ""


def _screen(made: Evidence) -> dict[str, Fact] | None:
    """Return the citizen's screen on which the person agreed; since when it showed the text stands in the details."""
    screen = made.screen
    if screen is None:
        return None
    return {"number": screen.pk, "desk": screen.desk.name, "paired_at": _moment(screen.paired_at)}


def _mandate(mandate: Mandate | None) -> dict[str, Fact] | None:
    if mandate is None:
        return None
    return {
        "kind": mandate.kind,
        "evidence": mandate.evidence,
        "evidence_number": mandate.evidence_number,
        "issued_by": mandate.issued_by,
        "valid_until": mandate.valid_until.isoformat() if mandate.valid_until else None,
        "confirmed_by": mandate.confirmed_by,
    }


def _plain(value: object) -> str | int | bool:
    return value if isinstance(value, bool | int) else str(value)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
