"""A calendar that can be booked: offices of an institution, what they offer and when, and who has an
appointment.

Which counter is taken when is public knowledge and the same for all centres (`Occupancy`); whose it is
belongs to the centre that booked it (`Appointment`) and is hidden from the others.
"""

from django.db import models

from ghiseu.foundation.states import Stateful
from ghiseu.modules.appointments.states import STEPS, AppointmentState


class Office(models.Model):
    """A place of an institution that receives people by appointment. What is not known is empty."""

    institution = models.CharField(max_length=16)
    code = models.CharField(max_length=32, unique=True)
    name = models.TextField()
    address = models.TextField(blank=True)
    country = models.CharField(max_length=2, default="MD")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    time_zone = models.TextField(default="Europe/Chisinau")
    is_active = models.BooleanField(default=True)
    source = models.TextField(blank=True)


class Counter(models.Model):
    """One counter of an office. It serves one person at a time."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="counters")
    name = models.CharField(max_length=16)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "name"], name="appointments_counter_is_listed_once")]


class OfferedService(models.Model):
    """A service that an office gives by appointment, and the rules of booking it there."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="offered")
    service_code = models.TextField()
    minutes = models.PositiveSmallIntegerField()
    from_working_days = models.PositiveSmallIntegerField(default=1)
    until_days = models.PositiveSmallIntegerField(default=30)
    cancel_until_hours = models.PositiveSmallIntegerField(null=True)  # None: no rule known, possible until it begins
    daily_cap = models.PositiveSmallIntegerField(null=True)
    # The calendar at the state's platform that says when it is given; empty when we hold the calendar ourselves.
    calendar_location_id = models.TextField(blank=True, default="", db_default="")
    is_active = models.BooleanField(default=True)
    rules_are_assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "service_code"], name="appointments_service_is_offered_once_per_office"
            ),
            models.CheckConstraint(name="appointments_offered_service_takes_time", condition=models.Q(minutes__gte=1)),
        ]


class OfficeHours(models.Model):
    """When an office receives people on a weekday (Monday is 0), by its own clock."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()
    is_assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appointments_office_closes_after_it_opens",
                condition=models.Q(closes__gt=models.F("opens")),
            )
        ]


class Closure(models.Model):
    """A time without appointments: of the whole office, or of one counter."""

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="closures")
    counter = models.ForeignKey(Counter, on_delete=models.CASCADE, null=True, related_name="closures")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "counter", "starts_at", "ends_at"],
                nulls_distinct=False,
                name="appointments_closure_is_listed_once",
            ),
            models.CheckConstraint(
                name="appointments_closure_ends_after_it_begins",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            ),
        ]


class Occupancy(models.Model):
    """That a counter is taken from a moment to a moment. No person and no centre is named.

    The migration adds `appointments_counter_serves_one_person_at_a_time`, an exclusion constraint over
    counter and time of the rows that are not released. `held_until` is empty once the place is confirmed. Without a
    counter the place is in a calendar that a platform keeps, and the platform alone says whether it is free.
    """

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, related_name="occupancies")
    offered = models.ForeignKey(OfferedService, on_delete=models.PROTECT, related_name="occupancies")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    is_released = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="appointments_occupancy_ends_after_it_begins",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            )
        ]
        indexes = [
            models.Index(fields=["counter", "starts_at"], condition=models.Q(is_released=False), name="live_occupancy")
        ]


class Appointment(Stateful):
    """A person's place in the calendar of an office, booked by a centre."""

    STEPS = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    number = models.TextField(unique=True)
    person = models.ForeignKey("applicants.Person", on_delete=models.PROTECT, related_name="appointments")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="appointments")
    occupancy = models.OneToOneField(Occupancy, on_delete=models.PROTECT, related_name="appointment")
    state = models.CharField(max_length=16, choices=AppointmentState.choices, default=AppointmentState.HELD)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    cancel_reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by_id = models.BigIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "state"], name="appointment_of_person"),
            models.Index(fields=["case"], name="appointment_of_case"),
        ]
        constraints = [
            models.CheckConstraint(
                name="appointments_moved_appointment_is_not_cancelled",
                condition=~models.Q(state="moved") | models.Q(cancel_reason=""),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state="asking"),
                name="appointments_case_asks_for_one_place_at_a_time",
            ),
        ]


# A model of the same app that stands in a file of its own.
from ghiseu.modules.appointments.calendar_models import (  # noqa: E402 - it refers to the models above
    CalendarBooking as CalendarBooking,
)
