"""What is known of a place in a calendar that a platform of the state keeps."""

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField


class CalendarBooking(models.Model):
    """The side of an appointment that is at the platform. It exists from before the platform is asked.

    `is_unknown` says that a call ended without an answer: the platform is asked before anything else is done there.
    `tries` counts the calls; whoever writes an outcome down must have made the newest of them.
    """

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    appointment = models.OneToOneField("appointments.Appointment", on_delete=models.PROTECT, related_name="calendar")
    there_id = models.TextField(blank=True)
    is_unknown = models.BooleanField(default=False)
    wanted = EncryptedTextField(blank=True)  # JSON text: who wants which place, as the platform is told
    sent = EncryptedTextField(blank=True)
    received = EncryptedTextField(blank=True)
    said = EncryptedTextField(blank=True)  # the platform's words about a refusal
    acting = EncryptedTextField(blank=True)  # JSON text of the acting context when it was asked for
    why = models.CharField(max_length=24, blank=True)
    asked_at = models.DateTimeField()
    confirm_by = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "there_id"],
                condition=~models.Q(there_id=""),
                name="appointments_place_there_belongs_to_one_appointment",
            )
        ]
        indexes = [
            models.Index(
                fields=["centre", "next_try_at"],
                condition=models.Q(next_try_at__isnull=False),
                name="calendar_booking_due",
            ),
            models.Index(fields=["case"], name="calendar_booking_of_case"),
        ]
