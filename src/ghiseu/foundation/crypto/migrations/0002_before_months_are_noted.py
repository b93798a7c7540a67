"""Which key a month has, as a digest: two keys files that came apart are noticed."""

import django.db.models.functions.datetime
from django.db import migrations, models

from ghiseu.foundation.access.policies import grant, insert_only


class Migration(migrations.Migration):
    dependencies = [("crypto", "0001_initial"), ("access", "0001_roles")]
    operations = [
        migrations.CreateModel(
            name="MonthKey",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        grant("crypto_monthkey", web="SELECT, INSERT", worker="SELECT, INSERT"),
        insert_only("crypto_monthkey"),
    ]
