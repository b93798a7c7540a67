"""Who was asked to sign what, and what came of it."""

import uuid
from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps


class SigningState(models.TextChoices):
    ASKED = "asked"  # written here, not yet known there
    PENDING = "pending"
    SIGNED = "signed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNVERIFIABLE = "unverifiable"
    OUTDATED = "outdated"


_ = SigningState  # short, for the table below
WAITING = (_.ASKED, _.PENDING)
STEPS: Steps[SigningState] = {
    (_.ASKED, _.PENDING): "signatures.request.posted",
    (_.ASKED, _.FAILED): "signatures.request.failed",
    (_.ASKED, _.CANCELLED): "signatures.request.cancelled",
    (_.PENDING, _.SIGNED): "signatures.request.signed",
    # The person cancelled, their instrument failed, or the platform does not know the request any more.
    (_.PENDING, _.FAILED): "signatures.request.failed",
    (_.PENDING, _.EXPIRED): "signatures.request.expired",
    # Asked for anew, or not wanted any more; whatever is signed there afterwards is never fetched.
    (_.PENDING, _.CANCELLED): "signatures.request.cancelled",
    (_.PENDING, _.UNVERIFIABLE): "signatures.request.unverifiable",
    (_.PENDING, _.OUTDATED): "signatures.request.outdated",
}


class Purpose(models.TextChoices):
    AGREEMENT = "agreement"  # the citizen asks for the service and agrees to it
    SUBMISSION = "submission"  # the operator signs what is sent


class SignatureRequest(Stateful):
    """One document that one person is asked to sign. Bytes, hash and signer stand still from before it leaves.

    `key` is ours: it goes with the browser and comes back with it. `platform_id` is the platform's number.
    """

    STEPS: ClassVar[Steps[SigningState]] = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="signature_requests")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    state = models.CharField(max_length=12, choices=SigningState.choices, default=SigningState.ASKED)
    platform_id = models.TextField(blank=True)
    signer_idnp = EncryptedTextField()
    content = EncryptedTextField(blank=True)  # the document that is sent, base64
    content_sha256 = models.CharField(max_length=64)
    text_sha256 = models.CharField(max_length=64)  # of the text that the document shows
    acting = EncryptedTextField(blank=True)  # JSON text of the acting context when it was asked for
    desk = models.ForeignKey("centres.Desk", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    next_ask_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)  # why there is no signature that counts
    message = EncryptedTextField(blank=True)  # what the platform says about it
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "purpose"],
                condition=models.Q(state__in=("asked", "pending")),
                name="signatures_case_waits_for_one_signature",
            ),
            models.CheckConstraint(
                name="signatures_hash_is_sha256_in_hex",
                condition=models.Q(content_sha256__regex=r"^[0-9a-f]{64}$", text_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
            models.CheckConstraint(
                name="signatures_what_the_platform_knows_has_its_number",
                condition=models.Q(state__in=("asked", "failed", "cancelled")) | ~models.Q(platform_id=""),
            ),
            models.CheckConstraint(
                name="signatures_signed_request_says_what_and_when",
                condition=~models.Q(state="signed")
                | (~models.Q(signed_sha256="") & models.Q(signed_at__isnull=False, ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="signatures_ended_request_is_not_asked_about",
                condition=models.Q(state__in=("asked", "pending"))
                | models.Q(ended_at__isnull=False, next_ask_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "state", "next_ask_at"], name="signature_due"),
            models.Index(fields=["case", "-id"], name="signature_of_case"),
        ]


class SigningMessage(models.Model):
    """A message of the platform about a request as it went over the wire, kept for disputes."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(SignatureRequest, on_delete=models.PROTECT, related_name="messages")
    operation = models.CharField(max_length=32)
    sent = EncryptedTextField(blank=True)
    received = EncryptedTextField(blank=True)
    at = models.DateTimeField()


class SigningPlace(models.Model):
    """At which centre a signature was asked for: the browser that comes back knows only our key. No personal data."""

    key = models.UUIDField(unique=True)
    centre_number = models.BigIntegerField()
