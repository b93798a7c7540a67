"""The states of a message and every step between them. Nothing else is possible."""

from django.db import models

from ghiseu.foundation.states import Steps


class MessageState(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NOT_NEEDED = "not_needed"


_ = MessageState  # short, for the table below
STEPS: Steps[MessageState] = {
    (_.QUEUED, _.SENDING): "notifications.message.started",
    (_.SENDING, _.SENT): "notifications.message.sent",
    (_.SENDING, _.QUEUED): "notifications.message.postponed",
    (_.SENDING, _.UNDELIVERED): "notifications.message.refused",
    # No answer came, or the worker died between sending and writing down.
    (_.SENDING, _.UNKNOWN): "notifications.message.unknown",
    (_.UNKNOWN, _.SENT): "notifications.message.found",
    # The platform's own list shows that it never came, so it may be sent again.
    (_.UNKNOWN, _.QUEUED): "notifications.message.not-seen",
    # Nobody can say whether it was sent: it never is again, a person calls.
    (_.UNKNOWN, _.UNDELIVERED): "notifications.message.never-known",
    (_.QUEUED, _.UNDELIVERED): "notifications.message.too-late",
    (_.QUEUED, _.NOT_NEEDED): "notifications.message.not-needed",
    (_.SENT, _.DELIVERED): "notifications.message.delivered",
    (_.SENT, _.UNDELIVERED): "notifications.message.undelivered",
}

ENDED = (_.DELIVERED, _.UNDELIVERED, _.NOT_NEEDED)
