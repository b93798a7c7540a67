"""When a person was forgotten, so that every night looks at each of them once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applicants", "0006_before_reading_may_be_paused")]
    operations = [
        migrations.AddField("person", "forgotten_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "person",
            models.Index(
                fields=["centre", "first_seen_at"],
                condition=models.Q(forgotten_at__isnull=True),
                name="person_not_forgotten",
            ),
        ),
    ]
