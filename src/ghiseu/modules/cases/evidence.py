"""The five evidence objects of a case. Each is written once and never changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case, Evidence, EvidenceKind, EvidenceMethod


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was taken: exact text and language, the signed scan's hash, and facts without personal data."""

    kind: EvidenceKind
    method: EvidenceMethod
    text: str = ""
    language: str = ""
    document_sha256: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


def text_hash(text: str) -> str:
    """Return the SHA-256 of the exact text shown, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def take(*, case: Case, taken: Taken, acting: ActingContext, at: datetime) -> Evidence:
    """Write an evidence object. The same scan for the same text again returns the first. Raises NoTransaction."""
    require_transaction()
    digest = text_hash(taken.text) if taken.text else ""
    known = Evidence.objects.filter(
        case=case,
        kind=taken.kind,
        method=taken.method,
        text_sha256=digest,
        document_sha256=taken.document_sha256,
    ).first()
    if known is not None:
        return known
    made = Evidence.objects.create(
        centre_id=case.centre_id,
        case=case,
        kind=taken.kind,
        method=taken.method,
        text=taken.text,
        language=taken.language,
        text_sha256=digest,
        document_sha256=taken.document_sha256,
        details=dict(taken.details),
        taken_at=at,
        taken_by_id=acting.operator_id,
    )
    journal.record("cases.evidence.taken", acting=acting, at=at, object_type=taken.kind, object_id=str(made.pk))
    return made


def newest(case: Case) -> dict[EvidenceKind, Evidence]:
    """Return the newest object of each kind."""
    return {EvidenceKind(row.kind): row for row in Evidence.objects.filter(case=case).order_by("id")}
