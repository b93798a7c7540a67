"""Published service packages, the institutions behind them, and the wider list of services as information."""

from django.db import models


class Institution(models.Model):
    """An authority that decides or informs. Names and contacts are data; an unknown phone stays empty."""

    code = models.CharField(max_length=16, unique=True)
    names = models.JSONField()  # language -> name
    contacts = models.JSONField(default=dict)


class ServicePackage(models.Model):
    """One published version of one service: canonical JSON and its hash. Never changed, never removed."""

    code = models.TextField()
    version = models.PositiveIntegerField()
    kind = models.TextField()
    institution = models.TextField()
    names = models.JSONField()  # language -> name
    effective_from = models.DateField()
    canonical = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="catalogue_version_is_published_once")]


class CatalogueEntry(models.Model):
    """A service that the centre can inform about; with a package it can also be done here."""

    code = models.TextField(unique=True)
    names = models.JSONField()
    provider = models.TextField()
    category = models.TextField(blank=True)
    details = models.JSONField(default=dict)
