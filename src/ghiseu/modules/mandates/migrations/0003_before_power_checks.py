import django.db.models.deletion
from django.db import migrations, models

import ghiseu.foundation.crypto.fields
from ghiseu.foundation.access.policies import grant, protect

VERDICTS = [
    ("holds", "Holds"),
    ("power-unknown", "Unknown There"),
    ("power-other-subject", "Other Subject"),
    ("power-other-representative", "Other Representative"),
    ("power-of-organisation", "Of Organisation"),
    ("power-draft", "Draft"),
    ("power-not-accepted", "Not Accepted"),
    ("power-not-begun", "Not Begun"),
    ("power-suspended", "Suspended"),
    ("power-ended", "Ended"),
    ("power-not-valid", "Not Valid"),
    ("power-no-code", "No Code"),
    ("no-answer", "No Answer"),
    ("no-right", "No Right"),
    ("unusable", "Unusable"),
    ("about-others", "About Others"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("mandates", "0002_privileges"),
        ("centres", "0007_before_data_protection_officer"),
    ]

    operations = [
        migrations.CreateModel(
            name="PowerCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "occasion",
                    models.CharField(
                        choices=[("intake", "Intake"), ("submit", "Submit"), ("hand_over", "Hand Over")], max_length=16
                    ),
                ),
                ("verdict", models.CharField(choices=VERDICTS, max_length=32)),
                ("type_code", models.CharField(blank=True, max_length=16)),
                ("type_name", models.TextField(blank=True)),
                ("provider_name", models.TextField(blank=True)),
                ("begins", models.DateTimeField(null=True)),
                ("ends", models.DateTimeField(null=True)),
                ("raw", ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ("checked_at", models.DateTimeField()),
                ("checked_by_id", models.BigIntegerField()),
                ("case_number", models.TextField(blank=True)),
                ("centre", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="centres.centre")),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="power_checks",
                        to="mandates.mandate",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["mandate", "-id"], name="newest_power_check")],
                "constraints": [
                    models.CheckConstraint(
                        name="mandates_power_that_holds_names_its_type",
                        condition=~models.Q(verdict="holds") | ~models.Q(type_code=""),
                    )
                ],
            },
        ),
        # What has ended there is over here, also when the worker was told so.
        grant("mandates_mandate", worker="UPDATE"),
        *protect("mandates_powercheck", web="SELECT, INSERT", worker="SELECT, INSERT, UPDATE"),
    ]
