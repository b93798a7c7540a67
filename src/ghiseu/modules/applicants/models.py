"""People whose matters are handled, as one centre knows them, and what registers said about them."""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField


class Person(models.Model):
    """A citizen or another person, once per centre. Found by the keyed index of the IDNP or of a foreign document.

    Values of the population register are kept as read; what a person says otherwise is recorded beside them
    (`Reading`, disputes of a case), never over them.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    idnp_index = models.BinaryField(max_length=32, null=True)
    idnp = EncryptedTextField(blank=True)
    document_index = models.BinaryField(max_length=32, null=True)
    document = EncryptedTextField(blank=True)  # kind and number, for a person without IDNP
    surname = models.TextField(blank=True)
    given_name = models.TextField(blank=True)
    birth_date = models.DateField(null=True)
    deceased_on = models.DateField(null=True)
    language = models.CharField(max_length=2, default="ro")
    phone = EncryptedTextField(blank=True)
    email = EncryptedTextField(blank=True)
    contact_relative = EncryptedTextField(blank=True)
    has_no_channel = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    register_read_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)  # since then the number is all that is known, until they come again

    class Meta:
        indexes = [
            models.Index(
                fields=["centre", "first_seen_at"],
                condition=models.Q(forgotten_at__isnull=True),
                name="person_not_forgotten",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["centre", "idnp_index"], name="applicants_person_is_known_once_by_idnp"),
            models.UniqueConstraint(
                fields=["centre", "document_index"], name="applicants_person_is_known_once_by_document"
            ),
            models.CheckConstraint(
                name="applicants_person_has_idnp_or_document",
                condition=models.Q(idnp_index__isnull=False) | models.Q(document_index__isnull=False),
            ),
        ]

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surname}".strip()


class NameKey(models.Model):
    """A folded form of one part of a person's name, for search without diacritics and in either script."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_keys")
    key = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="applicants_name_key_is_listed_once")]
        indexes = [models.Index(fields=["centre", "key"], opclasses=["int8_ops", "text_pattern_ops"], name="names")]


class ReadingOutcome(models.TextChoices):
    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    UNUSABLE = "unusable"
    WRONG_SUBJECT = "wrong_subject"
    REFUSED = "refused"
    PAUSED = "paused"  # nobody was asked: the state's log of legal events is owed too much


class Reading(models.Model):
    """One question to one register and what came back: for which visit or case, on which basis, by whom."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings")
    register = models.CharField(max_length=16)
    operation = models.CharField(max_length=32)
    parameters = models.JSONField(default=dict)
    outcome = models.CharField(max_length=16, choices=ReadingOutcome.choices)
    facts = EncryptedTextField(blank=True)  # JSON text
    record_id = models.TextField(blank=True)
    read_at = models.DateTimeField()
    visit_number = models.TextField(blank=True)
    case_number = models.TextField(blank=True)
    legal_basis = models.TextField()
    legal_reason = models.TextField()
    operator_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "register", "operation", "-read_at"], name="newest_reading"),
            models.Index(fields=["visit_number", "-id"], name="readings_of_visit"),
        ]
        constraints = [
            models.CheckConstraint(
                name="applicants_reading_states_visit_or_case_basis_and_reason",
                condition=(~models.Q(visit_number="") | ~models.Q(case_number=""))
                & ~models.Q(legal_basis="")
                & ~models.Q(legal_reason=""),
            )
        ]

    FRESH_FOR_MINUTES: ClassVar[int] = 60
