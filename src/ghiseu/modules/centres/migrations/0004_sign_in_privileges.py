from django.db import migrations

from ghiseu.foundation.access.policies import grant


class Migration(migrations.Migration):
    dependencies = [("centres", "0003_usedassertion_operatorsession_signinrequest_and_more"), ("access", "0001_roles")]
    operations = [
        grant("centres_signinrequest", web="SELECT, INSERT, UPDATE, DELETE"),
        grant("centres_usedassertion", web="SELECT, INSERT, DELETE"),
        grant("centres_operatorsession", web="SELECT, INSERT, UPDATE", worker="SELECT"),
    ]
