from django.db import migrations

from ghiseu.foundation.access.policies import grant, protect

BOTH = {"web": "SELECT, INSERT, UPDATE", "worker": "SELECT, INSERT, UPDATE"}


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("submissions_submission", **BOTH, reporting="SELECT"),
        *protect("submissions_attempt", web="SELECT", worker="SELECT, INSERT, UPDATE"),
        *protect("submissions_incominganswer", **BOTH),
        grant("submissions_quarantined", web="SELECT, INSERT, UPDATE", worker="SELECT, INSERT"),
    ]
