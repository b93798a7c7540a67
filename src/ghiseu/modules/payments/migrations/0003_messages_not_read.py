from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_privileges")]
    operations = [
        migrations.AddIndex(
            model_name="paymentmessage",
            index=models.Index(
                condition=models.Q(("operation", "")), fields=["received_at"], name="payments_message_not_read"
            ),
        ),
    ]
