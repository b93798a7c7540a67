from django.db import migrations

from ghiseu.foundation.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("visits", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("visits_visit", web="SELECT, INSERT, UPDATE", worker="SELECT"),
        migrations.RunSQL(
            "CREATE SEQUENCE ghiseu_number MINVALUE 1 MAXVALUE 999999999 NO CYCLE;"
            "GRANT USAGE ON SEQUENCE ghiseu_number TO ghiseu_web, ghiseu_worker",
            "DROP SEQUENCE ghiseu_number",
        ),
    ]
