import django.db.models.deletion
from django.db import migrations, models

from ghiseu.foundation.access.policies import insert_only, protect


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_indexes_of_lists"), ("centres", "0004_sign_in_privileges")]
    operations = [
        migrations.CreateModel(
            name="PrintedRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_sha256", models.CharField(max_length=64)),
                ("printed_at", models.DateTimeField()),
                ("printed_by_id", models.BigIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="printed_requests", to="cases.case"
                    ),
                ),
                (
                    "centre",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="centres.centre"),
                ),
            ],
        ),
        *protect("cases_printedrequest", web="SELECT, INSERT", worker="SELECT"),
        insert_only("cases_printedrequest"),
    ]
