"""The states of an appointment and every step between them. Nothing else is possible."""

from django.db import models

from ghiseu.foundation.states import Steps


class AppointmentState(models.TextChoices):
    ASKING = "asking"  # written here; whether the platform of the calendar keeps the place is not known
    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    MOVED = "moved"
    KEPT = "kept"
    MISSED = "missed"
    REFUSED = "refused"
    LEAVING = "leaving"  # to be given up; the platform of the calendar has not said so yet


STEPS: Steps[AppointmentState] = {
    (AppointmentState.HELD, AppointmentState.CONFIRMED): "appointments.appointment.confirmed",
    (AppointmentState.HELD, AppointmentState.CANCELLED): "appointments.appointment.cancelled",
    # Calendars that are kept at a platform: asked there, kept until it is confirmed there, given up there.
    (AppointmentState.ASKING, AppointmentState.HELD): "appointments.appointment.held",
    (AppointmentState.ASKING, AppointmentState.CONFIRMED): "appointments.appointment.confirmed",
    (AppointmentState.ASKING, AppointmentState.REFUSED): "appointments.appointment.refused",
    (AppointmentState.HELD, AppointmentState.LEAVING): "appointments.appointment.leaving",
    (AppointmentState.CONFIRMED, AppointmentState.LEAVING): "appointments.appointment.leaving",
    (AppointmentState.LEAVING, AppointmentState.CANCELLED): "appointments.appointment.cancelled",
    (AppointmentState.LEAVING, AppointmentState.MOVED): "appointments.appointment.moved",
    # The platform declines to give it up.
    (AppointmentState.LEAVING, AppointmentState.CONFIRMED): "appointments.appointment.stays",
    (AppointmentState.CONFIRMED, AppointmentState.CANCELLED): "appointments.appointment.cancelled",
    # A moved appointment ends; the one that replaces it is another row with its own number.
    (AppointmentState.CONFIRMED, AppointmentState.MOVED): "appointments.appointment.moved",
    (AppointmentState.CONFIRMED, AppointmentState.KEPT): "appointments.appointment.kept",
    (AppointmentState.CONFIRMED, AppointmentState.MISSED): "appointments.appointment.missed",
}

LIVE_STATES = (AppointmentState.HELD, AppointmentState.CONFIRMED)
# Only a platform ends these; a job asks it.
UNSETTLED_STATES = (AppointmentState.ASKING, AppointmentState.HELD, AppointmentState.LEAVING)
