from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("centres", "0007_before_data_protection_officer")]

    operations = [
        migrations.AddField(
            model_name="operator",
            name="mpower_number",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="operator",
            constraint=models.CheckConstraint(
                name="centres_operators_power_has_sixteen_digits",
                condition=models.Q(mpower_number="") | models.Q(mpower_number__regex=r"^[0-9]{16}$"),
            ),
        ),
    ]
