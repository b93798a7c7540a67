"""May this person act for that one: as parent, guardian, by power, as heir. Re-checked whenever it is used."""

from datetime import date

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField


class MandateKind(models.TextChoices):
    PARENT = "parent"
    GUARDIAN = "guardian"
    NOTARISED_POWER = "notarised_power"
    MPOWER = "mpower"
    SPOUSE = "spouse"
    RELATIVE = "relative"
    HEIR = "heir"


class Mandate(models.Model):
    """One person may act for another, on stated evidence. `confirmed_by` is a register, or `paper`."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    subject = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="mandates_given")
    representative = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="mandates_held")
    kind = models.CharField(max_length=24, choices=MandateKind.choices)
    evidence = models.TextField()
    evidence_number = EncryptedTextField(blank=True)
    issued_by = models.TextField(blank=True)
    issued_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    revoked_on = models.DateField(null=True)
    confirmed_by = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandates_nobody_represents_themselves",
                condition=~models.Q(subject=models.F("representative")),
            ),
            models.CheckConstraint(
                name="mandates_mandate_says_its_evidence",
                condition=~models.Q(evidence="") & ~models.Q(confirmed_by=""),
            ),
        ]

    def is_in_force(self, on: date) -> bool:
        """Tell whether the mandate may be used on this day."""
        if self.revoked_on is not None and self.revoked_on <= on:
            return False
        return self.valid_until is None or on <= self.valid_until
