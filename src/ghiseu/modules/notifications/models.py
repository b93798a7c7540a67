"""Messages to people, one for each event, and how each went."""

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful
from ghiseu.modules.notifications.states import STEPS, MessageState


class MessageEvent(models.TextChoices):
    """What happened. The words of each stand in data/texts.yaml."""

    CASE_SENT = "case_sent"
    PAPERS_ASKED = "papers_asked"
    RESULT_READY = "result_ready"
    RESULT_ELECTRONIC = "result_electronic"
    APPOINTMENT_BOOKED = "appointment_booked"
    APPOINTMENT_MOVED = "appointment_moved"
    APPOINTMENT_REMINDER = "appointment_reminder"
    PAYMENT_MISSING = "payment_missing"


class Message(Stateful):
    """One message about one event. `key` names the event, made once: a second message about it cannot exist.

    The case is named by number and id alone: this module knows no cases. The id says whose key seals the columns.
    `values` fill the words and hold no personal data. `request` and `answer` are the raw text of what was sent and
    of the newest answer about it.
    """

    STEPS = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case_id = models.BigIntegerField()
    case_number = models.TextField()
    event = models.CharField(max_length=24, choices=MessageEvent.choices)
    subject_of_event = models.TextField()  # the number of the submission, appointment or order that it is about
    key = models.TextField()
    language = models.CharField(max_length=2)
    values = models.JSONField(default=dict)
    recipient = EncryptedTextField()
    state = models.CharField(max_length=12, choices=MessageState.choices, default=MessageState.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    send_until = models.DateTimeField()
    last_tried_at = models.DateTimeField(null=True)
    notification_id = models.TextField(blank=True)
    platform_status = models.TextField(blank=True)
    note = models.TextField(blank=True)  # an English fact without personal data: why it is where it is
    request = EncryptedTextField(blank=True)
    answer = EncryptedTextField(blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="notifications_one_message_per_event"),
            models.UniqueConstraint(
                fields=["notification_id"],
                condition=~models.Q(notification_id=""),
                name="notifications_one_notification_answers_for_one_message",
            ),
            models.CheckConstraint(
                name="notifications_sending_holds_a_lease",
                condition=~models.Q(state="sending") | models.Q(leased_until__isnull=False),
            ),
            models.CheckConstraint(
                name="notifications_sent_message_says_when_and_as_what",
                condition=~models.Q(state__in=("sent", "delivered"))
                | (models.Q(sent_at__isnull=False) & ~models.Q(notification_id="")),
            ),
            models.CheckConstraint(
                name="notifications_ended_message_says_when",
                condition=~models.Q(state__in=("delivered", "undelivered", "not_needed"))
                | models.Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["centre", "next_try_at"], condition=models.Q(next_try_at__isnull=False), name="message_due"
            ),
            models.Index(fields=["case_id"], name="message_of_case"),
        ]
