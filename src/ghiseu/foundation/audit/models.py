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
        ]
        constraints = [
            models.CheckConstraint(
                name="journal_event_about_a_citizen_has_acting_context",
                condition=models.Q(has_subject=False)
                | (
                    models.Q(subject_index__isnull=False, operator_id__isnull=False)
                    & ~models.Q(legal_basis="")
                    & ~models.Q(legal_reason="")
                    & (~models.Q(visit_number="") | ~models.Q(case_number=""))
                ),
            ),
        ]
