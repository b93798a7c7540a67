"""What was agreed, frozen when it was agreed, and the sealed record that is made of it."""

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField


class BundleKind(models.TextChoices):
    AGREEMENT = "agreement"
    REVOCATION = "revocation"


class AgreementContent(models.Model):
    """Everything that a record will say, as canonical JSON: written in the transaction that records the evidence.

    A row of the kind revocation is itself the evidence that the agreement was withdrawn.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="agreement_contents")
    evidence = models.ForeignKey("cases.Evidence", on_delete=models.PROTECT, related_name="contents")
    kind = models.CharField(max_length=12, choices=BundleKind.choices)
    content = EncryptedTextField()  # ghiseu-evidence/1
    content_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "kind"], name="documents_agreement_is_frozen_once"),
        ]


class EvidenceBundle(models.Model):
    """That a sealed record was made of an agreement or of its withdrawal: a PDF with the content inside."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    evidence = models.ForeignKey("cases.Evidence", on_delete=models.PROTECT, related_name="bundles")
    document = models.OneToOneField("documents.Document", on_delete=models.PROTECT, related_name="bundle")
    kind = models.CharField(max_length=12, choices=BundleKind.choices)
    content_sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "kind"], name="documents_agreement_is_sealed_once"),
        ]
