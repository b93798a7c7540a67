from django.db import migrations

from ghiseu.foundation.access.policies import grant, protect

BOTH = {"web": "SELECT, INSERT, UPDATE", "worker": "SELECT, INSERT, UPDATE"}


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0001_initial"),
        ("access", "0001_roles"),
        ("cases", "0010_before_electronic_signature"),
        ("documents", "0007_before_signed_request"),
    ]
    operations = [
        *protect("signatures_signaturerequest", **BOTH, reporting="SELECT"),
        *protect("signatures_signingmessage", **BOTH),
        grant("signatures_signingplace", web="SELECT, INSERT", worker="SELECT"),
        # Who signs at home comes back to nobody: the worker finds the signature and keeps what it proves.
        grant("cases_evidence", worker="INSERT"),
        grant("documents_document", worker="UPDATE (replaced_by_id)"),
    ]
