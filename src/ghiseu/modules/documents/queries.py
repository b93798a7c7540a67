"""What stands in a case, and what is sent of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from ghiseu.foundation.access import transaction
from ghiseu.foundation.store import NotStored
from ghiseu.modules.cases.models import Case
from ghiseu.modules.documents import sealed_files
from ghiseu.modules.documents.models import Document, DocumentKind, DocumentQuerySet, UploadSession, UploadState

SIGNED_KINDS = (DocumentKind.SIGNED_SCAN, DocumentKind.SIGNED_REQUEST)
SENT_KINDS = (DocumentKind.ATTACHMENT, *SIGNED_KINDS)
_ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@dataclass(frozen=True, kw_only=True)
class FileWithBytes:
    """One file of a frozen submission; `content` hashes to `sha256`."""

    attachment_id: str
    name: str
    media_type: str
    sha256: str
    content: bytes


def documents_of(case: Case) -> DocumentQuerySet:
    """Return what stands in the case, oldest first."""
    return Document.objects.standing().filter(case=case).order_by("id")


def attachment_counts(case: Case) -> dict[str, int]:
    """Return how many documents stand for each paper of the package."""
    rows = (
        documents_of(case)
        .filter(kind=DocumentKind.ATTACHMENT)
        .order_by()
        .values_list("attachment_id")
        .annotate(count=Count("id"))
    )
    return dict(rows)


def frozen_files(case: Case) -> list[dict[str, str]]:
    """Return what goes to the institution: scans of papers and hand-signed requests, by hash, oldest first.

    Names are made here; what people call their files stays here.
    """
    return [
        {
            "attachment_id": document.attachment_id or document.kind,
            "name": f"{number:02}-{document.attachment_id or document.kind}.{ending_of(document)}",
            "media_type": document.media_type,
            "sha256": document.sha256,
        }
        for number, document in enumerate(documents_of(case).filter(kind__in=SENT_KINDS), start=1)
    ]


def parcel_files(files: Iterable[Mapping[str, str]], *, case_id: int) -> tuple[FileWithBytes, ...]:
    """Read the frozen files of a case from the store. Raises NotStored, BytesDamaged, CannotOpen."""
    with transaction():
        known = {one.sha256: one for one in Document.objects.filter(case_id=case_id).order_by("id")}
    return tuple(
        FileWithBytes(
            attachment_id=one["attachment_id"],
            name=one["name"],
            media_type=one["media_type"],
            sha256=one["sha256"],
            content=_content(known.get(one["sha256"]), sha256=one["sha256"]),
        )
        for one in files
    )


def _content(document: Document | None, *, sha256: str) -> bytes:
    if document is None:
        raise NotStored(sha256)
    return sealed_files.get(document)


def has_result(*, case: Case, sha256: str) -> bool:
    """Tell whether this result is here already."""
    return Document.objects.filter(case=case, kind=DocumentKind.RESULT, sha256=sha256.lower()).exists()


def results_of(case: Case) -> DocumentQuerySet:
    """Return the institution's results, newest first."""
    return Document.objects.standing().filter(case=case, kind=DocumentKind.RESULT).order_by("-id")


def open_uploads(case: Case) -> list[UploadSession]:
    """Return files that are on their way, so that the desk can go on where the line broke."""
    return list(UploadSession.objects.filter(case=case, state=UploadState.OPEN).order_by("id"))


def referenced_hashes() -> set[str]:
    """Return the hashes of the files that this scope's centre names. The sweep needs them of all centres together."""
    kept = Document.objects.filter(case__destroyed_at__isnull=True)
    rows = kept.values_list("stored_sha256", "sha256").distinct()
    return {stored_sha256 or sha256 for stored_sha256, sha256 in rows}


def ending_of(document: Document) -> str:
    """Return the ending that a downloaded copy gets."""
    return _ENDINGS[document.media_type]
