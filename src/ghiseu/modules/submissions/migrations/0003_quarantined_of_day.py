from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submissions", "0002_privileges")]
    operations = [
        migrations.AddIndex(
            model_name="quarantined",
            index=models.Index(fields=["institution", "received_at"], name="submissions_quarantined_of_day"),
        ),
    ]
