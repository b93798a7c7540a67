from django.db import migrations

from ghiseu.foundation.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("applicants", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("applicants_person", web="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE"),
        *protect("applicants_namekey", web="SELECT, INSERT", worker="SELECT, INSERT"),
        *protect("applicants_reading", web="SELECT, INSERT", worker="SELECT, INSERT"),
    ]
