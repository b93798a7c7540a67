"""What of the journal went to the state's log of legal events, and what became of it.

No row is made when an event is written. The chain of a centre has no gap and grows in the order of commits, so the
number of the last link that was looked at says what is still to be shipped. Before the log is connected for the first
time there is no such number and nothing piles up; shipping begins with the events of that day. A log that was
connected once and is not any more is owed what came since: connecting it again ships that first.
"""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps


class ShipmentState(models.TextChoices):
    WAITING = "waiting"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    REGISTERED = "registered"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"


SENT_AGAIN, PUT_ASIDE = "audit.shipment.sent-again", "audit.shipment.set-aside"
_ = ShipmentState  # short, for the table below
# What a person does stands in the journal. The worker's own steps stand in the technical log: told in the journal,
# every shipment would cause the next one.
STEPS: Steps[ShipmentState] = {
    (_.WAITING, _.SENDING): "legal_log.sending",
    (_.SENDING, _.ACCEPTED): "legal_log.accepted",
    # Nothing was done there.
    (_.SENDING, _.WAITING): "legal_log.postponed",
    # No answer came, or the worker died between sending and writing down.
    (_.SENDING, _.UNKNOWN): "legal_log.unknown",
    (_.SENDING, _.REFUSED): "legal_log.refused",
    (_.UNKNOWN, _.REGISTERED): "legal_log.found",
    (_.UNKNOWN, _.WAITING): "legal_log.not_seen",
    (_.ACCEPTED, _.REGISTERED): "legal_log.registered",
    # It was taken, and its time to be registered is over: signature, certificate or rights did not hold there.
    (_.ACCEPTED, _.REFUSED): "legal_log.never_registered",
    # The log is asked first, because it may have registered the events late.
    (_.REFUSED, _.UNKNOWN): SENT_AGAIN,
    (_.REFUSED, _.SET_ASIDE): PUT_ASIDE,
}
# What is owed to the log. What a person set aside is not.
OWED = (_.WAITING, _.SENDING, _.UNKNOWN, _.ACCEPTED, _.REFUSED)


class Shipment(Stateful):
    """The events of some links of one centre's chain, in one message under one number of the log.

    `numbers` are the links whose events go; the others between the first and the last go nowhere. The message is kept
    until it is registered, then its hash alone: the journal has the content.
    """

    STEPS: ClassVar[Steps[ShipmentState]] = STEPS

    centre_id = models.BigIntegerField()
    first_number = models.BigIntegerField()
    last_number = models.BigIntegerField()
    numbers = models.JSONField()
    events = models.PositiveSmallIntegerField()
    oldest_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ShipmentState.choices, default=ShipmentState.WAITING)
    message = EncryptedTextField(blank=True)
    message_sha256 = models.CharField(max_length=64)
    answer = EncryptedTextField(blank=True)
    uid = models.TextField(blank=True)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    judged_by_id = models.BigIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre_id", "first_number"], name="audit_link_is_shipped_once"),
            models.CheckConstraint(
                name="audit_shipment_has_events_in_order",
                condition=models.Q(events__gt=0) & models.Q(last_number__gte=models.F("first_number")),
            ),
            models.CheckConstraint(
                name="audit_registered_shipment_says_number_and_moment",
                condition=~models.Q(state=_.REGISTERED) | (~models.Q(uid="") & models.Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="audit_accepted_shipment_says_number",
                condition=~models.Q(state=_.ACCEPTED) | ~models.Q(uid=""),
            ),
            models.CheckConstraint(
                name="audit_shipment_set_aside_says_who_and_why",
                condition=~models.Q(state=_.SET_ASIDE) | (~models.Q(reason="") & models.Q(judged_by_id__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre_id", "first_number"],
                name="shipments_owed",
                condition=~models.Q(state__in=(_.REGISTERED, _.SET_ASIDE)),
            ),
        ]


class ShippingPosition(models.Model):
    """How far a centre's chain was looked at, and who ships it now: one worker at a time.

    A worker that was overtaken finds another fence and writes nothing.
    """

    centre_id = models.BigIntegerField(primary_key=True)
    number = models.BigIntegerField()
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)


class ShippingStanding(models.Model):
    """One row: since when the log is connected, and what was owed to it by all centres when the worker last looked."""

    id = models.SmallIntegerField(primary_key=True)
    connected_at = models.DateTimeField()
    measured_at = models.DateTimeField()
    oldest_at = models.DateTimeField(null=True)
    waiting = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
