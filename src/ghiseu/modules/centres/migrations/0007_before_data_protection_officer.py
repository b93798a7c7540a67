from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("centres", "0006_before_citizens_screens")]
    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="role",
            field=models.CharField(
                choices=[
                    ("operator", "Operator"),
                    ("centre_lead", "Centre Lead"),
                    ("institution_officer", "Institution Officer"),
                    ("programme_manager", "Programme Manager"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrator"),
                    ("data_protection_officer", "Data Protection Officer"),
                ],
                max_length=24,
            ),
        ),
    ]
