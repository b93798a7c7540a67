"""Whoever stood at a desk for somebody else may see that, too, among what every centre's journal says about them.

A table of its own, so that the rows keep the form that the chain covers; it only finds them. Rows from before name
their representative sealed only, and are not found by it.
"""

from django.db import migrations, models

from ghiseu.foundation.access.policies import insert_only, protect

TOLD = "ANY (string_to_array(current_setting('app.subject', true), ','))"
# Nothing told means nothing shown, for either.
OWN_REPRESENTATIVE = f"""
CREATE POLICY own_representative ON audit_representative FOR SELECT TO ghiseu_web USING (
    encode(index, 'hex') = {TOLD}
);
CREATE POLICY own_representative ON audit_journalrecord FOR SELECT TO ghiseu_web USING (
    sequence IN (SELECT record_sequence FROM audit_representative WHERE encode(index, 'hex') = {TOLD})
)
"""
NO_OWN_REPRESENTATIVE = """
DROP POLICY own_representative ON audit_journalrecord;
DROP POLICY own_representative ON audit_representative
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_before_shipping"), ("access", "0001_roles")]
    operations = [
        migrations.CreateModel(
            name="Representative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("centre_id", models.BigIntegerField()),
                ("record_sequence", models.BigIntegerField(unique=True)),
                ("index", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["index", "-at"], name="journal_of_representative")]},
        ),
        *protect("audit_representative", web="SELECT, INSERT", worker="SELECT, INSERT"),
        insert_only("audit_representative"),
        migrations.RunSQL(OWN_REPRESENTATIVE, NO_OWN_REPRESENTATIVE),
    ]
