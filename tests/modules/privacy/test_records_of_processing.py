"""The records of processing cover every service package, in three languages, as text and as a table."""

import csv
import io
from dataclasses import astuple, fields
from pathlib import Path

import pytest

from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.privacy import records_of_processing as processing
from ghiseu.runtime.command_line import main

SERVICES = Path(__file__).resolve().parents[3] / "services"
LANGUAGES = ("ro", "ru", "en")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def rows(language):
    return processing.records(SERVICES, language=language)


class TestRecords:
    def test_cover_every_package(self, rows):
        written = {path.parent.parent.name for path in SERVICES.glob("*/*/*/service.yaml")}
        packages = {load(path.parent).code for path in SERVICES.glob("*/*/*/service.yaml")}

        assert len(written) > 25
        assert {row.code.split()[0] for row in rows} == packages
        assert len(rows) == len(packages)

    def test_leave_nothing_empty(self, rows):
        assert [(row.code, one.name) for row in rows for one in fields(row) if not getattr(row, one.name)] == []

    def test_have_a_head_for_every_cell(self, language):
        assert len(processing.HEADS[language]) == len(fields(processing.ProcessingRecord))
        assert set(processing.WORDS[language]) == set(processing.WORDS["ro"])

    def test_are_one_heading_each_in_the_document(self, rows, language):
        text = processing.as_markdown(rows, language=language)

        assert text.count("\n## ") == len(rows)
        assert all(f"## {row.service}\n" in text for row in rows)

    def test_are_a_table_that_a_spreadsheet_reads(self, rows, language):
        table = processing.as_table(rows, language=language).decode("utf-8-sig")

        read = list(csv.reader(io.StringIO(table)))
        assert tuple(read[0]) == processing.HEADS[language]
        assert [tuple(one) for one in read[1:]] == [astuple(row) for row in rows]


class TestWhatIsSaid:
    def test_names_health_convictions_sources_and_recipients(self):
        found = {row.code.split()[0]: row for row in processing.records(SERVICES, language="en")}

        pension = found["cnas.pension.disability"]
        assert pension.special == "data about health"
        assert "CNDDCM" in pension.sources
        assert "CNAS" in pension.recipients
        assert "Legea 156/1998" in pension.legal_basis
        assert found["mai.criminal-record"].special == "data about convictions"
        assert "MPay" in found["asp.civil.extract-birth"].recipients
        assert "MPay" not in found["asp.appointment.driving"].recipients

    def test_says_that_no_time_was_set_when_the_institution_set_none(self):
        (row,) = [one for one in processing.records(SERVICES, language="en") if one.code.startswith("asp.civil.transc")]

        package = load(SERVICES / "asp" / "civil.transcription" / "1")
        months = package.retention.months
        assert row.kept_for == ("not set by the institution" if months is None else f"{months} months after the end")


class TestCommand:
    def test_prints_the_document(self, capsys, monkeypatch):
        monkeypatch.setenv("GHISEU_PROCESS", "owner")

        assert main(["privacy", "records", "--language", "en"]) == 0

        assert capsys.readouterr().out.startswith("# Records of processing activities")
