"""The worker takes out what belonged to a case whose time to be kept is over."""

from django.db import migrations

from ghiseu.foundation.access.policies import grant, insert_only_until_destroyed


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_before_sealed_files"), ("cases", "0006_before_retention")]
    operations = [
        insert_only_until_destroyed("documents_agreementcontent"),
        grant("documents_agreementcontent", worker="UPDATE (content)"),
        grant("documents_document", worker="UPDATE (title, file_name, signature_report)"),
    ]
