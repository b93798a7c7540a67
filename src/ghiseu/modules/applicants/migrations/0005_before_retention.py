"""The worker takes out what belonged to a case whose time to be kept is over."""

from django.db import migrations

from ghiseu.foundation.access.policies import grant


class Migration(migrations.Migration):
    dependencies = [("applicants", "0004_before_readings_of_visit")]
    operations = [
        grant("applicants_namekey", worker="DELETE"),
        grant("applicants_reading", worker="UPDATE (facts, parameters)"),
    ]
