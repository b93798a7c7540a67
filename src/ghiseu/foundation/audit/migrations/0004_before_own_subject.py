"""A person may see what every centre's journal says about them; findings of the rules of detection, and their reviews."""

import django.db.models.deletion
from django.db import migrations, models

from ghiseu.foundation.access.policies import insert_only, protect

# Nothing told means nothing shown. Besides the policy of the centre, and for reading alone.
OWN_SUBJECT = """
CREATE POLICY own_subject ON audit_journalrecord FOR SELECT TO ghiseu_web USING (
    encode(subject_index, 'hex') = ANY (string_to_array(current_setting('app.subject', true), ','))
)
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_before_chain"), ("access", "0001_roles")]
    operations = [
        migrations.AddIndex(
            "journalrecord", models.Index(fields=["subject_index", "-sequence"], name="journal_about_person")
        ),
        migrations.AddIndex("journalrecord", models.Index(fields=["centre_id", "at"], name="journal_by_time")),
        migrations.RunSQL(OWN_SUBJECT, "DROP POLICY own_subject ON audit_journalrecord"),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("centre_id", models.BigIntegerField()),
                ("rule", models.TextField()),
                ("severity", models.PositiveSmallIntegerField()),
                ("operator_id", models.BigIntegerField()),
                ("from_at", models.DateTimeField()),
                ("to_at", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
                ("records", models.JSONField()),
                ("found_at", models.DateTimeField()),
                ("fingerprint", models.TextField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("centre_id", "fingerprint"), name="journal_finding_is_made_once"),
                    models.CheckConstraint(
                        name="journal_finding_has_records_and_a_period",
                        condition=models.Q(("count__gt", 0), ("to_at__gte", models.F("from_at"))),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("centre_id", models.BigIntegerField()),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="audit.finding"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("explained", "Explained"), ("to_investigate", "To Investigate")], max_length=16
                    ),
                ),
                ("note", models.TextField()),
                ("by_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="journal_review_of_a_finding_says_why",
                        condition=~models.Q(("note", ""))
                        & models.Q(("verdict__in", ["explained", "to_investigate"])),
                    )
                ],
            },
        ),
        *protect("audit_finding", web="SELECT", worker="SELECT, INSERT", reporting="SELECT"),
        *protect("audit_findingreview", web="SELECT, INSERT", worker="SELECT"),
        insert_only("audit_finding"),
        insert_only("audit_findingreview"),
    ]
