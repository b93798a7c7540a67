"""What the product remembers about people signing in. None of it belongs to one centre; no citizen is in it."""

from datetime import datetime
from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import blind_indexes


class SignInRequest(models.Model):
    """One question to MPass: asked for which browser, answered once, handed over once.

    The hashes are SHA-256 in hexadecimal of random values that only the browser has.
    """

    request_id = models.CharField(max_length=64, unique=True)
    browser_hash = models.CharField(max_length=64)
    return_path = models.TextField(default="/")
    # The locked session that its operator wants back; then MPass has to ask for the credentials again.
    resumes = models.ForeignKey("centres.OperatorSession", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_index=True)
    answered_at = models.DateTimeField(null=True)
    operator = models.ForeignKey("centres.Operator", on_delete=models.CASCADE, null=True, related_name="+")
    session_index = models.TextField(blank=True)
    authenticated_at = models.DateTimeField(null=True)
    ticket_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - absent before the answer
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="centres_sign_in_ticket_names_its_operator",
                condition=models.Q(ticket_hash__isnull=True)
                | models.Q(operator__isnull=False, authenticated_at__isnull=False),
            ),
            models.CheckConstraint(
                name="centres_sign_in_is_handed_over_after_its_answer",
                condition=models.Q(handed_over_at__isnull=True)
                | models.Q(answered_at__isnull=False, ticket_hash__isnull=False),
            ),
        ]


class UsedAssertion(models.Model):
    """An assertion of MPass that has counted once and never counts again."""

    assertion_id = models.CharField(max_length=256, unique=True)
    expires_at = models.DateTimeField(db_index=True)


class OperatorSessionQuerySet(models.QuerySet["OperatorSession"]):
    def open(self) -> "OperatorSessionQuerySet":
        """Return the sessions that have not ended; some of them may be locked."""
        return self.filter(ended_at=None)

    def known_to_mpass_as(self, *, idnp: str, session_indexes: tuple[str, ...]) -> "OperatorSessionQuerySet":
        """Return the sessions that MPass means by a person and its own session numbers."""
        return self.filter(
            operator__idnp_index__in=blind_indexes(idnp, purpose="operator"), session_index__in=session_indexes
        )

    def left_behind(
        self, *, operator_id: int, session_index: str, proved_at: datetime, idle_since: datetime
    ) -> "OperatorSessionQuerySet":
        """Return the sessions under this session of MPass that were locked, deserted or ended after the proof.

        MPass may still know the person when our cookie is gone; whoever sits at the computer then is not known.
        """
        deserted = models.Q(ended_at=None, last_seen_at__lt=idle_since, last_seen_at__gt=proved_at)
        return self.filter(
            models.Q(ended_at__gt=proved_at) | models.Q(locked_at__gt=proved_at) | deserted,
            operator_id=operator_id,
            session_index=session_index,
        )


class SessionEnd(models.TextChoices):
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_ELSEWHERE = "signed_out_elsewhere"
    TOO_LONG = "too_long"
    REPLACED = "replaced"
    NOT_ASSIGNED = "not_assigned"


class OperatorSession(models.Model):
    """One operator at work from sign-in to sign-out, bound to one Django session by the hash of its key.

    MPass knows the operator by IDNP, which the operator's row holds sealed; it is not repeated here.
    """

    operator = models.ForeignKey("centres.Operator", on_delete=models.CASCADE, related_name="sessions")
    key_hash = models.CharField(max_length=64)
    session_index = models.TextField()
    started_at = models.DateTimeField()
    authenticated_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=24, choices=SessionEnd.choices, blank=True)
    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT, null=True, related_name="+")
    desk = models.ForeignKey("centres.Desk", on_delete=models.PROTECT, null=True, related_name="+")
    place_chosen_at = models.DateTimeField(null=True)
    logout_request_id = models.CharField(max_length=64, blank=True, db_index=True)

    objects: ClassVar[OperatorSessionQuerySet] = OperatorSessionQuerySet.as_manager()  # type: ignore[assignment]  # our own query set

    class Meta:
        indexes = [models.Index(fields=["operator", "session_index"], name="centres_session_of_mpass")]
        constraints = [
            models.CheckConstraint(
                name="centres_ended_session_says_why",
                condition=models.Q(ended_at__isnull=True, ended_because="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_because="")),
            ),
            models.CheckConstraint(
                name="centres_desk_of_a_session_is_in_its_centre",
                condition=models.Q(desk__isnull=True) | models.Q(centre__isnull=False),
            ),
        ]

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    def was_authenticated_since(self, moment: datetime) -> bool:
        """Tell whether the operator proved who they are after this moment; sensitive acts ask."""
        return self.authenticated_at >= moment
