"""A border between centres that was opened: for one case, one person, a stated reason and a few hours."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q, Value

from ghiseu.foundation.crypto import EncryptedTextField

MOST_HOURS = 8


class AccessGrant(models.Model):
    """Somebody of support may read one case of a centre that is not theirs, after a second person agreed.

    It begins when it is approved, ends by itself, and may be ended before. The reason may name people, so it is sealed.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT, related_name="+")
    case_number = models.TextField()
    asker = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField()
    hours = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    approver = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="centres_grant_needs_two_people", condition=Q(approver=None) | ~Q(approver=F("asker"))
            ),
            models.CheckConstraint(
                name="centres_grant_lasts_at_most_a_working_day",
                condition=Q(hours__gte=1)
                & Q(hours__lte=MOST_HOURS)
                & (Q(ends_at=None) | Q(ends_at__lte=F("approved_at") + Value(timedelta(hours=MOST_HOURS)))),
            ),
            models.CheckConstraint(
                name="centres_approved_grant_says_by_whom_and_until_when",
                condition=Q(approver=None, approved_at=None, ends_at=None)
                | Q(approver__isnull=False, approved_at__isnull=False, ends_at__isnull=False),
            ),
            models.CheckConstraint(
                name="centres_ended_grant_says_by_whom",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]

    def is_in_force(self, at: datetime) -> bool:
        """Tell whether the case may be read under it at this moment."""
        if self.approved_at is None or self.ends_at is None:
            return False
        return self.approved_at <= at < self.ends_at and (self.ended_at is None or at < self.ended_at)

    def waits(self, at: datetime) -> bool:
        """Tell whether somebody may still agree: nobody has, and it was asked for today."""
        return self.approved_at is None and self.ended_at is None and at < self.asked_at + timedelta(hours=24)
