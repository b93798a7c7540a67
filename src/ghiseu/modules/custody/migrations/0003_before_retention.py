"""The worker takes out what belonged to a case whose time to be kept is over."""

from django.db import migrations

from ghiseu.foundation.access.policies import grant, insert_only_until_destroyed


class Migration(migrations.Migration):
    dependencies = [("custody", "0002_privileges"), ("cases", "0006_before_retention")]
    operations = [
        insert_only_until_destroyed("custody_handover"),
        grant("custody_handover", worker="UPDATE (to_name, to_idnp, identification_number)"),
    ]
