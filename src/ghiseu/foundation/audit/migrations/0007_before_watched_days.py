"""How far the rules of detection have looked: a worker that stood still goes on from there."""

from django.db import migrations, models

from ghiseu.foundation.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_before_representatives"), ("access", "0001_roles")]
    operations = [
        migrations.CreateModel(
            name="WatchedUntil",
            fields=[
                ("centre_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("watched_at", models.DateTimeField()),
            ],
        ),
        *protect("audit_watcheduntil", web="SELECT", worker="SELECT, INSERT, UPDATE", reporting="SELECT"),
    ]
