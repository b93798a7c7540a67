from django.db import migrations

from ghiseu.foundation.access.policies import grant


class Migration(migrations.Migration):
    dependencies = [("access", "0001_roles"), ("sessions", "0001_initial")]
    operations = [
        grant("django_session", web="SELECT, INSERT, UPDATE, DELETE", worker="SELECT, DELETE"),
        grant("django_migrations", web="SELECT", worker="SELECT"),
    ]
