from django.db import migrations

from ghiseu.foundation.access.policies import grant, insert_only


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("access", "0001_roles")]
    operations = [
        grant("catalogue_servicepackage", web="SELECT", worker="SELECT", reporting="SELECT"),
        insert_only("catalogue_servicepackage"),
        grant("catalogue_institution", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("catalogue_catalogueentry", web="SELECT", worker="SELECT", reporting="SELECT"),
    ]
