"""Money that fits no order belongs to the centre of the order that it named, and people settle it there."""

import django.db.models.deletion
from django.db import migrations, models

from ghiseu.foundation.access.policies import protect
from ghiseu.foundation.crypto.fields import EncryptedTextField

# Every payment kept so far names an order of ours. The owner of the tables reads them without a centre for this alone.
FILL = """
    ALTER TABLE payments_paymentorder NO FORCE ROW LEVEL SECURITY;
    UPDATE payments_unassignedpayment AS kept
    SET centre_id = issued.centre_id, order_id = issued.id, paid_at = kept.received_at
    FROM payments_paymentorder AS issued WHERE issued.key = kept.order_key;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE payments_paymentorder FORCE ROW LEVEL SECURITY
"""
WHOSE = {
    "centre": models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="centres.centre"),
    "order": models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="unassigned", to="payments.paymentorder"
    ),
    "paid_at": models.DateTimeField(),
}
STATES = ("waiting", "part_assigned", "assigned", "refund_asked", "refund_agreed")
ADDED = {
    "centre": models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="centres.centre"),
    "order": models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="unassigned",
        to="payments.paymentorder",
    ),
    "paid_at": models.DateTimeField(null=True),
    "state": models.CharField(
        choices=[(one, one.replace("_", " ").title()) for one in STATES], default="waiting", max_length=16
    ),
    "invoice_id": models.TextField(blank=True, default=""),
    "assigned_amount": models.DecimalField(decimal_places=2, default=0, max_digits=12),
    "assigned_to": models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.paymentorder"
    ),
    "reason": EncryptedTextField(null=True),
    "asked_by_id": models.BigIntegerField(null=True),
    "settled_by_id": models.BigIntegerField(null=True),
}
CONDITIONS = {
    "payments_unassigned_gives_no_more_than_came": models.Q(
        assigned_amount__gte=0, assigned_amount__lte=models.F("amount")
    ),
    "payments_assigned_payment_is_counted_whole": ~models.Q(state="assigned")
    | models.Q(assigned_amount=models.F("amount")),
    "payments_assigned_money_says_where": models.Q(assigned_amount=0) | models.Q(assigned_to__isnull=False),
    "payments_settled_payment_says_when_and_by_whom": ~models.Q(state__in=("assigned", "refund_agreed"))
    | models.Q(settled_at__isnull=False, settled_by_id__isnull=False),
    "payments_refund_is_agreed_by_another_person": ~models.Q(state="refund_agreed")
    | (models.Q(asked_by_id__isnull=False) & ~models.Q(asked_by_id=models.F("settled_by_id"))),
}
TABLE = "unassignedpayment"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_messages_not_read"),
        ("centres", "0002_privileges"),
        ("crypto", "0001_initial"),
    ]
    operations = [
        *[migrations.AddField(model_name=TABLE, name=name, field=field) for name, field in ADDED.items()],
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        *[migrations.AlterField(model_name=TABLE, name=name, field=field) for name, field in WHOSE.items()],
        migrations.AlterField(model_name=TABLE, name="invoice_id", field=models.TextField(blank=True)),
        *[
            migrations.AddConstraint(
                model_name=TABLE, constraint=models.CheckConstraint(condition=condition, name=name)
            )
            for name, condition in CONDITIONS.items()
        ],
        *protect(
            "payments_unassignedpayment",
            web="SELECT, INSERT, UPDATE",
            worker="SELECT, UPDATE (reason)",
            reporting="SELECT",
        ),
    ]
