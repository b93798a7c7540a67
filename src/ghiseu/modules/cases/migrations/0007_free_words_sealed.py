"""Two texts that people write freely are sealed: what paper a dispute rests on, and the institution's reason."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from ghiseu.foundation.crypto.fields import EncryptedTextField


def seal(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Seal what is written, row by row: a field with the key of its case, a case with its centre's."""
    for row in apps.get_model("cases", "CaseField").objects.exclude(readable="").iterator():
        row.evidence = row.readable
        row.save(update_fields=["evidence"])
    for case in apps.get_model("cases", "Case").objects.iterator():
        case.institution_reason = case.readable
        case.save(update_fields=["institution_reason"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_before_retention"), ("crypto", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="casefield", name="cases_dispute_says_its_evidence"),
        migrations.RenameField(model_name="casefield", old_name="evidence", new_name="readable"),
        migrations.RenameField(model_name="case", old_name="institution_reason", new_name="readable"),
        migrations.AddField(
            model_name="casefield",
            name="evidence",
            field=EncryptedTextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="case", name="institution_reason", field=EncryptedTextField(blank=True, null=True)
        ),
        migrations.RunPython(seal, elidable=True),
        migrations.RunSQL(
            "ALTER TABLE cases_case ALTER COLUMN institution_reason SET NOT NULL",
            state_operations=[
                migrations.AlterField(
                    model_name="case", name="institution_reason", field=EncryptedTextField(blank=True)
                ),
            ],
        ),
        migrations.RemoveField(model_name="casefield", name="readable"),
        migrations.RemoveField(model_name="case", name="readable"),
        migrations.AddConstraint(
            model_name="casefield",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_disputed", False)) | models.Q(GreaterThan(Length("evidence"), 0)),
                name="cases_dispute_says_its_evidence",
            ),
        ),
    ]
