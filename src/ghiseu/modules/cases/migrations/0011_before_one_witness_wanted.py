"""For one text that was read aloud one witness is wanted, however often and from how many windows it was pressed."""

from django.db import migrations, models

# Only the newest of those that were asked for at the same moment can still be witnessed in its quarter of an hour. The
# owner of the tables sees the rows of all centres for this alone.
ONE_OF_EACH = """
    ALTER TABLE cases_witnesstask NO FORCE ROW LEVEL SECURITY;
    DELETE FROM cases_witnesstask AS older USING cases_witnesstask AS newer
    WHERE older.done_at IS NULL AND newer.done_at IS NULL AND older.id < newer.id
      AND older.case_id = newer.case_id AND older.visit_id = newer.visit_id AND older.text_sha256 = newer.text_sha256;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE cases_witnesstask FORCE ROW LEVEL SECURITY
"""
# Asked for anew when nobody came in time.
MAY_ASK_ANEW = "GRANT UPDATE (asked_at, asked_by_id) ON cases_witnesstask TO ghiseu_web"
MAY_NOT = "REVOKE UPDATE (asked_at, asked_by_id) ON cases_witnesstask FROM ghiseu_web"


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_before_electronic_signature")]
    operations = [
        migrations.RunSQL(ONE_OF_EACH, migrations.RunSQL.noop),
        migrations.RunSQL(MAY_ASK_ANEW, MAY_NOT),
        migrations.AddConstraint(
            model_name="witnesstask",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)),
                fields=("case", "visit", "text_sha256"),
                name="cases_one_witness_is_wanted_for_one_text",
            ),
        ),
    ]
