from django.db import migrations

from ghiseu.foundation.access.policies import grant


class Migration(migrations.Migration):
    dependencies = [("centres", "0001_initial"), ("access", "0001_roles")]
    operations = [
        grant("centres_centre", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("centres_desk", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("centres_openinghours", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("centres_calendarday", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("centres_operator", web="SELECT, UPDATE", worker="SELECT"),
        grant("centres_assignment", web="SELECT", worker="SELECT"),
    ]
