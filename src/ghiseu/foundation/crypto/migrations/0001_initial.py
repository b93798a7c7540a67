"""Data keys lie wrapped in the database; the keys that open them never do."""

import uuid

import django.db.models.functions.datetime
from django.db import migrations, models

from ghiseu.foundation.access.policies import grant, protect


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_roles")]
    operations = [
        migrations.CreateModel(
            name="CommonDataKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField(unique=True)),
                ("wrapped", models.BinaryField()),
                ("wrapping_key", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("centre_id", models.BigIntegerField()),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("case_id", models.BigIntegerField(null=True)),
                ("wrapped", models.BinaryField()),
                ("wrapping_key", models.TextField()),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["centre_id", "wrapping_key"], name="data_key_by_wrapping_key")],
                "constraints": [
                    models.CheckConstraint(
                        name="crypto_data_key_is_of_a_year_or_of_a_case",
                        condition=models.Q(("case_id__isnull", True), ("year__isnull", False))
                        | models.Q(("case_id__isnull", False), ("year__isnull", True)),
                    ),
                    models.UniqueConstraint(
                        fields=("centre_id", "year"),
                        condition=models.Q(("case_id__isnull", True)),
                        name="crypto_centre_has_one_data_key_a_year",
                    ),
                    models.UniqueConstraint(fields=("case_id",), name="crypto_case_has_one_data_key"),
                ],
            },
        ),
        *protect("crypto_datakey", web="SELECT, INSERT", worker="SELECT, INSERT, UPDATE, DELETE"),
        grant("crypto_commondatakey", web="SELECT, INSERT", worker="SELECT, INSERT, UPDATE"),
    ]
