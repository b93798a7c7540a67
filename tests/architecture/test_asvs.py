"""The list of security requirements is whole, and claims nothing that is not there."""

from collections import Counter
from dataclasses import replace

import pytest
from supply.pins import PROJECT

from supply import asvs

LINES = asvs.read()


class TestList:
    def test_has_every_requirement_of_levels_one_and_two(self):
        found = Counter((line.chapter, line.level) for line in LINES if line.level < 3)

        assert {chapter: (found[chapter, 1], found[chapter, 2]) for chapter in asvs.CHAPTERS} == asvs.CHAPTERS
        assert sum(first + second for first, second in asvs.CHAPTERS.values()) == 253

    def test_has_the_thirty_of_level_three(self):
        third = [line.number for line in LINES if line.level == 3]

        assert third == asvs.THIRD_LEVEL.split()
        assert len(third) == 30

    def test_names_each_requirement_once_with_the_version_of_the_standard(self):
        names = [line.requirement for line in LINES]

        assert len(names) == len(set(names))
        assert all(name.startswith("v5.0.0-") for name in names)

    def test_claims_nothing_that_is_not_there(self):
        assert [fault for line in LINES for fault in asvs.faults(line)] == []

    def test_says_where_what_is_met_is_met(self):
        met = [line for line in LINES if line.state in {asvs.BY_TEST, asvs.BY_INSPECTION}]

        assert [line.requirement for line in met if not line.where.strip()] == []


class TestInspection:
    def test_has_no_note_that_no_requirement_names(self):
        named = {line.proof.partition("#")[2] for line in LINES if line.state == asvs.BY_INSPECTION}
        text = (PROJECT / "docs" / "security" / "inspection.md").read_text(encoding="utf8")
        headings = [
            one.removeprefix("## ").lower().replace(" ", "-") for one in text.splitlines() if one.startswith("## ")
        ]

        assert {one.lower().replace(" ", "-") for one in headings} == named


class TestCounts:
    def test_are_those_that_the_security_page_tells(self):
        found = asvs.counts(LINES)
        told = (PROJECT / "SECURITY.md").read_text(encoding="utf8")

        for state in asvs.STATES:
            assert f"| {state} | {found[state]} |" in told

    def test_can_be_printed(self):
        printed = asvs.table(LINES)

        assert printed.splitlines()[-2].split()[:2] == ["total", str(len(LINES))]


class TestWhatWouldBeFound:
    GOOD = LINES[0]

    @pytest.mark.parametrize(
        "changed",
        [
            {"state": "met"},
            {"state": asvs.OPEN, "proof": "", "reason": ""},
            {"state": asvs.NOT_APPLICABLE, "proof": "", "reason": "", "applies": False},
            {"state": asvs.NOT_APPLICABLE, "proof": "", "reason": "none here", "applies": True},
            {"state": asvs.BY_TEST, "proof": ""},
            {"state": asvs.BY_TEST, "proof": "tests/config/test_health.py::TestHealth::test_flies"},
            {"state": asvs.BY_TEST, "proof": "tests/config/test_health.py::TestNobody::test_flies"},
            {"state": asvs.BY_TEST, "proof": "tests/config/test_health.py"},
            {"state": asvs.BY_TEST, "proof": "tests/nowhere.py::test_flies"},
            {"state": asvs.BY_INSPECTION, "proof": "docs/security/inspection.md#nowhere"},
            {"state": asvs.BY_INSPECTION, "proof": "docs/nowhere.md#limits"},
            {"title": " "},
        ],
    )
    def test_is_a_line_that_claims_too_much(self, changed):
        assert list(asvs.faults(replace(self.GOOD, **changed))) != []

    def test_is_not_a_line_whose_proof_is_there(self):
        proof = "tests/config/test_health.py::TestHealth::test_says_that_it_is_alive"

        assert list(asvs.faults(replace(self.GOOD, state=asvs.BY_TEST, proof=proof))) == []
