"""A visit is the only container of a citizen's data at a desk: opened by identifying, ended explicitly."""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps


class VisitState(models.TextChoices):
    OPEN = "open"
    ENDED = "ended"


class IdentifiedBy(models.TextChoices):
    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    FOREIGN_DOCUMENT = "foreign_document"
    OTHER_DOCUMENT = "other_document"
    NOT_SEEN = "not_seen"


class VisitOutcome(models.TextChoices):
    SERVED = "served"
    INFORMED = "informed"
    TAUGHT = "taught"
    NOT_POSSIBLE = "not_possible"
    LEFT = "left"


class Visit(Stateful):
    """One person at one desk, from identification to the explicit end."""

    STEPS: ClassVar[Steps[VisitState]] = {
        (VisitState.OPEN, VisitState.ENDED): "visits.visit.ended",
    }

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    desk = models.ForeignKey("centres.Desk", on_delete=models.PROTECT)
    operator = models.ForeignKey("centres.Operator", on_delete=models.PROTECT)
    number = models.TextField(unique=True)
    person = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="visits")
    mandate = models.ForeignKey("mandates.Mandate", on_delete=models.PROTECT, null=True, related_name="visits")
    state = models.CharField(max_length=8, choices=VisitState.choices, default=VisitState.OPEN)
    identified_by = models.CharField(max_length=24, choices=IdentifiedBy.choices)
    assurance = models.CharField(max_length=16)
    document_note = EncryptedTextField(blank=True)
    document_says = EncryptedTextField(blank=True)  # JSON text: names and birth date as the document has them
    language = models.CharField(max_length=2, default="ro")
    is_relative_of_operator = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=VisitOutcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk"], condition=models.Q(state="open"), name="visits_one_open_visit_per_desk"
            ),
            models.CheckConstraint(
                name="visits_ended_visit_says_when_and_how",
                condition=models.Q(state="open") | (models.Q(ended_at__isnull=False) & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="visits_no_operator_act_authenticates_a_citizen",
                condition=~models.Q(assurance="authenticated"),
            ),
        ]
