"""What was sent to an institution, attempt by attempt, and what came back."""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps
from ghiseu.modules.submissions.event_models import FeedPosition, SeenEvent  # noqa: F401 - tables of this app


class SubmissionState(models.TextChoices):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    NOT_DONE = "not_done"
    HELD = "held"


_ = SubmissionState  # short, for the table below
STEPS: Steps[SubmissionState] = {
    (_.QUEUED, _.SENDING): "submissions.attempt.started",
    (_.SENDING, _.DONE): "submissions.submission.done",
    (_.SENDING, _.QUEUED): "submissions.attempt.postponed",
    (_.SENDING, _.REFUSED): "submissions.submission.refused",
    # No answer came, or the worker died between sending and writing down.
    (_.SENDING, _.UNKNOWN): "submissions.submission.unknown",
    (_.UNKNOWN, _.DONE): "submissions.submission.found",
    # The institution was asked and never saw it, so it may be sent again.
    (_.UNKNOWN, _.QUEUED): "submissions.submission.not-seen",
    (_.UNKNOWN, _.HELD): "submissions.submission.held",
    (_.SENDING, _.HELD): "submissions.submission.held",
    (_.QUEUED, _.NOT_DONE): "submissions.submission.withdrawn",
    (_.HELD, _.NOT_DONE): "submissions.submission.withdrawn",
    (_.HELD, _.UNKNOWN): "submissions.submission.asked-again",
    # A held delivery is still asked about, in long pauses.
    (_.HELD, _.DONE): "submissions.submission.found",
    (_.HELD, _.QUEUED): "submissions.submission.not-seen",
}


class Submission(Stateful):
    """One frozen file for one institution under our own number, made once. One effect there, for ever."""

    STEPS: ClassVar[Steps[SubmissionState]] = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="submissions")
    number = models.TextField(unique=True)
    institution = models.TextField()
    payload = EncryptedTextField()  # canonical JSON text
    payload_sha256 = models.CharField(max_length=64)
    files = models.JSONField(default=list)  # [{attachment_id, name, media_type, sha256}]
    acting = EncryptedTextField()  # JSON text of the acting context at submit
    supplement_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supplements")
    state = models.CharField(max_length=12, choices=SubmissionState.choices, default=SubmissionState.QUEUED)
    fence = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    resolve_by = models.DateTimeField()
    institution_number = models.TextField(blank=True)
    institution_status = models.TextField(blank=True)
    institution_sequence = models.BigIntegerField(default=0)
    next_poll_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(supplement_of__isnull=True) & ~models.Q(state__in=("refused", "not_done")),
                name="submissions_case_has_one_living_submission",
            ),
            models.CheckConstraint(
                name="submissions_sending_holds_a_lease",
                condition=~models.Q(state="sending") | models.Q(leased_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["centre", "state", "next_try_at"], name="submission_due"),
            models.Index(fields=["centre", "next_poll_at"], name="submission_to_poll"),
        ]


class Attempt(models.Model):
    """One try to deliver or to find out. Written before the call and closed after it."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attempts")
    fence = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)  # deliver | find | result
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(blank=True)
    note = models.TextField(blank=True)


class IncomingAnswer(models.Model):
    """What an institution said of a submission, once per (number, sequence), stored before it is acted upon."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    sequence = models.BigIntegerField()
    record = EncryptedTextField()  # JSON text
    came_by = models.CharField(max_length=8)  # push | poll | deliver | find
    received_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "sequence"], name="submissions_answer_is_stored_once")
        ]

    @property
    def case_id(self) -> int:
        """The case whose key seals the record."""
        return self.submission.case_id


class Quarantined(models.Model):
    """Something that came from outside and cannot be used: kept raw for a person to look at, never acted on."""

    institution = models.TextField()
    raw = EncryptedTextField()
    why = models.TextField()
    received_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "received_at"], name="submissions_quarantined_of_day")]
