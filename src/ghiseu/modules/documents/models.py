"""Documents of a case, and files that are still on their way from the desk. The bytes are in the store, by hash."""

import uuid
from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps

LARGEST_UPLOAD = 25 * 1024 * 1024


class DocumentKind(models.TextChoices):
    ATTACHMENT = "attachment"
    REQUEST = "request"
    AGREEMENT = "agreement"
    SIGNED_SCAN = "signed_scan"
    SIGNED_REQUEST = "signed_request"  # with the person's electronic signature in it
    SLIP = "slip"
    PAYMENT_NOTE = "payment_note"
    HAND_OVER_SHEET = "hand_over_sheet"
    RESULT = "result"
    RESULT_RECEIPT = "result_receipt"
    APPOINTMENT_SLIP = "appointment_slip"
    INFORMATION = "information"
    EVIDENCE = "evidence"


class Origin(models.TextChoices):
    DESK = "desk"  # scanned, photographed or brought as a file
    MADE_HERE = "made_here"
    INSTITUTION = "institution"


class DocumentQuerySet(models.QuerySet["Document"]):
    def standing(self) -> "DocumentQuerySet":
        """Documents that were neither replaced nor withdrawn."""
        return self.filter(replaced_by__isnull=True, withdrawn_at__isnull=True)


class Document(models.Model):
    """Bytes with their hash, what they are to the case, and where they came from.

    `sha256` is of what is kept; `received_sha256` of what came in, before metadata was removed. `stored_sha256` names
    the file in the store, which is sealed with the data key of the case; empty for bytes that were kept before that.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="documents")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=DocumentKind.choices)
    attachment_id = models.TextField(blank=True)  # the paper of the package that this answers
    title = models.TextField()
    file_name = EncryptedTextField(blank=True)  # people write names into it
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    stored_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    size = models.PositiveIntegerField()
    media_type = models.TextField()
    page_count = models.PositiveIntegerField()
    is_signed = models.BooleanField(default=False)
    signature_report = models.JSONField(default=dict)  # as signatures.SignatureReport, for results
    origin = models.CharField(max_length=12, choices=Origin.choices)
    institution_document = models.TextField(blank=True)  # the institution's own id
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField()
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaces")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by_id = models.BigIntegerField(null=True)

    objects: ClassVar[DocumentQuerySet] = DocumentQuerySet.as_manager()  # type: ignore[assignment]  # our own query set

    class Meta:
        indexes = [
            models.Index(fields=["case", "kind", "id"], name="document_of_case"),
            models.Index(fields=["sha256"], name="document_by_hash"),
        ]
        constraints = [
            models.CheckConstraint(
                name="documents_hash_is_sha256_in_hex",
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$", received_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="documents_document_has_bytes_and_pages",
                condition=models.Q(size__gt=0, page_count__gt=0),
            ),
            models.CheckConstraint(
                name="documents_attachment_names_its_paper",
                condition=~models.Q(kind="attachment") | ~models.Q(attachment_id=""),
            ),
            models.CheckConstraint(
                name="documents_nothing_replaces_itself", condition=~models.Q(replaced_by=models.F("id"))
            ),
            models.CheckConstraint(
                name="documents_withdrawn_document_says_by_whom",
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by_id__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["case", "sha256"],
                condition=models.Q(kind="result"),
                name="documents_result_is_kept_once",
            ),
        ]


class UploadState(models.TextChoices):
    OPEN = "open"
    FINISHED = "finished"
    REFUSED = "refused"
    EXPIRED = "expired"


STEPS: Steps[UploadState] = {
    (UploadState.OPEN, UploadState.FINISHED): "documents.upload.finished",
    (UploadState.OPEN, UploadState.REFUSED): "documents.upload.refused",
    (UploadState.OPEN, UploadState.EXPIRED): "documents.upload.expired",
}


class UploadSession(Stateful):
    """One file on its way in pieces, over a line that may break."""

    STEPS: ClassVar[Steps[UploadState]] = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="uploads")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=24, choices=DocumentKind.choices)
    attachment_id = models.TextField(blank=True)
    title = models.TextField()
    file_name = EncryptedTextField()
    operator_id = models.BigIntegerField()
    declared_size = models.PositiveIntegerField()
    declared_sha256 = models.CharField(max_length=64)
    received_bytes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=UploadState.choices, default=UploadState.OPEN)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="upload")
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="documents_upload_is_not_larger_than_allowed",
                condition=models.Q(declared_size__gt=0, declared_size__lte=LARGEST_UPLOAD),
            ),
            models.CheckConstraint(
                name="documents_upload_receives_no_more_than_declared",
                condition=models.Q(received_bytes__lte=models.F("declared_size")),
            ),
            models.CheckConstraint(
                name="documents_finished_upload_has_its_document",
                condition=~models.Q(state="finished") | models.Q(document__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["case", "kind", "attachment_id", "declared_sha256", "operator_id"],
                condition=models.Q(state="open"),
                name="documents_file_is_on_its_way_once",
            ),
        ]


class UploadChunk(models.Model):
    """One piece that arrived. Its bytes are in the folder of uploads."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    upload = models.ForeignKey(UploadSession, on_delete=models.CASCADE, related_name="chunks")
    offset = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "offset"], name="documents_piece_arrives_once"),
            models.CheckConstraint(name="documents_piece_has_bytes", condition=models.Q(size__gt=0)),
        ]


# Models of the same app that stand in a file of their own.
from ghiseu.modules.documents.bundle_models import (  # noqa: E402 - they refer to the models above
    AgreementContent as AgreementContent,
)
from ghiseu.modules.documents.bundle_models import (  # noqa: E402
    EvidenceBundle as EvidenceBundle,
)
from ghiseu.modules.documents.sharing_models import (  # noqa: E402
    SharedResult as SharedResult,
)
