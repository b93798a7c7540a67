"""A hash chain per centre, made by the database at commit, and the table of daily seals.

Rows that are there already get their links in the order of their sequence.
"""

from django.db import migrations, models

from ghiseu.foundation.access.policies import grant, insert_only, protect

CONTEXT = "journal_event_about_a_citizen_has_acting_context"
# A sealed column is never empty; sealed empty text has this many bytes besides the name of its key.
NAMED = """
ALTER TABLE audit_journalrecord ADD CONSTRAINT journal_event_about_a_citizen_names_operator_and_subject CHECK (
    NOT has_subject
    OR (octet_length(operator_idnp) > 30 + get_byte(operator_idnp, 1)
        AND octet_length(subject_idnp) > 30 + get_byte(subject_idnp, 1))
)
"""

# Length and text of one part, so that no two rows can be written the same way; nothing is not the empty text.
PART = """
CREATE FUNCTION audit_part(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value IS NULL THEN '-,' ELSE length(value)::text || ':' || value || ',' END
"""

# Form 1 of a row's content. A migration that adds a column adds a form; the verifier knows all of them.
CONTENT = """
CREATE FUNCTION audit_content(r public.audit_journalrecord) RETURNS bytea LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN sha256(convert_to(
        audit_part('ghiseu journal record 1') || audit_part(r.sequence::text) || audit_part(r.centre_id::text)
        || audit_part(to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        || audit_part(r.event) || audit_part(r.operator_id::text) || audit_part(encode(r.operator_idnp, 'hex'))
        || audit_part(encode(r.subject_index, 'hex')) || audit_part(encode(r.subject_idnp, 'hex'))
        || audit_part(r.has_subject::text) || audit_part(r.assurance)
        || audit_part(encode(r.represented_by_idnp, 'hex')) || audit_part(r.mandate) || audit_part(r.channel)
        || audit_part(r.legal_basis) || audit_part(r.legal_reason) || audit_part(r.visit_number)
        || audit_part(r.case_number) || audit_part(r.object_type) || audit_part(r.object_id)
        || audit_part(r.outcome) || audit_part(r.correlation_id) || audit_part(r.details::text), 'UTF8'));
END
$$
"""

# The head is locked here and not earlier: at commit the transaction wants no other row any more.
LINK = """
CREATE FUNCTION audit_link(r public.audit_journalrecord) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    centre text := coalesce(current_setting('app.centre', true), '');
    head public.audit_chainhead;
    content bytea := public.audit_content(r);
    linked bytea;
BEGIN
    PERFORM set_config('app.centre', r.centre_id::text, true);
    SELECT * INTO head FROM public.audit_chainhead WHERE centre_id = r.centre_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO public.audit_chainhead (centre_id, number, hash)
        VALUES (r.centre_id, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT (centre_id) DO NOTHING;
        SELECT * INTO STRICT head FROM public.audit_chainhead WHERE centre_id = r.centre_id FOR UPDATE;
    END IF;
    linked := sha256(convert_to(
        public.audit_part('ghiseu journal link') || public.audit_part('1') || public.audit_part(r.centre_id::text)
        || public.audit_part((head.number + 1)::text) || public.audit_part(encode(head.hash, 'hex'))
        || public.audit_part(encode(content, 'hex')), 'UTF8'));
    INSERT INTO public.audit_chainlink (record_sequence, centre_id, number, form, previous, content, hash)
    VALUES (r.sequence, r.centre_id, head.number + 1, 1, head.hash, content, linked);
    UPDATE public.audit_chainhead SET number = head.number + 1, hash = linked WHERE centre_id = r.centre_id;
    PERFORM set_config('app.centre', centre, true);
END
$$;
CREATE FUNCTION audit_link_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.audit_link(NEW);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_link(public.audit_journalrecord) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION audit_link_at_commit() FROM PUBLIC;
"""

BACKFILL = "SELECT count(audit_link(r)) FROM (SELECT * FROM audit_journalrecord ORDER BY sequence) AS r"

# Whoever is not the trigger above writes neither links nor heads. It would be found; this prevents the mistake.
GUARDS = """
CREATE FUNCTION audit_refuse_by_hand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% is written by the journal alone', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER only_by_the_journal BEFORE INSERT ON audit_chainlink
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_by_hand();
CREATE TRIGGER only_by_the_journal BEFORE INSERT OR UPDATE ON audit_chainhead
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_by_hand();
CREATE TRIGGER never_removed BEFORE DELETE ON audit_chainhead
    FOR EACH ROW EXECUTE FUNCTION ghiseu_refuse_change();
CREATE CONSTRAINT TRIGGER linked_at_commit AFTER INSERT ON audit_journalrecord
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link_at_commit();
"""
NO_GUARDS = """
DROP TRIGGER linked_at_commit ON audit_journalrecord;
DROP TRIGGER never_removed ON audit_chainhead;
DROP TRIGGER only_by_the_journal ON audit_chainhead;
DROP TRIGGER only_by_the_journal ON audit_chainlink;
DROP FUNCTION audit_refuse_by_hand();
"""

# The worker seals all centres at once and must see their heads, but no other row of them.
HEADS = """
CREATE FUNCTION audit_chain_heads() RETURNS TABLE (centre_id bigint, number bigint, hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
BEGIN ATOMIC
    SELECT h.centre_id, h.number, h.hash FROM public.audit_chainhead h ORDER BY h.centre_id;
END;
REVOKE EXECUTE ON FUNCTION audit_chain_heads() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_chain_heads() TO ghiseu_worker;
"""

TABLES = ("audit_journalrecord", "audit_chainlink", "audit_chainhead", "audit_journalseal")
NEVER_EMPTIED = [
    migrations.RunSQL(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ghiseu_refuse_change()",
        f"DROP TRIGGER never_emptied ON {table}",
    )
    for table in TABLES
]


def context() -> models.CheckConstraint:
    """Return what an event about a citizen must say."""
    filled = ["assurance", "channel", "legal_basis", "legal_reason"]
    said = models.Q(subject_index__isnull=False, operator_id__isnull=False)
    for name in filled:
        said &= ~models.Q(**{name: ""})
    said &= ~models.Q(visit_number="") | ~models.Q(case_number="")
    return models.CheckConstraint(name=CONTEXT, condition=models.Q(has_subject=False) | said)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_privileges"), ("access", "0001_roles")]
    operations = [
        migrations.RemoveConstraint("journalrecord", CONTEXT),
        migrations.AddConstraint("journalrecord", context()),
        migrations.RunSQL(
            NAMED,
            "ALTER TABLE audit_journalrecord "
            "DROP CONSTRAINT journal_event_about_a_citizen_names_operator_and_subject",
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("centre_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="ChainLink",
            fields=[
                ("record_sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("centre_id", models.BigIntegerField()),
                ("number", models.BigIntegerField()),
                ("form", models.SmallIntegerField()),
                ("previous", models.BinaryField(max_length=32)),
                ("content", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("centre_id", "number"), name="journal_has_one_link_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("day", models.DateField(unique=True)),
                ("sealed_at", models.DateTimeField()),
                ("heads", models.JSONField()),
                ("root", models.BinaryField(max_length=32)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
                ("key_name", models.TextField()),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.RunSQL(PART, "DROP FUNCTION audit_part(text)"),
        migrations.RunSQL(CONTENT, "DROP FUNCTION audit_content(public.audit_journalrecord)"),
        migrations.RunSQL(
            LINK, "DROP FUNCTION audit_link_at_commit(); DROP FUNCTION audit_link(public.audit_journalrecord)"
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, NO_GUARDS),
        migrations.RunSQL(HEADS, "DROP FUNCTION audit_chain_heads()"),
        *protect("audit_chainhead", web="SELECT", worker="SELECT", reporting="SELECT"),
        *protect("audit_chainlink", web="SELECT", worker="SELECT", reporting="SELECT"),
        grant("audit_journalseal", worker="SELECT, INSERT", reporting="SELECT"),
        insert_only("audit_chainlink"),
        insert_only("audit_journalseal"),
        *NEVER_EMPTIED,
    ]
