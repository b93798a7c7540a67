import django.db.models.deletion
import ghiseu.foundation.crypto.fields
from django.db import migrations, models

from ghiseu.foundation.access.policies import protect


DROP = "ALTER TABLE appointments_occupancy DROP CONSTRAINT appointments_counter_serves_one_person_at_a_time"
ADD = (
    "ALTER TABLE appointments_occupancy ADD CONSTRAINT appointments_counter_serves_one_person_at_a_time "
    "EXCLUDE USING gist (int8range(counter_id, counter_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&)"
)


class Migration(migrations.Migration):

    dependencies = [
        ('applicants', '0007_before_people_are_forgotten'),
        ('appointments', '0002_exclusion_and_privileges'),
        ('cases', '0011_before_one_witness_wanted'),
        ('centres', '0008_before_operators_power'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarBooking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('there_id', models.TextField(blank=True)),
                ('is_unknown', models.BooleanField(default=False)),
                ('wanted', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('sent', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('received', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('said', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('acting', ghiseu.foundation.crypto.fields.EncryptedTextField(blank=True)),
                ('why', models.CharField(blank=True, max_length=24)),
                ('asked_at', models.DateTimeField()),
                ('confirm_by', models.DateTimeField(null=True)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='offeredservice',
            name='calendar_location_id',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AlterField(
            model_name='appointment',
            name='state',
            field=models.CharField(choices=[('asking', 'Asking'), ('held', 'Held'), ('confirmed', 'Confirmed'), ('cancelled', 'Cancelled'), ('moved', 'Moved'), ('kept', 'Kept'), ('missed', 'Missed'), ('refused', 'Refused'), ('leaving', 'Leaving')], default='held', max_length=16),
        ),
        migrations.AlterField(
            model_name='occupancy',
            name='counter',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='appointments.counter'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'asking')), fields=('case',), name='appointments_case_asks_for_one_place_at_a_time'),
        ),
        migrations.AddField(
            model_name='calendarbooking',
            name='appointment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='calendar', to='appointments.appointment'),
        ),
        migrations.AddField(
            model_name='calendarbooking',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case'),
        ),
        migrations.AddField(
            model_name='calendarbooking',
            name='centre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='centres.centre'),
        ),
        migrations.AddIndex(
            model_name='calendarbooking',
            index=models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['centre', 'next_try_at'], name='calendar_booking_due'),
        ),
        migrations.AddIndex(
            model_name='calendarbooking',
            index=models.Index(fields=['case'], name='calendar_booking_of_case'),
        ),
        migrations.AddConstraint(
            model_name='calendarbooking',
            constraint=models.UniqueConstraint(condition=models.Q(('there_id', ''), _negated=True), fields=('centre', 'there_id'), name='appointments_place_there_belongs_to_one_appointment'),
        ),
        # A place at a platform has no counter: an empty number would stand for every counter.
        migrations.RunSQL(
            f"{DROP}; {ADD} WHERE (NOT is_released AND counter_id IS NOT NULL)",
            f"{DROP}; {ADD} WHERE (NOT is_released)",
        ),
        *protect("appointments_calendarbooking", web="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE"),
    ]
