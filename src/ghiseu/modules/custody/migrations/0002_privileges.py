from django.db import migrations

from ghiseu.foundation.access.policies import insert_only, protect


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("custody_handover", web="SELECT, INSERT", worker="SELECT"),
        insert_only("custody_handover"),
    ]
