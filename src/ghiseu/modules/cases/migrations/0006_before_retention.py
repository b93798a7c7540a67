"""The end of a case's content, and the restriction that puts it off. The worker takes the content out."""

from django.db import migrations, models

from ghiseu.foundation.access.policies import grant, insert_only_until_destroyed

# Besides the trigger, only the worker may, and only what is granted to it.
REFUSE_CHANGE_OF_KEPT = """
CREATE FUNCTION cases_refuse_change_of_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cases_case WHERE id = OLD.case_id AND destroyed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applicants', '0004_before_readings_of_visit'),
        ('cases', '0005_before_ways_to_agree'),
        ('catalogue', '0002_privileges'),
        ('centres', '0007_before_data_protection_officer'),
        ('mandates', '0002_privileges'),
        ('visits', '0002_privileges'),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='destroyed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='restricted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='restricted_by_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='restriction_reason',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('destroyed_at__isnull', True), ('ended_at__isnull', False)), fields=['centre', 'package', 'ended_at'], name='case_to_destroy'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('destroyed_at__isnull', True), models.Q(('ended_at__isnull', False), ('restricted_at__isnull', True)), _connector='OR'), name='cases_only_ended_and_unrestricted_content_is_destroyed'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('restricted_at__isnull', True), ('restricted_by_id__isnull', True), ('restriction_reason', '')), models.Q(('restricted_at__isnull', False), ('restricted_by_id__isnull', False), models.Q(('restriction_reason', ''), _negated=True)), _connector='OR'), name='cases_restriction_says_by_whom_and_why'),
        ),
        migrations.RunSQL(REFUSE_CHANGE_OF_KEPT, "DROP FUNCTION cases_refuse_change_of_kept()"),
        insert_only_until_destroyed("cases_caseevent"),
        insert_only_until_destroyed("cases_evidence"),
        grant("cases_casefield", worker="DELETE"),
        grant("cases_caseevent", worker="DELETE"),
        grant("cases_evidence", worker="UPDATE (text, details)"),
    ]
