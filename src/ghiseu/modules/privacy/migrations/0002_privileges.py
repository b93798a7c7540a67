"""Requests belong to a centre. Incidents belong to none: they hold no citizen's data, and only the officer opens them."""

from django.db import migrations

from ghiseu.foundation.access.policies import grant, protect

ENDING = "state, ended_at, ended_by_id, answer"


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("privacy_correctionrequest", web=f"SELECT, INSERT, UPDATE ({ENDING})", worker="SELECT"),
        # `save()` of a changed incident writes every column, so all may be updated; nothing may be removed.
        grant("privacy_incident", web="SELECT, INSERT, UPDATE"),
        grant("privacy_duty", web="SELECT, INSERT, UPDATE"),
    ]
