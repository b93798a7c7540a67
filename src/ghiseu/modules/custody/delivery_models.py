"""A paper result that a courier takes to the door, and what was said of it on the way."""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps
from ghiseu.modules.custody.delivery_states import STEPS, PaperState


class PaperDelivery(Stateful):
    """One order of one case; its number there is the case's own. The fee is between the person and the carrier.

    `to_tell` is a state that we set and that the platform has not shown to know yet.
    """

    STEPS: ClassVar[Steps[PaperState]] = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="paper_delivery")
    service = models.TextField()  # our service's number there
    acting = EncryptedTextField()  # JSON text of the acting context of whoever ordered
    state = models.CharField(max_length=20, choices=PaperState.choices, default=PaperState.ORDERED)
    ordered_at = models.DateTimeField()
    accepted_until = models.DateTimeField()
    ready_estimate = models.DateTimeField()
    packed_at = models.DateTimeField(null=True)
    carrier = models.TextField(blank=True)
    tracking = models.TextField(blank=True)
    cost = models.DecimalField(max_digits=10, decimal_places=2, null=True)  # in lei, as the carrier said
    expected_from = models.DateTimeField(null=True)
    expected_until = models.DateTimeField(null=True)
    shelved_at = models.DateTimeField(null=True)  # it came back and lies here
    to_tell = models.CharField(max_length=20, choices=PaperState.choices, blank=True)
    to_tell_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="custody_ready_paper_is_packed",
                condition=~models.Q(state="ready") | models.Q(packed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="custody_returned_paper_lies_on_the_shelf",
                condition=~models.Q(state="returned") | models.Q(shelved_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["centre", "service", "to_tell"], name="delivery_to_tell")]


class DeliveryNews(models.Model):
    """What was said of a delivery, word for word, whether or not it was followed. A repeat is not kept again."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    delivery = models.ForeignKey(PaperDelivery, on_delete=models.PROTECT, related_name="news")
    state = models.CharField(max_length=20, choices=PaperState.choices)
    raw = EncryptedTextField()
    raw_sha256 = models.CharField(max_length=64)
    was_followed = models.BooleanField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "raw_sha256"], name="custody_news_is_kept_once"),
        ]

    @property
    def case_id(self) -> int:
        """The case whose key seals the message."""
        return self.delivery.case_id
