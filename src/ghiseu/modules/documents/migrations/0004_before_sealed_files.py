"""Files of documents are sealed with the data key of their case; the column names the sealed file in the store."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_sealed_agreements")]
    operations = [
        migrations.AddField(
            "document", "stored_sha256", models.CharField(blank=True, db_default="", default="", max_length=64)
        ),
    ]
