from django.db import migrations

from ghiseu.foundation.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("mandates", "0001_initial"), ("access", "0001_roles")]
    operations = [*protect("mandates_mandate", web="SELECT, INSERT, UPDATE", worker="SELECT")]
