"""Adding documents to a case. The file is put in the store first, outside the transaction that writes its row."""

import hashlib
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Protocol

from django.conf import settings

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import Owner
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.timeline import note_change
from ghiseu.modules.documents import sealed_files
from ghiseu.modules.documents.intake import CleanFile
from ghiseu.modules.documents.models import Document, DocumentKind, Origin
from ghiseu.modules.documents.signatures import SignatureReport, check_signature, page_count, trust_anchors


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that is in the store, sealed for its case, and has no row yet.

    `received_sha256` is of the bytes as they came, `stored_sha256` of the sealed file.
    """

    sha256: str
    received_sha256: str
    size: int
    media_type: str
    page_count: int
    is_signed: bool
    stored_sha256: str = ""
    file_name: str = ""
    institution_document: str = ""
    signature_report: dict[str, str | bool] = field(default_factory=dict)


class WaitingResult(Protocol):
    """What an institution says of a result document before it is fetched."""

    @property
    def document_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def keep_clean_file(clean: CleanFile, *, owner: Owner, file_name: str, received_sha256: str) -> StoredFile:
    """Put a file that passed the intake in the store. May be repeated. Raises StoreFull."""
    sha256, stored_sha256 = sealed_files.put(clean.content, owner=owner)
    return StoredFile(
        sha256=sha256,
        stored_sha256=stored_sha256,
        received_sha256=received_sha256,
        size=len(clean.content),
        media_type=clean.media_type,
        page_count=clean.page_count,
        is_signed=clean.is_signed,
        file_name=file_name,
    )


def keep_paper(content: bytes, *, owner: Owner, file_name: str) -> StoredFile:
    """Put a paper that we made (PDF) in the store. May be repeated. Raises StoreFull."""
    sha256, stored_sha256 = sealed_files.put(content, owner=owner)
    return StoredFile(
        sha256=sha256,
        stored_sha256=stored_sha256,
        received_sha256=sha256,
        size=len(content),
        media_type="application/pdf",
        page_count=page_count(content),
        is_signed=False,
        file_name=file_name,
    )


def keep_signed_paper(content: bytes, *, owner: Owner, file_name: str, report: SignatureReport) -> StoredFile:
    """Put a paper that we made and that came back signed in the store, as it is. May be repeated. Raises StoreFull."""
    kept = keep_paper(content, owner=owner, file_name=file_name)
    return replace(kept, is_signed=True, signature_report=asdict(report))


def keep_result_bytes(*, owner: Owner, result: WaitingResult, content: bytes) -> StoredFile:
    """Check a result document and put it in the store as it is. Call it from the worker, outside a transaction.

    A signature that cannot be trusted does not refuse the document: the report says so, and the operator sees it.
    Raises UnusableAnswer when these are not the announced bytes or no PDF, StoreFull.
    """
    if hashlib.sha256(content).hexdigest() != result.sha256.lower():
        raise UnusableAnswer("the result document is not the one that was announced")
    if not content.startswith(b"%PDF-"):
        raise UnusableAnswer("the result document is not a PDF")
    report = check_signature(content, trust=trust_anchors(settings.RESULT_TRUST))
    sha256, stored_sha256 = sealed_files.put(content, owner=owner)
    return StoredFile(
        sha256=sha256,
        stored_sha256=stored_sha256,
        received_sha256=sha256,
        size=len(content),
        media_type="application/pdf",
        page_count=page_count(content),
        is_signed=report.verdict != "unsigned",
        file_name=result.name,
        institution_document=result.document_id,
        signature_report=asdict(report),
    )


def add_result(*, case: Case, kept: StoredFile, acting: ActingContext, at: datetime) -> Document:
    """Add a result of the institution to the case; the same bytes again change nothing. Raises NoTransaction."""
    require_transaction()
    document, is_new = Document.objects.get_or_create(
        case=case,
        kind=DocumentKind.RESULT,
        sha256=kept.sha256,
        defaults={
            **_columns(kept),
            "centre_id": case.centre_id,
            "title": kept.file_name or kept.institution_document,
            "origin": Origin.INSTITUTION,
            "created_at": at,
            "created_by_id": acting.operator_id,
        },
    )
    if is_new:
        _record("documents.result.added", document, acting=acting, at=at)
    return document


def add_document(
    *,
    case: Case,
    kind: DocumentKind,
    title: str,
    kept: StoredFile,
    acting: ActingContext,
    at: datetime,
    attachment_id: str = "",
    origin: Origin = Origin.MADE_HERE,
) -> Document:
    """Add a stored file to the case. Each call adds one; protect repeats by the command's id. Raises NoTransaction."""
    require_transaction()
    document = Document.objects.create(
        **_columns(kept),
        centre_id=case.centre_id,
        case=case,
        kind=kind,
        attachment_id=attachment_id,
        title=title,
        sha256=kept.sha256,
        origin=origin,
        created_at=at,
        created_by_id=acting.operator_id,
    )
    note_change(case, at=at)
    _record("documents.document.added", document, acting=acting, at=at)
    return document


def replace_document(*, old: Document, new: Document, acting: ActingContext, at: datetime) -> None:
    """Let a better copy stand for the old one, which stays readable. May be repeated. Raises NoTransaction."""
    require_transaction()
    changed = Document.objects.standing().filter(pk=old.pk, case_id=new.case_id).update(replaced_by=new)
    if changed:
        _record("documents.document.replaced", old, acting=acting, at=at)


def withdraw_document(*, document: Document, acting: ActingContext, at: datetime) -> None:
    """Take a document off the case that did not belong there; a sealed record stays. May be repeated.

    Raises NoTransaction.
    """
    require_transaction()
    changed = (
        Document.objects.standing()
        .filter(pk=document.pk)
        .exclude(kind=DocumentKind.EVIDENCE)
        .update(withdrawn_at=at, withdrawn_by_id=acting.operator_id)
    )
    if changed:
        note_change(document.case, at=at)
        _record("documents.document.withdrawn", document, acting=acting, at=at)


def open_document(*, document: Document, acting: ActingContext, at: datetime) -> bytes:
    """Return the bytes to somebody who looks at them, and write that in the journal.

    Raises NotStored, BytesDamaged, CannotOpen, NoTransaction.
    """
    require_transaction()
    content = sealed_files.get(document)
    _record("documents.document.opened", document, acting=acting, at=at)
    return content


def _record(event: str, document: Document, *, acting: ActingContext, at: datetime) -> None:
    journal.record(
        event,
        acting=acting,
        at=at,
        object_type="document",
        object_id=str(document.key),
        details={"kind": document.kind, "sha256": document.sha256, "pages": document.page_count},
    )


def _columns(kept: StoredFile) -> dict[str, object]:
    columns = asdict(kept)
    del columns["sha256"]
    return columns
