"""Requests to correct a register, and incidents with what the law wants done by when."""

from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.states import Stateful, Steps


class CorrectionState(models.TextChoices):
    ASKED = "asked"
    ANSWERED = "answered"
    REFUSED = "refused"


class CorrectionRequest(Stateful):
    """A person says that a register is wrong, outside any case, and asks its owner to correct it, on paper."""

    STEPS: ClassVar[Steps[CorrectionState]] = {
        (CorrectionState.ASKED, CorrectionState.ANSWERED): "privacy.correction.answered",
        (CorrectionState.ASKED, CorrectionState.REFUSED): "privacy.correction.refused",
        # The owner may correct after all, for example after a complaint.
        (CorrectionState.REFUSED, CorrectionState.ANSWERED): "privacy.correction.answered",
    }

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    number = models.TextField(unique=True)
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="corrections")
    state = models.CharField(max_length=12, choices=CorrectionState.choices, default=CorrectionState.ASKED)
    register = models.CharField(max_length=16)
    field = models.TextField()
    register_says = EncryptedTextField(blank=True)
    person_says = EncryptedTextField()
    evidence = EncryptedTextField()
    language = models.CharField(max_length=2)
    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    answer_due_on = models.DateField()
    ended_at = models.DateTimeField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    answer = EncryptedTextField(blank=True)
    destroyed_at = models.DateTimeField(null=True)  # number, register, dates and the journal are left

    class Meta:
        indexes = [models.Index(fields=["centre", "state", "answer_due_on", "id"], name="correction_list")]
        constraints = [
            models.CheckConstraint(
                name="privacy_ended_correction_says_when_and_by_whom",
                condition=models.Q(state="asked", ended_at__isnull=True, ended_by_id__isnull=True)
                | (~models.Q(state="asked") & models.Q(ended_at__isnull=False, ended_by_id__isnull=False)),
            ),
            models.CheckConstraint(
                name="privacy_correction_names_register_and_field",
                condition=~models.Q(register="") & (~models.Q(field="") | models.Q(destroyed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="privacy_only_ended_correction_is_destroyed",
                condition=models.Q(destroyed_at__isnull=True) | models.Q(ended_at__isnull=False),
            ),
        ]


class IncidentKind(models.TextChoices):
    PERSONAL_DATA = "personal_data"
    CYBER = "cyber"
    BOTH = "both"


class IncidentState(models.TextChoices):
    OPEN = "open"
    CLOSED = "closed"


class Incident(Stateful):
    """Something happened to personal data or to the systems. It is of no centre; the officer alone opens it.

    What it was about, in the journal: `centre_code` empty means every centre, `desk_number` and `operator_number`
    None every desk and operator, `acts` the kind of acts that count, from `from_at` until `to_at`.
    """

    STEPS: ClassVar[Steps[IncidentState]] = {
        (IncidentState.OPEN, IncidentState.CLOSED): "privacy.incident.closed",
    }

    kind = models.CharField(max_length=16, choices=IncidentKind.choices)
    state = models.CharField(max_length=8, choices=IncidentState.choices, default=IncidentState.OPEN)
    aware_at = models.DateTimeField()
    what_happened = EncryptedTextField()
    told_ro = EncryptedTextField(blank=True)
    told_ru = EncryptedTextField(blank=True)
    told_en = EncryptedTextField(blank=True)
    centre_code = models.TextField(blank=True)
    desk_number = models.BigIntegerField(null=True)
    operator_number = models.BigIntegerField(null=True)
    acts = models.TextField(blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="privacy_incident_has_a_period", condition=models.Q(to_at__gte=models.F("from_at"))
            ),
            models.CheckConstraint(
                name="privacy_closed_incident_says_when_and_by_whom",
                condition=models.Q(state="open", closed_at__isnull=True, closed_by__isnull=True)
                | models.Q(state="closed", closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]


class DutyKind(models.TextChoices):
    EARLY_WARNING = "early_warning"
    DATA_AUTHORITY = "data_authority"
    CYBER_NOTIFICATION = "cyber_notification"
    FINAL_REPORT = "final_report"
    PEOPLE_TOLD = "people_told"


class DutyState(models.TextChoices):
    DUE = "due"
    DONE = "done"
    NOT_NEEDED = "not_needed"


class Duty(Stateful):
    """One thing that an incident makes somebody do, by a moment where the law names one."""

    STEPS: ClassVar[Steps[DutyState]] = {
        (DutyState.DUE, DutyState.DONE): "privacy.duty.done",
        (DutyState.DUE, DutyState.NOT_NEEDED): "privacy.duty.not-needed",
        # A risk may turn out later.
        (DutyState.NOT_NEEDED, DutyState.DONE): "privacy.duty.done",
    }

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=24, choices=DutyKind.choices)
    state = models.CharField(max_length=12, choices=DutyState.choices, default=DutyState.DUE)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("centres.Operator", on_delete=models.PROTECT, null=True, related_name="+")
    note = EncryptedTextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="privacy_duty_stands_once_in_an_incident"),
            models.CheckConstraint(
                name="privacy_ended_duty_says_when_and_by_whom",
                condition=models.Q(state="due", ended_at__isnull=True, ended_by__isnull=True)
                | (~models.Q(state="due") & models.Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
        ]
