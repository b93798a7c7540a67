"""The payment system's messages are sealed: the payer's name may stand in one."""

import base64

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ghiseu.foundation.crypto.fields import EncryptedTextField


def seal(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Seal what was kept, row by row."""
    for row in apps.get_model("payments", "PaymentMessage").objects.iterator():
        row.sealed = base64.b64encode(bytes(row.raw)).decode()
        row.save(update_fields=["sealed"])


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_before_unassigned_settled"), ("crypto", "0001_initial")]
    operations = [
        migrations.AddField(model_name="paymentmessage", name="sealed", field=EncryptedTextField(null=True)),
        migrations.RunPython(seal, elidable=True),
        migrations.RunSQL(
            "ALTER TABLE payments_paymentmessage ALTER COLUMN sealed SET NOT NULL",
            state_operations=[
                migrations.AlterField(model_name="paymentmessage", name="sealed", field=EncryptedTextField()),
            ],
        ),
        migrations.RemoveField(model_name="paymentmessage", name="raw"),
    ]
