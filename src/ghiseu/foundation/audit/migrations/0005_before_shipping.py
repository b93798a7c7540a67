"""What of the journal goes to the state's log of legal events: how far, and what became of it."""

import ghiseu.foundation.crypto.fields
from django.db import migrations, models

from ghiseu.foundation.access.policies import grant, protect


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_before_own_subject'),
        ('access', '0001_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShippingPosition',
            fields=[
                ('centre_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.BigIntegerField()),
                ('fence', models.PositiveIntegerField(default=0)),
                ('leased_until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ShippingStanding',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('connected_at', models.DateTimeField()),
                ('measured_at', models.DateTimeField()),
                ('oldest_at', models.DateTimeField(null=True)),
                ('waiting', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('centre_id', models.BigIntegerField()),
                ('first_number', models.BigIntegerField()),
                ('last_number', models.BigIntegerField()),
                ('numbers', models.JSONField()),
                ('events', models.PositiveSmallIntegerField()),
                ('oldest_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Sending'), ('unknown', 'Unknown'), ('accepted', 'Accepted'), ('registered', 'Registered'), ('refused', 'Refused'), ('set_aside', 'Set Aside')], default='waiting', max_length=12)),
                ('message', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('message_sha256', models.CharField(max_length=64)),
                ('answer', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('uid', models.TextField(blank=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('fault', models.TextField(blank=True)),
                ('judged_by_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('registered', 'set_aside')), _negated=True), fields=['centre_id', 'first_number'], name='shipments_owed')],
                'constraints': [models.UniqueConstraint(fields=('centre_id', 'first_number'), name='audit_link_is_shipped_once'), models.CheckConstraint(condition=models.Q(('events__gt', 0), ('last_number__gte', models.F('first_number'))), name='audit_shipment_has_events_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'registered'), _negated=True), models.Q(models.Q(('uid', ''), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='audit_registered_shipment_says_number_and_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), models.Q(('uid', ''), _negated=True), _connector='OR'), name='audit_accepted_shipment_says_number'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'set_aside'), _negated=True), models.Q(models.Q(('reason', ''), _negated=True), ('judged_by_id__isnull', False)), _connector='OR'), name='audit_shipment_set_aside_says_who_and_why')],
            },
        ),
        *protect("audit_shipment", web="SELECT, UPDATE", worker="SELECT, INSERT, UPDATE", reporting="SELECT"),
        *protect("audit_shippingposition", web="SELECT", worker="SELECT, INSERT, UPDATE", reporting="SELECT"),
        grant("audit_shippingstanding", web="SELECT", worker="SELECT, INSERT, UPDATE", reporting="SELECT"),
    ]
