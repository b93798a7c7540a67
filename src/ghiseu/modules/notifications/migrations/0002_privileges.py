from django.db import migrations

from ghiseu.foundation.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect(
            "notifications_message",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, INSERT, UPDATE",
            reporting="SELECT",
        ),
    ]
