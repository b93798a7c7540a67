"""How far the events of the platform were read, and which were seen. No event's content is kept."""

from django.db import models


class FeedPosition(models.Model):
    """How far one feed was read. `gap_found_at` is when we last found that events may have been missed."""

    feed = models.TextField(unique=True)
    consumer = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    gap_found_at = models.DateTimeField(null=True)


class SeenEvent(models.Model):
    """One event that came, once for ever: it may come again, and counts once."""

    source = models.TextField()
    event_id = models.TextField()
    type = models.TextField()
    seen_at = models.DateTimeField()
    outcome = models.CharField(max_length=12)  # asked | not-ours | set-aside

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="submissions_event_counts_once"),
        ]
        indexes = [models.Index(fields=["seen_at"], name="submissions_seen_event_at")]
