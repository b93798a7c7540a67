"""Screens that face the citizen: which browser stands at which desk. No citizen's data is here."""

from django.db import models


class ScreenCode(models.Model):
    """A short code that a browser shows until an operator types it. Both values are SHA-256, lower-case hex."""

    secret_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField(db_index=True)


class CitizenScreen(models.Model):
    """A browser that stands at a desk, turned to the citizen, until the desk ends it. The browser has the secret."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey("centres.Desk", on_delete=models.PROTECT, related_name="screens")
    secret_hash = models.CharField(max_length=64)
    paired_at = models.DateTimeField()
    paired_by_id = models.BigIntegerField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk"], condition=models.Q(ended_at__isnull=True), name="centres_one_screen_per_desk"
            ),
            models.UniqueConstraint(
                fields=["secret_hash"],
                condition=models.Q(ended_at__isnull=True),
                name="centres_screen_stands_at_one_desk",
            ),
            models.CheckConstraint(
                name="centres_ended_screen_says_by_whom",
                condition=models.Q(ended_at__isnull=True, ended_by_id__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by_id__isnull=False),
            ),
        ]
