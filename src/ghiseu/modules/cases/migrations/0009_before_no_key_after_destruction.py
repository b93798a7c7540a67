"""A case whose content was destroyed gets no data key again: nothing more can be sealed for it."""

from django.db import migrations

# After the row is there: one who waited for the destruction to be committed sees it then. The share lock makes whoever
# comes in the very moment wait for it.
REFUSE = """
CREATE FUNCTION cases_refuse_key_of_destroyed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM cases_case WHERE id = NEW.case_id AND destroyed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'the content of case % was destroyed', NEW.case_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER no_key_after_destruction AFTER INSERT ON crypto_datakey
FOR EACH ROW WHEN (NEW.case_id IS NOT NULL) EXECUTE FUNCTION cases_refuse_key_of_destroyed()
"""
ALLOW = "DROP TRIGGER no_key_after_destruction ON crypto_datakey; DROP FUNCTION cases_refuse_key_of_destroyed()"


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_before_calls_unanswered"), ("crypto", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]
