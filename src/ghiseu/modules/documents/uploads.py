"""A file comes in pieces over a line that may break, and goes on where it stopped.

The order of calls: `begin_upload`, `receive_chunk` as often as needed, then `check_upload` outside a transaction, then
`finish_upload` (or `refuse_upload`) inside one.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.crypto import Owner
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.foundation.store import the_store
from ghiseu.modules.cases.models import Case
from ghiseu.modules.documents.intake import FileNotTaken, Reason, take_in
from ghiseu.modules.documents.models import (
    LARGEST_UPLOAD,
    Document,
    DocumentKind,
    Origin,
    UploadChunk,
    UploadSession,
    UploadState,
)
from ghiseu.modules.documents.operations import StoredFile, add_document, keep_clean_file

LARGEST_CHUNK = 4 * 1024 * 1024
LIFETIME = timedelta(hours=12)


class UploadNotOpen(Exception):
    """The upload has ended, was refused or is too old. Begin again."""


class WrongOffset(Exception):
    """The piece does not begin where the last one ended. Go on at `expected`."""

    def __init__(self, *, expected: int) -> None:
        super().__init__(f"go on at {expected}")
        self.expected = expected


class ChunkDamaged(Exception):
    """The piece changed on its way, is too long or differs from the one that came before. Send it again."""


class FileDiffers(Exception):
    """The whole file does not have the declared hash. Begin again."""


@dataclass(frozen=True, kw_only=True)
class FileToCome:
    """What the desk declares before sending: name, size in bytes, SHA-256 in lower-case hex, and what paper it is."""

    file_name: str
    size: int
    sha256: str
    kind: DocumentKind
    title: str
    attachment_id: str = ""


def begin_upload(*, case: Case, file: FileToCome, acting: ActingContext, at: datetime) -> UploadSession:
    """Open an upload, or return the open one of the same file: `received_bytes` says where to go on.

    Raises FileNotTaken (empty, too large), StoreFull, NoTransaction.
    """
    require_transaction()
    if file.size < 1:
        raise FileNotTaken(Reason.EMPTY, file_name=file.file_name)
    if file.size > LARGEST_UPLOAD:
        raise FileNotTaken(Reason.TOO_LARGE, file_name=file.file_name)
    # The pieces and the clean copy are on the disk at the same time.
    the_store().ensure_room(3 * file.size)
    upload, is_new = UploadSession.objects.get_or_create(
        case=case,
        kind=file.kind,
        attachment_id=file.attachment_id,
        declared_sha256=file.sha256,
        operator_id=acting.operator_id,
        state=UploadState.OPEN,
        defaults={
            "centre_id": case.centre_id,
            "title": file.title,
            "file_name": file.file_name,
            "declared_size": file.size,
            "begun_at": at,
            "expires_at": at + LIFETIME,
        },
    )
    if is_new:
        _record("documents.upload.begun", upload, acting=acting, at=at)
    return upload


def receive_chunk(*, key: UUID, offset: int, content: bytes, sha256: str, at: datetime) -> int:
    """Keep one piece and return where the next begins. The same piece again changes nothing.

    Raises UploadNotOpen, WrongOffset, ChunkDamaged, StoreFull, NoTransaction.
    """
    require_transaction()
    upload = _open_upload(key, at=at)
    if not content or len(content) > LARGEST_CHUNK or hashlib.sha256(content).hexdigest() != sha256:
        raise ChunkDamaged
    if offset + len(content) > upload.declared_size:
        raise ChunkDamaged
    if offset < upload.received_bytes:
        if not upload.chunks.filter(offset=offset, size=len(content), sha256=sha256).exists():
            raise WrongOffset(expected=upload.received_bytes)
        return upload.received_bytes
    if offset > upload.received_bytes:
        raise WrongOffset(expected=upload.received_bytes)
    the_store().ensure_room(len(content))
    _write_piece(folder_of(key), offset, content)
    UploadChunk.objects.create(
        centre_id=upload.centre_id, upload=upload, offset=offset, size=len(content), sha256=sha256
    )
    upload.received_bytes = offset + len(content)
    upload.save(update_fields=["received_bytes"])
    return upload.received_bytes


def check_upload(upload: UploadSession) -> StoredFile:
    """Put the pieces together, compare the hash, run the intake and store the clean copy. Writes no row.

    Takes up to half a minute: call it outside a transaction. May be repeated.
    Raises WrongOffset (not whole yet), FileDiffers, FileNotTaken, StoreFull.
    """
    if upload.received_bytes != upload.declared_size:
        raise WrongOffset(expected=upload.received_bytes)
    folder = folder_of(upload.key)
    try:
        pieces = sorted(folder.iterdir(), key=lambda piece: int(piece.name))
        content = b"".join(piece.read_bytes() for piece in pieces)
    except FileNotFoundError as error:
        raise FileDiffers from error
    if hashlib.sha256(content).hexdigest() != upload.declared_sha256:
        raise FileDiffers
    clean = take_in(content, file_name=upload.file_name)
    return keep_clean_file(
        clean,
        owner=Owner(centre_id=upload.centre_id, case_id=upload.case_id),
        file_name=upload.file_name,
        received_sha256=upload.declared_sha256,
    )


def finish_upload(*, key: UUID, kept: StoredFile, acting: ActingContext, at: datetime) -> Document:
    """Make the document of an upload that was checked; called again it returns the same document.

    Raises UploadNotOpen, FileDiffers, NoTransaction.
    """
    require_transaction()
    upload = _locked(key)
    if upload.document is not None:
        return upload.document
    if kept.received_sha256 != upload.declared_sha256:
        raise FileDiffers
    _end(upload, UploadState.FINISHED, acting=acting, at=at)
    upload.document = add_document(
        case=upload.case,
        kind=DocumentKind(upload.kind),
        title=upload.title,
        attachment_id=upload.attachment_id,
        kept=kept,
        acting=acting,
        at=at,
        origin=Origin.DESK,
    )
    upload.save()
    return upload.document


def refuse_upload(*, key: UUID, acting: ActingContext, at: datetime) -> None:
    """End an upload whose file was not taken. May be repeated. Raises NoTransaction."""
    require_transaction()
    upload = _locked(key)
    if upload.state == UploadState.OPEN:
        _end(upload, UploadState.REFUSED, acting=acting, at=at)
        upload.save()


def expire_uploads(*, at: datetime) -> int:
    """End the uploads of this scope's centre that did not arrive in time; return how many. Raises NoTransaction."""
    require_transaction()
    late = UploadSession.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=UploadState.OPEN, expires_at__lte=at
    )
    expired = list(late.order_by("id"))
    for upload in expired:
        upload.move_to(UploadState.EXPIRED)
        upload.save(update_fields=["state"])
    return len(expired)


def remove_pieces(*, at: datetime) -> int:
    """Remove the folders that no open upload can need any more; return how many. May be repeated."""
    folder = Path(settings.UPLOADS_DIR)
    before = (at - 2 * LIFETIME).timestamp()
    old = [one for one in folder.iterdir() if one.stat().st_mtime < before] if folder.is_dir() else []
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def folder_of(key: UUID) -> Path:
    """Return where the pieces of an upload are."""
    return Path(settings.UPLOADS_DIR) / key.hex


def _locked(key: UUID) -> UploadSession:
    try:
        return UploadSession.objects.select_for_update(of=("self",)).select_related("case", "document").get(key=key)
    except UploadSession.DoesNotExist as error:
        raise UploadNotOpen from error


def _open_upload(key: UUID, *, at: datetime) -> UploadSession:
    upload = _locked(key)
    if upload.state != UploadState.OPEN or upload.expires_at <= at:
        raise UploadNotOpen
    return upload


def _end(upload: UploadSession, state: UploadState, *, acting: ActingContext, at: datetime) -> None:
    try:
        event = upload.move_to(state)
    except StepNotAllowed as error:
        raise UploadNotOpen from error
    _record(event, upload, acting=acting, at=at)


def _record(event: str, upload: UploadSession, *, acting: ActingContext, at: datetime) -> None:
    journal.record(
        event,
        acting=acting,
        at=at,
        object_type="upload",
        object_id=str(upload.key),
        details={"kind": upload.kind, "bytes": upload.declared_size},
    )


def _write_piece(folder: Path, offset: int, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).rename(folder / str(offset))
