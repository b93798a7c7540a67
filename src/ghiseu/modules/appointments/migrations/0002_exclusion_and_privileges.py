from django.db import migrations

from ghiseu.foundation.access.policies import grant, protect


class Migration(migrations.Migration):
    dependencies = [("appointments", "0001_initial"), ("access", "0001_roles")]
    operations = [
        # A one-element range stands for equality, so that no extension is needed for the counter.
        migrations.RunSQL(
            "ALTER TABLE appointments_occupancy "
            "ADD CONSTRAINT appointments_counter_serves_one_person_at_a_time EXCLUDE USING gist ("
            "int8range(counter_id, counter_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&"
            ") WHERE (NOT is_released)",
            "ALTER TABLE appointments_occupancy DROP CONSTRAINT appointments_counter_serves_one_person_at_a_time",
        ),
        grant("appointments_office", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("appointments_counter", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("appointments_offeredservice", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("appointments_officehours", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("appointments_closure", web="SELECT, INSERT", worker="SELECT", reporting="SELECT"),
        grant(
            "appointments_occupancy",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, INSERT, UPDATE",
            reporting="SELECT",
        ),
        *protect("appointments_appointment", web="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE"),
    ]
