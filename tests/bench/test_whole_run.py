"""The benchmark as a person would run it, as short as it goes. No time is judged here: machines differ."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SIZES = (40, 450)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict]:
    """Run every workload once on the server of the tests; return what was printed and what was written."""
    written = Path(tmp_path_factory.mktemp("bench")) / "found.json"
    short = ["--rounds", "1", "--sizes", ",".join(map(str, SIZES)), "--deliveries", "20", "--json", str(written)]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *short],
        env={**os.environ, "DATABASE_URL": os.environ["GHISEU_TEST_SERVER"]},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, json.loads(written.read_text())


# One process runs them all: the run is long, and looks at what is left on the server.
@pytest.mark.slow
class TestWholeRun:
    def test_measures_every_workload_at_every_size(self, run):
        _, found = run

        rows = [(row["code"], row["what"].split(",")[0]) for row in found["rows"]]

        lists = [("W3", "work list"), ("W4", "find by IDNP"), ("W4", "find by a frequent name")]
        with_second_page = [lists[0], ("W3", "work list"), *lists[1:]]
        assert rows == [
            ("W1", "open a case"),
            ("W2", "case page"),
            *lists,
            *with_second_page,
            ("W5", "keep a scan"),
            ("W8", "deliver 20 files"),
            ("W11", "request paper"),
        ]

    def test_puts_a_limit_and_a_ratio_beside_each(self, run):
        _, found = run

        for row in found["rows"]:
            assert row["ours_ms"] > 0, row["what"]
            assert row["limit_ms"] > 0, row["what"]
            assert row["ratio"] == pytest.approx(row["ours_ms"] / row["limit_ms"])
            assert row["limit_is"]

    def test_judges_every_target_or_says_that_it_does_not(self, run):
        printed, found = run

        targets = [target for row in found["rows"] for target in row["targets"]]

        assert len(targets) >= len(found["rows"])
        assert printed.count("target: ") == len(targets)
        assert all(target["met"] in {True, False, None} for target in targets)

    def test_says_where_and_with_what_it_was_measured(self, run):
        printed, found = run

        assert found["settings"]["role"] == "ghiseu_web"
        assert found["settings"]["row_security"] == "on"
        assert found["settings"]["fsync"] == "on"
        assert found["machine"]["cores"] >= 1
        assert found["run"]["sizes"] == "40,450"
        assert "machine: " in printed

    def test_delivers_every_file_once_though_one_try_in_ten_fails(self, run):
        _, found = run
        (row,) = [row for row in found["rows"] if row["code"] == "W8"]

        kept = next(target for target in row["targets"] if "none lost" in target["says"])

        assert kept["found"] == "20 done, 0 lost, 0 twice"
        assert any("2 first tries failed" in note for note in row["notes"])

    def test_leaves_no_database_behind(self, run):
        import psycopg

        with psycopg.connect(os.environ["GHISEU_TEST_SERVER"], dbname="postgres") as connection:
            found = connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'ghiseu\\_bench\\_%'")

            assert found.fetchone() == (0,)
