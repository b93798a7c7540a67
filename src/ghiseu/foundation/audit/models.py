"""The journal: who did what for whom, on which mandate and basis. Rows are added and never changed."""

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField


class JournalRecord(models.Model):
    """One event. Order is the sequence, not the clock."""

    sequence = models.BigAutoField(primary_key=True)
    centre_id = models.BigIntegerField()
    at = models.DateTimeField()
    event = models.TextField()
    operator_id = models.BigIntegerField(null=True)
    operator_idnp = EncryptedTextField(blank=True)
    subject_index = models.BinaryField(max_length=32, null=True)
    subject_idnp = EncryptedTextField(blank=True)
    has_subject = models.BooleanField()
    assurance = models.TextField(blank=True)
    represented_by_idnp = EncryptedTextField(blank=True)
    mandate = models.TextField(blank=True)
    channel = models.TextField(blank=True)
    legal_basis = models.TextField(blank=True)
    legal_reason = models.TextField(blank=True)
    visit_number = models.TextField(blank=True)
    case_number = models.TextField(blank=True)
    object_type = models.TextField(blank=True)
    object_id = models.TextField(blank=True)
    outcome = models.TextField(default="done")
    correlation_id = models.TextField()
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["centre_id", "subject_index", "-sequence"], name="journal_of_subject"),
            models.Index(fields=["centre_id", "case_number", "-sequence"], name="journal_of_case"),
            models.Index(fields=["subject_index", "-sequence"], name="journal_about_person"),
            models.Index(fields=["centre_id", "at"], name="journal_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                name="journal_event_about_a_citizen_has_acting_context",
                condition=models.Q(has_subject=False)
                | (
                    models.Q(subject_index__isnull=False, operator_id__isnull=False)
                    & ~models.Q(assurance="")
                    & ~models.Q(channel="")
                    & ~models.Q(legal_basis="")
                    & ~models.Q(legal_reason="")
                    & (~models.Q(visit_number="") | ~models.Q(case_number=""))
                ),
            ),
        ]


class Representative(models.Model):
    """Finds the rows in which a person stood at a desk for somebody else. What is proved stands in the row, sealed."""

    centre_id = models.BigIntegerField()
    record_sequence = models.BigIntegerField(unique=True)
    index = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["index", "-at"], name="journal_of_representative")]


class ChainHead(models.Model):
    """The last link of a centre's chain. Only the database writes it, at the commit of an event."""

    centre_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)


class ChainLink(models.Model):
    """The place of one event in its centre's chain; numbers have no gap. Only the database writes it.

    `content` is the hash of the event's row in the form `form`, `hash` that of this link and the one before it.
    """

    record_sequence = models.BigIntegerField(primary_key=True)
    centre_id = models.BigIntegerField()
    number = models.BigIntegerField()
    form = models.SmallIntegerField()
    previous = models.BinaryField(max_length=32)
    content = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre_id", "number"], name="journal_has_one_link_per_number"),
        ]


class JournalSeal(models.Model):
    """The heads of all chains after a day, signed with a key that is not in the database."""

    number = models.BigIntegerField(primary_key=True)
    day = models.DateField(unique=True)
    sealed_at = models.DateTimeField()
    heads = models.JSONField()
    root = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    key_name = models.TextField()
    signature = models.BinaryField()


class Finding(models.Model):
    """What a rule of detection found in the journal of a centre: a question to be looked at, no verdict.

    `records` are sequence numbers of the journal. The fingerprint lets the same night's work be repeated.
    """

    centre_id = models.BigIntegerField()
    rule = models.TextField()
    severity = models.PositiveSmallIntegerField()
    operator_id = models.BigIntegerField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    records = models.JSONField()
    found_at = models.DateTimeField()
    fingerprint = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre_id", "fingerprint"], name="journal_finding_is_made_once"),
            models.CheckConstraint(
                name="journal_finding_has_records_and_a_period",
                condition=models.Q(count__gt=0) & models.Q(to_at__gte=models.F("from_at")),
            ),
        ]


class Verdict(models.TextChoices):
    EXPLAINED = "explained"
    TO_INVESTIGATE = "to_investigate"


class FindingReview(models.Model):
    """Somebody looked at a finding, and why they think so. A later one does not remove an earlier one."""

    centre_id = models.BigIntegerField()
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=16, choices=Verdict.choices)
    note = models.TextField()
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="journal_review_of_a_finding_says_why",
                condition=~models.Q(note="") & models.Q(verdict__in=Verdict.values),
            ),
        ]


class WatchedUntil(models.Model):
    """The last day of a centre, by its own calendar, that the rules of detection have looked at."""

    centre_id = models.BigIntegerField(primary_key=True)
    day = models.DateField()
    watched_at = models.DateTimeField()


# Models of the same app that stand in a file of their own.
from ghiseu.foundation.audit.shipping_models import (  # noqa: E402
    Shipment as Shipment,
)
from ghiseu.foundation.audit.shipping_models import (  # noqa: E402
    ShippingPosition as ShippingPosition,
)
from ghiseu.foundation.audit.shipping_models import (  # noqa: E402
    ShippingStanding as ShippingStanding,
)
