"""Results that lie in the government's document store, and whether the person may read them there."""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps


class SharingState(models.TextChoices):
    WAITING = "waiting"
    UNKNOWN = "unknown"
    SHARED = "shared"
    REFUSED = "refused"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"


_ = SharingState  # short, for the table below
STEPS: Steps[SharingState] = {
    (_.WAITING, _.SHARED): "documents.sharing.done",
    (_.WAITING, _.REFUSED): "documents.sharing.refused",
    # A call left and no answer came; the store is asked before anything is sent again.
    (_.WAITING, _.UNKNOWN): "documents.sharing.unknown",
    (_.UNKNOWN, _.SHARED): "documents.sharing.done",
    (_.UNKNOWN, _.REFUSED): "documents.sharing.refused",
    (_.WAITING, _.WITHDRAWING): "documents.sharing.withdrawal-asked",
    (_.UNKNOWN, _.WITHDRAWING): "documents.sharing.withdrawal-asked",
    (_.SHARED, _.WITHDRAWING): "documents.sharing.withdrawal-asked",
    (_.WITHDRAWING, _.WITHDRAWN): "documents.sharing.withdrawn",
    # The person wants it again, or somebody has found out why it was refused.
    (_.WITHDRAWN, _.WAITING): "documents.sharing.asked",
    (_.REFUSED, _.WAITING): "documents.sharing.asked",
}
TO_DO = (SharingState.WAITING, SharingState.UNKNOWN, SharingState.WITHDRAWING)


class SharedResult(Stateful):
    """One result on its way to the store and to the person there. Stored once, shared once at a time.

    `number` is ours, made once, and by it the store is asked. The ids are the store's, empty until it gave them.
    """

    STEPS: ClassVar[Steps[SharingState]] = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="shared_results")
    document = models.OneToOneField("documents.Document", on_delete=models.PROTECT, related_name="sharing")
    number = models.TextField(unique=True)
    document_type = models.TextField()
    acting = EncryptedTextField()  # JSON text of the acting context of whoever asked last
    state = models.CharField(max_length=12, choices=SharingState.choices, default=SharingState.WAITING)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blob_id = models.TextField(blank=True)
    store_id = models.TextField(blank=True)
    share_id = models.TextField(blank=True)
    kept_until = models.DateTimeField(null=True)  # when the store lets go of it, as we told it last
    exchanged = EncryptedTextField(blank=True)  # JSON list: what was sent and answered, word for word
    refusal = EncryptedTextField(blank=True)  # the store's own words
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="documents_share_begins_before_it_ends",
                condition=models.Q(begins_at__lt=models.F("ends_at")),
            ),
            models.CheckConstraint(
                name="documents_shared_result_is_in_the_store_and_shared",
                condition=~models.Q(state="shared") | (~models.Q(store_id="") & ~models.Q(share_id="")),
            ),
            models.CheckConstraint(
                name="documents_withdrawn_share_is_no_more",
                condition=~models.Q(state="withdrawn") | models.Q(share_id=""),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "state", "next_try_at"], name="sharing_due"),
            models.Index(fields=["case", "id"], name="sharing_of_case"),
        ]
