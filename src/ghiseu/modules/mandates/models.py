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


class PowerVerdict(models.TextChoices):
    """What the registry of powers made of a mandate: it holds, why it does not, or that nobody knows."""

    HOLDS = "holds"
    UNKNOWN_THERE = "power-unknown"
    OTHER_SUBJECT = "power-other-subject"
    OTHER_REPRESENTATIVE = "power-other-representative"
    OF_ORGANISATION = "power-of-organisation"
    DRAFT = "power-draft"
    NOT_ACCEPTED = "power-not-accepted"
    NOT_BEGUN = "power-not-begun"
    SUSPENDED = "power-suspended"
    ENDED = "power-ended"
    NOT_VALID = "power-not-valid"
    NO_CODE = "power-no-code"
    NO_ANSWER = "no-answer"
    NO_RIGHT = "no-right"
    UNUSABLE = "unusable"
    ABOUT_OTHERS = "about-others"


# Nobody knows: what was to be done waits, and the registry is asked again.
NOT_KNOWN = frozenset({PowerVerdict.NO_ANSWER, PowerVerdict.NO_RIGHT, PowerVerdict.UNUSABLE})


class Occasion(models.TextChoices):
    """When the registry of powers was asked."""

    INTAKE = "intake"
    SUBMIT = "submit"
    HAND_OVER = "hand_over"


class PowerCheck(models.Model):
    """One question to the registry of powers about a mandate, and its answer. Serves on the day it was asked on.

    `raw` is the answer as it came; it goes with the content of the last case that needs the mandate.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="power_checks")
    occasion = models.CharField(max_length=16, choices=Occasion.choices)
    verdict = models.CharField(max_length=32, choices=PowerVerdict.choices)
    type_code = models.CharField(max_length=16, blank=True)
    type_name = models.TextField(blank=True)
    provider_name = models.TextField(blank=True)
    begins = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    raw = EncryptedTextField(blank=True)
    checked_at = models.DateTimeField()
    checked_by_id = models.BigIntegerField()
    case_number = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["mandate", "-id"], name="newest_power_check")]
        constraints = [
            models.CheckConstraint(
                name="mandates_power_that_holds_names_its_type",
                condition=~models.Q(verdict="holds") | ~models.Q(type_code=""),
            ),
        ]
