"""Results and originals in our hands: what was handed to whom, on which identification."""

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField


class HandOver(models.Model):
    """A result (or refusal) was given to a named person who was identified in a stated way."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="hand_overs")
    document_sha256 = models.CharField(max_length=64, blank=True)
    to_name = EncryptedTextField()
    to_idnp = EncryptedTextField(blank=True)
    identification = models.TextField()
    identification_number = EncryptedTextField(blank=True)
    mandate = models.ForeignKey("mandates.Mandate", on_delete=models.PROTECT, null=True)
    copies = models.PositiveSmallIntegerField(default=1)
    handed_at = models.DateTimeField()
    handed_by_id = models.BigIntegerField()
    command = models.TextField(unique=True)


# Models of the same app that stand in a file of their own.
from ghiseu.modules.custody.delivery_models import (  # noqa: E402
    DeliveryNews as DeliveryNews,
)
from ghiseu.modules.custody.delivery_models import (  # noqa: E402
    PaperDelivery as PaperDelivery,
)
