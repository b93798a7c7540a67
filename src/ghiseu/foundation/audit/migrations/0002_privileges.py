from django.db import migrations

from ghiseu.foundation.access.policies import insert_only, protect


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect(
            "audit_journalrecord", web="SELECT, INSERT", worker="SELECT, INSERT", reporting="SELECT"
        ),
        insert_only("audit_journalrecord"),
    ]
