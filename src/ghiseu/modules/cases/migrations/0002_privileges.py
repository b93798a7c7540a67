from django.db import migrations

from ghiseu.foundation.access.policies import grant, insert_only, protect

BOTH = {"web": "SELECT, INSERT, UPDATE", "worker": "SELECT, INSERT, UPDATE"}


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("cases_case", **BOTH, reporting="SELECT"),
        *protect("cases_casefield", web="SELECT, INSERT, UPDATE, DELETE", worker="SELECT"),
        *protect("cases_evidence", web="SELECT, INSERT", worker="SELECT"),
        insert_only("cases_evidence"),
        *protect("cases_caseevent", web="SELECT, INSERT", worker="SELECT, INSERT"),
        insert_only("cases_caseevent"),
        *protect("cases_commandreceipt", web="SELECT, INSERT", worker="SELECT"),
        *protect("cases_presence", web="SELECT, INSERT, UPDATE, DELETE"),
        *protect("cases_calltask", **BOTH),
        grant("cases_openmatter", web="SELECT, INSERT, DELETE", worker="SELECT, INSERT, DELETE"),
        grant("cases_publicstatus", **BOTH),
    ]
