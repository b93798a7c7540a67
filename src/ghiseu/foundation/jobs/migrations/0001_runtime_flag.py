from django.db import migrations, models

from ghiseu.foundation.access.policies import grant

TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
# The web process enqueues and looks; it never takes a job.
WEB = {"procrastinate_jobs": "SELECT, INSERT", "procrastinate_events": "SELECT, INSERT"}
ALL = "SELECT, INSERT, UPDATE, DELETE"
SEQUENCES = """
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT sequencename FROM pg_sequences
                 WHERE schemaname = 'public' AND sequencename LIKE 'procrastinate\\_%' LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %I TO ghiseu_web, ghiseu_worker', found.sequencename);
    END LOOP;
END
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0001_roles"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.CreateModel(
            name="RuntimeFlag",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("reason", models.TextField()),
                ("set_at", models.DateTimeField()),
            ],
            options={"db_table": "runtime_flag"},
        ),
        grant("runtime_flag", web="SELECT", worker="SELECT"),
        *[grant(table, web=WEB.get(table, "SELECT"), worker=ALL) for table in TABLES],
        migrations.RunSQL(SEQUENCES, migrations.RunSQL.noop),
    ]
