"""The worker takes out what requests to correct a register say, when the time to keep them is over."""

from django.db import migrations, models

from ghiseu.foundation.access.policies import grant

NAMED = "privacy_correction_names_register_and_field"


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_privileges")]
    operations = [
        migrations.AddField("correctionrequest", "destroyed_at", models.DateTimeField(null=True)),
        migrations.RemoveConstraint("correctionrequest", NAMED),
        migrations.AddConstraint(
            "correctionrequest",
            models.CheckConstraint(
                name=NAMED,
                condition=~models.Q(register="") & (~models.Q(field="") | models.Q(destroyed_at__isnull=False)),
            ),
        ),
        migrations.AddConstraint(
            "correctionrequest",
            models.CheckConstraint(
                name="privacy_only_ended_correction_is_destroyed",
                condition=models.Q(destroyed_at__isnull=True) | models.Q(ended_at__isnull=False),
            ),
        ),
        grant(
            "privacy_correctionrequest",
            worker="UPDATE (field, register_says, person_says, evidence, answer, destroyed_at)",
        ),
    ]
