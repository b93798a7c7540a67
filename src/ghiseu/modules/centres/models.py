"""Centres, their desks and calendars, and the people who work there. No citizen's data is in this module."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField, blind_indexes


class CentreKind(models.TextChoices):
    TOWN_HALL = "town_hall"
    LIBRARY = "library"
    EMBASSY = "embassy"
    CONSULATE = "consulate"


class Centre(models.Model):
    """A town hall, library, embassy or consulate with a counter. Everything that differs between centres is data."""

    code = models.CharField(max_length=8, unique=True)
    name = models.TextField()
    kind = models.CharField(max_length=16, choices=CentreKind.choices)
    region = models.TextField(blank=True)
    country = models.CharField(max_length=2, default="MD")
    time_zone = models.TextField(default="Europe/Chisinau")
    currency = models.CharField(max_length=3, default="MDL")
    languages = models.JSONField(default=list)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    opened_on = models.DateField(null=True)
    idno = models.CharField(max_length=13, blank=True)
    address = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    is_demo = models.BooleanField(default=False)
    source = models.TextField(blank=True)
    confidence = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """One counter of a centre."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="desks")
    code = models.CharField(max_length=8)
    name = models.TextField()
    equipment = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], name="centres_desk_code_is_unique_in_its_centre")
        ]


class OpeningHours(models.Model):
    """When a centre is open on a weekday (Monday is 0), in its own time zone."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    is_assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="centres_opening_ends_after_it_begins", condition=models.Q(closes__gt=models.F("opens"))
            )
        ]


class DayKind(models.TextChoices):
    HOLIDAY = "holiday"
    MOVED_WORKING = "moved_working"
    MOVED_FREE = "moved_free"
    HRAM = "hram"


class CalendarDay(models.Model):
    """A day that differs from the week's pattern: for a whole country, or for one centre (its hram)."""

    country = models.CharField(max_length=2)
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, null=True, related_name="calendar_days")
    date = models.DateField()
    kind = models.CharField(max_length=16, choices=DayKind.choices)
    name = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "centre", "date", "kind"],
                nulls_distinct=False,
                name="centres_calendar_day_is_listed_once",
            )
        ]


class OperatorQuerySet(models.QuerySet["Operator"]):
    def by_idnp(self, idnp: str) -> "Operator | None":
        """Return the active operator with this IDNP."""
        return self.filter(idnp_index__in=blind_indexes(idnp, purpose="operator"), is_active=True).first()


class Operator(AbstractBaseUser):
    """Somebody who works with the product, whatever the role. Signs in through MPass only; there is no password."""

    password = None  # type: ignore[assignment]  # no local password exists
    last_login = None  # sessions say it, with the assurance
    idnp_index = models.BinaryField(max_length=32, unique=True)
    idnp = EncryptedTextField()
    surname = models.TextField()
    given_name = models.TextField()
    language = models.CharField(max_length=2, default="ro")
    is_active = models.BooleanField(default=True)
    # The operator's own power in MPower to work at a unified centre; institutions are told it with the operator.
    mpower_number = models.CharField(max_length=16, blank=True, default="", db_default="")

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[models.Manager["Operator"]] = OperatorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="centres_operators_power_has_sixteen_digits",
                condition=models.Q(mpower_number="") | models.Q(mpower_number__regex=r"^[0-9]{16}$"),
            )
        ]

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surname}"


class Role(models.TextChoices):
    OPERATOR = "operator"
    CENTRE_LEAD = "centre_lead"
    INSTITUTION_OFFICER = "institution_officer"
    PROGRAMME_MANAGER = "programme_manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"


CENTRE_ROLES = (Role.OPERATOR, Role.CENTRE_LEAD)


class Assignment(models.Model):
    """An operator's role: at a centre, at an institution, or for the whole programme, from a day to a day."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="assignments")
    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, null=True, related_name="assignments")
    institution = models.TextField(blank=True)
    role = models.CharField(max_length=24, choices=Role.choices)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="centres_centre_role_names_its_centre",
                condition=~models.Q(role__in=CENTRE_ROLES) | models.Q(centre__isnull=False),
            ),
            models.CheckConstraint(
                name="centres_institution_officer_names_the_institution",
                condition=~models.Q(role=Role.INSTITUTION_OFFICER) | ~models.Q(institution=""),
            ),
        ]

    def is_in_force(self, on: date) -> bool:
        """Tell whether the assignment holds on this day."""
        return self.from_date <= on and (self.to_date is None or on <= self.to_date)


# Models of the same app that stand in a file of their own.
from ghiseu.modules.centres.grant_models import (  # noqa: E402
    AccessGrant as AccessGrant,
)
from ghiseu.modules.centres.screen_models import (  # noqa: E402
    CitizenScreen as CitizenScreen,
)
from ghiseu.modules.centres.screen_models import (  # noqa: E402
    ScreenCode as ScreenCode,
)
from ghiseu.modules.centres.sign_in_models import (  # noqa: E402 - they refer to the models above
    OperatorSession as OperatorSession,
)
from ghiseu.modules.centres.sign_in_models import (  # noqa: E402
    SignInRequest as SignInRequest,
)
from ghiseu.modules.centres.sign_in_models import (  # noqa: E402
    UsedAssertion as UsedAssertion,
)
