from django.db import migrations

from ghiseu.foundation.access.policies import grant, insert_only, protect


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("payments_paymentorder", web="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE", reporting="SELECT"),
        *protect("payments_confirmation", web="SELECT, INSERT", worker="SELECT", reporting="SELECT"),
        insert_only("payments_confirmation"),
        grant("payments_orderplace", web="SELECT, INSERT", worker="SELECT"),
        grant("payments_unassignedpayment", web="SELECT, INSERT, UPDATE", worker="SELECT"),
        grant("payments_paymentmessage", web="SELECT, INSERT, UPDATE"),
    ]
