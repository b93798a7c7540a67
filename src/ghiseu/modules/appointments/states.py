"""The states of an appointment and every step between them. Nothing else is possible."""

from django.db import models

from ghiseu.foundation.states import Steps


class AppointmentState(models.TextChoices):
    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    KEPT = "kept"
    MISSED = "missed"


STEPS: Steps[AppointmentState] = {
    (AppointmentState.HELD, AppointmentState.CONFIRMED): "appointments.appointment.confirmed",
    (AppointmentState.HELD, AppointmentState.CANCELLED): "appointments.appointment.cancelled",
    (AppointmentState.CONFIRMED, AppointmentState.CANCELLED): "appointments.appointment.cancelled",
    # A moved appointment ends; the one that replaces it is another row with its own number.
    (AppointmentState.CONFIRMED, AppointmentState.MOVED): "appointments.appointment.moved",
    (AppointmentState.CONFIRMED, AppointmentState.KEPT): "appointments.appointment.kept",
    (AppointmentState.CONFIRMED, AppointmentState.MISSED): "appointments.appointment.missed",
}

LIVE_STATES = (AppointmentState.HELD, AppointmentState.CONFIRMED)
