"""Records of agreements: frozen with the evidence, sealed later by the worker, never changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import Owner
from ghiseu.modules.cases.models import Case, Evidence, EvidenceKind, EvidenceMethod
from ghiseu.modules.documents import sealed_files
from ghiseu.modules.documents.bundle_models import AgreementContent, BundleKind, EvidenceBundle
from ghiseu.modules.documents.models import DocumentKind
from ghiseu.modules.documents.operations import StoredFile, add_document
from ghiseu.modules.documents.papers.bundle import Fact, content_hash, content_text
from ghiseu.modules.documents.signatures import page_count

# What a person agrees to, or lets somebody do for them. That an identity was checked and what the operator did are
# facts about it: they stand inside each record and in the journal.
AGREEMENTS = frozenset({EvidenceKind.EXPLICIT_REQUEST, EvidenceKind.PROCESSING_CONSENT, EvidenceKind.MANDATE})
AT_ONCE = 500
WITHDRAWABLE = frozenset({EvidenceKind.EXPLICIT_REQUEST, EvidenceKind.PROCESSING_CONSENT})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One agreement of a case as its page shows it; the keys are of the sealed records, empty while they wait."""

    kind: EvidenceKind
    taken_at: datetime
    record_key: str
    is_withdrawn: bool
    withdrawal_key: str


def is_agreement(evidence: Evidence) -> bool:
    """Tell whether a record is made of this evidence."""
    return evidence.kind in AGREEMENTS and evidence.method != EvidenceMethod.NOT_NEEDED


def freeze(
    *, evidence: Evidence, kind: BundleKind, facts: Mapping[str, Fact], at: datetime
) -> tuple[AgreementContent, bool]:
    """Write down what the record will say, once; return it and whether it is new. Raises NoTransaction."""
    require_transaction()
    content = content_text(facts)
    return AgreementContent.objects.get_or_create(
        evidence=evidence,
        kind=kind,
        defaults={
            "centre_id": evidence.centre_id,
            "case_id": evidence.case_id,
            "content": content,
            "content_sha256": content_hash(content),
            "made_at": at,
        },
    )


def frozen(evidence: Evidence, kind: BundleKind = BundleKind.AGREEMENT) -> AgreementContent | None:
    """Return what was written down of this evidence, if anything was."""
    return AgreementContent.objects.filter(evidence=evidence, kind=kind).first()


def is_sealed(content: AgreementContent) -> bool:
    """Tell whether the sealed record is here."""
    return EvidenceBundle.objects.filter(evidence_id=content.evidence_id, kind=content.kind).exists()


def waiting() -> list[AgreementContent]:
    """Return what waits for the seal at this scope's centre, the oldest first, at most 500."""
    sealed = EvidenceBundle.objects.filter(evidence_id=OuterRef("evidence_id"), kind=OuterRef("kind"))
    kept = AgreementContent.objects.filter(~Exists(sealed), case__destroyed_at=None)
    return list(kept.defer("content").order_by("id")[:AT_ONCE])


def keep_sealed(content: bytes, *, owner: Owner, file_name: str) -> StoredFile:
    """Put a sealed record in the store. May be repeated. Raises StoreFull."""
    sha256, stored_sha256 = sealed_files.put(content, owner=owner)
    return StoredFile(
        sha256=sha256,
        stored_sha256=stored_sha256,
        received_sha256=sha256,
        size=len(content),
        media_type="application/pdf",
        page_count=page_count(content),
        is_signed=True,
        file_name=file_name,
    )


def record_sealed(
    *, content: AgreementContent, kept: StoredFile, title: str, acting: ActingContext, at: datetime
) -> EvidenceBundle:
    """Add the sealed record to the case; when another worker was faster, return theirs. Raises NoTransaction.

    The caller has locked the case.
    """
    require_transaction()
    known = EvidenceBundle.objects.filter(evidence_id=content.evidence_id, kind=content.kind).first()
    if known is not None:
        return known
    document = add_document(case=content.case, kind=DocumentKind.EVIDENCE, title=title, kept=kept, acting=acting, at=at)
    made = EvidenceBundle.objects.create(
        centre_id=content.centre_id,
        evidence_id=content.evidence_id,
        kind=content.kind,
        document=document,
        content_sha256=content.content_sha256,
        sealed_at=at,
    )
    journal.record(
        "documents.agreement.sealed",
        acting=acting,
        at=at,
        object_type="agreement",
        object_id=str(content.evidence_id),
        details={"kind": content.kind, "content_sha256": content.content_sha256},
    )
    return made


def is_withdrawn(case: Case) -> bool:
    """Tell whether the newest request of the case was withdrawn: nothing may leave then, and no register is asked."""
    newest = Evidence.objects.filter(case=case, kind=EvidenceKind.EXPLICIT_REQUEST).order_by("-id").first()
    return newest is not None and frozen(newest, BundleKind.REVOCATION) is not None


def standing(case: Case) -> list[Standing]:
    """Return the agreements of the case, oldest first, each with its record and its withdrawal."""
    contents = AgreementContent.objects.filter(case=case).defer("content").select_related("evidence").order_by("id")
    rows = {(row.evidence_id, row.kind): row for row in contents}
    keys = _keys_of_records({evidence_id for evidence_id, _kind in rows})
    return [
        Standing(
            kind=EvidenceKind(row.evidence.kind),
            taken_at=row.evidence.taken_at,
            record_key=keys.get((evidence_id, BundleKind.AGREEMENT), ""),
            is_withdrawn=(evidence_id, BundleKind.REVOCATION) in rows,
            withdrawal_key=keys.get((evidence_id, BundleKind.REVOCATION), ""),
        )
        for (evidence_id, kind), row in rows.items()
        if kind == BundleKind.AGREEMENT or (evidence_id, BundleKind.AGREEMENT) not in rows
    ]


def _keys_of_records(evidence_ids: set[int]) -> dict[tuple[int, str], str]:
    """Return the document's key of each sealed record of this evidence."""
    if not evidence_ids:
        return {}
    made = EvidenceBundle.objects.filter(evidence_id__in=evidence_ids).select_related("document").order_by("id")
    return {(one.evidence_id, one.kind): str(one.document.key) for one in made}


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text, also of the empty one, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()
