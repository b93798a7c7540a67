from django.db import migrations

from ghiseu.foundation.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("access", "0001_roles")]
    operations = [
        *protect("documents_document", web="SELECT, INSERT, UPDATE", worker="SELECT, INSERT"),
        *protect("documents_uploadsession", web="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE"),
        *protect("documents_uploadchunk", web="SELECT, INSERT", worker="SELECT"),
    ]
