"""The worker takes out what belonged to a case whose time to be kept is over."""

from django.db import migrations

from ghiseu.foundation.access.policies import grant


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_privileges")]
    operations = [
        grant("visits_visit", worker="UPDATE (document_note, document_says)"),
    ]
