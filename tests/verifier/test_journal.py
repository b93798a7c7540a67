"""Whoever owns the database can change anything in it. The verifier says what and where."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.journals import Kept, as_owner_without_triggers, ask_owner, kept, owner_url, sealed, write

from ghiseu.runtime.secrets_folder import ensure_journal_key
from verifier.journal import canonical

__all__ = ["kept", "sealed"]
PROJECT = Path(__file__).resolve().parents[2]
ROW = "(SELECT record_sequence FROM audit_chainlink WHERE centre_id = 1 AND number = {})"
LINK = "centre_id = 1 AND number = {}"
# The row of a number as its owner would copy it, under another sequence.
COPY = (
    "INSERT INTO audit_journalrecord OVERRIDING SYSTEM VALUE "
    "SELECT (jsonb_populate_record(r, jsonb_build_object('sequence', 900000))).* "
    f"FROM audit_journalrecord r WHERE sequence = {ROW.format(5)}"
)
# What an owner who has read the code does: all links from a number on are made anew.
REWRITE = """
DO $$
DECLARE r audit_journalrecord;
BEGIN
    PERFORM setval(pg_get_serial_sequence('audit_journalrecord', 'sequence'), 5000);
    DELETE FROM audit_chainlink WHERE centre_id = 1 AND number >= 5;
    UPDATE audit_chainhead SET (number, hash) =
        (SELECT number, hash FROM audit_chainlink WHERE centre_id = 1 AND number = 4) WHERE centre_id = 1;
    FOR r IN SELECT * FROM audit_journalrecord j WHERE centre_id = 1 AND NOT EXISTS
        (SELECT 1 FROM audit_chainlink l WHERE l.record_sequence = j.sequence) ORDER BY sequence
    LOOP
        PERFORM audit_link(r);
    END LOOP;
END
$$
"""


def row(number: int) -> str:
    return ROW.format(number)


def change(column: str, number: int, *, at: str = "audit_chainlink") -> str:
    return f"UPDATE {at} SET {column} = sha256({column}) WHERE {LINK.format(number)}"


@pytest.mark.django_db(transaction=True)
class TestCleanJournal:
    def test_has_no_findings(self, sealed: Kept) -> None:
        report = sealed.check()

        assert report.findings == []
        assert (report.rows, report.centres, report.seals, report.lines) == (12, 2, 3, 3)

    def test_says_what_is_not_sealed_yet(self, sealed: Kept) -> None:
        write(2, rows=4)

        report = sealed.check()

        assert (report.findings, report.after_last_seal) == ([], 4)

    def test_before_its_first_seal_says_what_cannot_be_seen(self, kept: Kept) -> None:
        write(1)

        report = kept.check()

        assert report.findings == []
        assert "nothing was sealed yet" in report.notes[0]

    def test_is_clean_with_a_new_key_when_both_keys_are_given(self, sealed: Kept) -> None:
        old = (sealed.folder / "public.pem").rename(sealed.folder / "old.pem")
        (sealed.folder / "key.pem").unlink()
        ensure_journal_key(sealed.folder)
        sealed.seal(day=3)

        assert {kind for kind, _, _ in sealed.found()} == {"altered seal", "changed anchor line"}
        sealed.extra_keys.append(old)
        assert sealed.found() == []


TAMPERINGS = {
    "alter-text": (
        [f"UPDATE audit_journalrecord SET legal_reason = 'another' WHERE sequence = {row(5)}"],
        [("altered row", 1, 5)],
    ),
    "alter-moment": (
        [f"UPDATE audit_journalrecord SET at = at + interval '1 microsecond' WHERE sequence = {row(2)}"],
        [("altered row", 1, 2)],
    ),
    "alter-operator": (
        [f"UPDATE audit_journalrecord SET operator_idnp = operator_idnp || 'x' WHERE sequence = {row(9)}"],
        [("altered row", 1, 9)],
    ),
    "alter-details": (
        [f"UPDATE audit_journalrecord SET details = '{{\"n\": 9}}' WHERE sequence = {row(1)}"],
        [("altered row", 1, 1)],
    ),
    "move-to-another-centre": (
        [f"UPDATE audit_journalrecord SET centre_id = 2 WHERE sequence = {row(4)}"],
        [("altered row", 1, 4)],
    ),
    "remove-row": ([f"DELETE FROM audit_journalrecord WHERE sequence = {row(5)}"], [("missing row", 1, 5)]),
    "remove-row-and-link": (
        [
            f"DELETE FROM audit_journalrecord WHERE sequence = {row(5)}",
            f"DELETE FROM audit_chainlink WHERE {LINK.format(5)}",
        ],
        [("missing row", 1, 5)],
    ),
    "remove-link": ([f"DELETE FROM audit_chainlink WHERE {LINK.format(5)}"], [("row without link", 1, 5)]),
    "remove-last-link": ([f"DELETE FROM audit_chainlink WHERE {LINK.format(9)}"], [("row without link", 1, 9)]),
    "remove-tail": (
        [
            f"DELETE FROM audit_journalrecord WHERE sequence >= {row(8)} AND centre_id = 1",
            "DELETE FROM audit_chainlink WHERE centre_id = 1 AND number >= 8",
        ],
        [("missing tail", 1, 8)],
    ),
    "remove-tail-and-set-the-head-back": (
        [
            f"DELETE FROM audit_journalrecord WHERE sequence >= {row(8)} AND centre_id = 1",
            "DELETE FROM audit_chainlink WHERE centre_id = 1 AND number >= 8",
            "UPDATE audit_chainhead SET (number, hash) = (SELECT number, hash FROM audit_chainlink "
            f"WHERE {LINK.format(7)}) WHERE centre_id = 1",
        ],
        [("missing tail", 1, 8)],
    ),
    "remove-a-whole-centre": (
        [f"DELETE FROM {table} WHERE centre_id = 2" for table in ("audit_journalrecord", "audit_chainlink")]
        + ["DELETE FROM audit_chainhead WHERE centre_id = 2"],
        [("missing tail", 2, 1)],
    ),
    "insert-row": ([COPY], [("inserted row", 1, None)]),
    "swap-rows": (
        [
            "UPDATE audit_journalrecord a SET object_id = b.object_id, details = b.details, operator_idnp = "
            "b.operator_idnp, subject_idnp = b.subject_idnp, represented_by_idnp = b.represented_by_idnp "
            f"FROM audit_journalrecord b WHERE (a.sequence, b.sequence) IN (({row(2)}, {row(6)}), ({row(6)}, {row(2)}))"
        ],
        [("swapped rows", 1, 2), ("swapped rows", 1, 6)],
    ),
    "swap-links": (
        [
            f"UPDATE audit_chainlink SET number = -1 WHERE {LINK.format(3)}",
            f"UPDATE audit_chainlink SET number = 3 WHERE {LINK.format(4)}",
            f"UPDATE audit_chainlink SET number = 4 WHERE {LINK.format(-1)}",
        ],
        [("renumbered", 1, 3), ("renumbered", 1, 4), ("rewritten chain", 1, 3)],
    ),
    "give-a-row-another-sequence": (
        [f"UPDATE audit_journalrecord SET sequence = 900000 WHERE sequence = {row(5)}"],
        [("renumbered", 1, 5)],
    ),
    "give-a-link-another-number": (
        [f"UPDATE audit_chainlink SET number = 70 WHERE {LINK.format(5)}"],
        [("renumbered", 1, 70)],
    ),
    "give-the-last-link-another-number": (
        [f"UPDATE audit_chainlink SET number = 70 WHERE {LINK.format(9)}"],
        [("renumbered", 1, 70)],
    ),
    "change-hash-of-link": ([change("hash", 5)], [("changed link", 1, 5)]),
    "change-hash-before-link": ([change("previous", 5)], [("changed link", 1, 5)]),
    "change-content-of-link": ([change("content", 5)], [("changed link", 1, 5)]),
    "change-form-of-link": (
        [f"UPDATE audit_chainlink SET form = 7 WHERE {LINK.format(5)}"],
        [("changed link", 1, 5)],
    ),
    "name-another-row": (
        [f"UPDATE audit_chainlink SET record_sequence = 900000 WHERE {LINK.format(5)}"],
        [("changed link", 1, 5)],
    ),
    "alter-row-and-its-link": (
        [
            f"UPDATE audit_journalrecord SET outcome = 'refused' WHERE sequence = {row(5)}",
            "UPDATE audit_chainlink l SET content = audit_content(r) FROM audit_journalrecord r "
            f"WHERE r.sequence = l.record_sequence AND l.{LINK.format(5).replace('AND ', 'AND l.')}",
            "UPDATE audit_chainlink SET hash = sha256(convert_to(audit_part('ghiseu journal link') || "
            "audit_part('1') || audit_part('1') || audit_part('5') || audit_part(encode(previous, 'hex')) || "
            f"audit_part(encode(content, 'hex')), 'UTF8')) WHERE {LINK.format(5)}",
        ],
        [("changed link", 1, 5)],
    ),
    "rewrite-the-chain": (
        [f"UPDATE audit_journalrecord SET outcome = 'refused' WHERE sequence = {row(5)}", REWRITE],
        [("rewritten chain", 1, 6), ("rewritten chain", 1, 9)],
    ),
    "change-head": ([change("hash", 9, at="audit_chainhead")], [("changed head", 1, 9)]),
    "set-head-back": (["UPDATE audit_chainhead SET number = 4 WHERE centre_id = 1"], [("changed head", 1, 4)]),
    "remove-head": (["DELETE FROM audit_chainhead WHERE centre_id = 1"], [("changed head", 1, 9)]),
    "alter-day-of-seal": (
        ["UPDATE audit_journalseal SET day = '2020-01-01' WHERE number = 2"],
        [("altered seal", None, 2)],
    ),
    "alter-heads-of-seal": (
        ["UPDATE audit_journalseal SET heads = jsonb_set(heads, '{0,number}', '5') WHERE number = 2"],
        [("altered seal", None, 2)],
    ),
    "alter-signature-of-seal": (
        ["UPDATE audit_journalseal SET signature = sha512(signature) WHERE number = 3"],
        [("altered seal", None, 3)],
    ),
    "remove-seal": (["DELETE FROM audit_journalseal WHERE number = 2"], [("missing seal", None, 2)]),
    "remove-last-seal": (["DELETE FROM audit_journalseal WHERE number = 3"], [("missing seal", None, 3)]),
    "remove-all-seals": (
        ["DELETE FROM audit_journalseal"],
        [("missing seal", None, 1), ("missing seal", None, 2), ("missing seal", None, 3)],
    ),
}


@pytest.mark.django_db(transaction=True)
class TestOwnerWhoTampers:
    @pytest.mark.parametrize("name", TAMPERINGS)
    def test_is_found_at_the_right_place(self, sealed: Kept, name: str) -> None:
        statements, wanted = TAMPERINGS[name]

        as_owner_without_triggers(*statements)

        assert sorted(sealed.found(), key=str) == sorted(wanted, key=str)

    def test_is_found_whichever_column_was_changed(self, kept: Kept) -> None:
        columns = [name for name in canonical.COLUMNS[canonical.NEWEST_FORM] if name != "sequence"]
        write(1, rows=len(columns))
        changes = {"at": "at - interval '1 day'", "has_subject": "NOT has_subject"}
        changes |= dict.fromkeys(["centre_id", "operator_id"], "{0} + 1")

        as_owner_without_triggers(
            *(
                f"UPDATE audit_journalrecord SET {name} = {changes.get(name, '{0} || $$x$$').format(name)} "
                f"WHERE sequence = {row(number)}"
                for number, name in enumerate(columns, 1)
                if name != "details"
            ),
            f"UPDATE audit_journalrecord SET details = '[]' WHERE sequence = {row(len(columns))}",
        )

        assert kept.found() == [("altered row", 1, number) for number in range(1, len(columns) + 1)]

    def test_is_found_by_the_anchor_after_the_last_seal_and_the_rows_under_it_are_gone(self, sealed: Kept) -> None:
        as_owner_without_triggers(
            "DELETE FROM audit_journalseal WHERE number = 3",
            f"DELETE FROM audit_journalrecord WHERE sequence >= {row(8)} AND centre_id = 1",
            "DELETE FROM audit_chainlink WHERE centre_id = 1 AND number >= 8",
            "UPDATE audit_chainhead SET (number, hash) = (SELECT number, hash FROM audit_chainlink "
            f"WHERE {LINK.format(7)}) WHERE centre_id = 1",
        )

        assert sealed.found() == [("missing seal", None, 3), ("missing tail", 1, 8)]

    def test_is_not_found_while_the_row_came_after_the_last_seal(self, sealed: Kept) -> None:
        write(1)
        as_owner_without_triggers(
            f"DELETE FROM audit_journalrecord WHERE sequence = {row(10)}",
            f"DELETE FROM audit_chainlink WHERE {LINK.format(10)}",
            "UPDATE audit_chainhead SET (number, hash) = (SELECT number, hash FROM audit_chainlink "
            f"WHERE {LINK.format(9)}) WHERE centre_id = 1",
        )

        assert sealed.found() == []


@pytest.mark.django_db(transaction=True)
class TestAnchor:
    @pytest.mark.parametrize("name", ["day", "number", "hash", "signature", "heads"])
    def test_with_a_changed_line_is_found(self, sealed: Kept, name: str) -> None:
        lines = sealed.anchor.read_text().splitlines()
        written = json.loads(lines[1])
        written[name] = {"day": "2020-01-01", "number": 9, "heads": []}.get(name, "00" * 32)
        lines[1] = json.dumps(written)
        sealed.anchor.write_text("\n".join(lines) + "\n")

        assert sealed.found() == [("changed anchor line", None, 2)]

    def test_without_a_line_in_the_middle_is_found(self, sealed: Kept) -> None:
        lines = sealed.anchor.read_text().splitlines()
        sealed.anchor.write_text(f"{lines[0]}\n{lines[2]}\n")

        assert sealed.found() == [("changed anchor line", None, 2)]

    def test_that_is_older_than_the_database_is_no_finding_but_told(self, sealed: Kept) -> None:
        lines = sealed.anchor.read_text().splitlines()
        sealed.anchor.write_text(f"{lines[0]}\n")

        report = sealed.check()

        assert (report.findings, report.notes) == ([], ["the anchor ends with seal 1, the database with seal 3"])


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as a stranger would: the package alone, on another path."""
    return subprocess.run(
        [sys.executable, "-m", "verifier", "journal", *arguments],
        env={"PYTHONPATH": str(PROJECT / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db(transaction=True)
class TestCommand:
    def test_ends_with_0_when_all_is_well_and_writes_what_it_checked(self, sealed: Kept, tmp_path: Path) -> None:
        done = run(*options(sealed), "--export", str(tmp_path / "e.jsonl"))

        assert (done.returncode, done.stderr) == (0, "")
        assert "no findings in 12 rows of 2 centres, 3 seals, 3 lines of the anchor" in done.stdout
        kinds = [json.loads(line)["kind"] for line in (tmp_path / "e.jsonl").read_text().splitlines()]
        assert (kinds.count("seal"), kinds.count("link")) == (3, 12)

    def test_ends_with_1_and_names_the_place(self, sealed: Kept) -> None:
        as_owner_without_triggers(f"UPDATE audit_journalrecord SET event = 'x' WHERE sequence = {row(5)}")

        done = run(*options(sealed))

        assert done.returncode == 1
        assert done.stdout.startswith("centre 1, number 5: altered row: ")

    @pytest.mark.parametrize("missing", ["database", "key", "anchor"])
    def test_ends_with_2_when_it_cannot_check(self, sealed: Kept, missing: str) -> None:
        given = options(sealed)
        given[given.index(f"--{missing}") + 1] = "/nowhere"

        done = run(*given)

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("cannot check: ")

    def test_ends_with_2_when_a_table_has_been_rebuilt(self, sealed: Kept) -> None:
        as_owner_without_triggers(
            "ALTER TABLE audit_chainlink ALTER hash DROP NOT NULL",
            f"UPDATE audit_chainlink SET hash = NULL WHERE {LINK.format(5)}",
        )

        done = run(*options(sealed))

        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("cannot check: the tables hold what cannot stand in them")

    def test_ends_with_2_for_a_login_that_sees_one_centre(self, sealed: Kept) -> None:
        given = options(sealed)
        given[given.index("--database") + 1] += " options='-c role=ghiseu_web'"

        done = run(*given)

        assert (done.returncode, done.stdout) == (2, "")
        assert ask_owner("SELECT count(*) FROM audit_journalrecord") == [(12,)]


def options(journal: Kept) -> list[str]:
    key = str(journal.folder / "public.pem")
    return ["--database", owner_url(), "--key", key, "--anchor", str(journal.anchor)]
