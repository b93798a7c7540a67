"""Data keys, each wrapped under a key of the keys file: a copy of the database alone opens nothing."""

import uuid

from django.db import models
from django.db.models.functions import Now


class DataKey(models.Model):
    """What seals the values of one centre and year, or of one case.

    `wrapping_key` names the key of the keys file that opens `wrapped`. Without the row, or without that key, every
    value that was sealed with it is lost for good: this is how the content of a case is destroyed, in backups too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    centre_id = models.BigIntegerField()
    year = models.PositiveSmallIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    wrapped = models.BinaryField()
    wrapping_key = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="crypto_data_key_is_of_a_year_or_of_a_case",
                condition=models.Q(year__isnull=False, case_id__isnull=True)
                | models.Q(year__isnull=True, case_id__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["centre_id", "year"],
                condition=models.Q(case_id__isnull=True),
                name="crypto_centre_has_one_data_key_a_year",
            ),
            models.UniqueConstraint(fields=["case_id"], name="crypto_case_has_one_data_key"),
        ]
        indexes = [models.Index(fields=["centre_id", "wrapping_key"], name="data_key_by_wrapping_key")]


class CommonDataKey(models.Model):
    """What seals the values of a year that belong to no centre: operators, and what came from outside unread."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(unique=True)
    wrapped = models.BinaryField()
    wrapping_key = models.TextField()
    made_at = models.DateTimeField(db_default=Now())


class MonthKey(models.Model):
    """Which key a month has: a keyed digest of its name, made with the key. Opens nothing and is never changed."""

    name = models.TextField(primary_key=True)
    fingerprint = models.BinaryField(max_length=32)
    made_at = models.DateTimeField(db_default=Now())
