"""What the journal says about appointments."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="appointments.appointment.asked", meaning="A place was asked for at the platform of a calendar"),
    Event(name="appointments.appointment.refused", meaning="A place that was asked for was not given"),
    Event(name="appointments.appointment.leaving", meaning="A platform is told that a place is given up"),
    Event(name="appointments.appointment.stays", meaning="A platform declined to give a place up"),
    Event(name="appointments.appointment.held", meaning="A place was kept for a person for a few minutes"),
    Event(name="appointments.appointment.confirmed", meaning="A person has an appointment"),
    Event(name="appointments.appointment.moved", meaning="An appointment was given up for another one"),
    Event(name="appointments.appointment.cancelled", meaning="An appointment or a kept place was given up"),
    Event(name="appointments.appointment.kept", meaning="The person came to the appointment"),
    Event(name="appointments.appointment.missed", meaning="The person did not come to the appointment"),
    Event(
        name="appointments.holds.expired",
        meaning="Places that were kept and never confirmed were given up",
        has_subject=False,
    ),
)
