"""What the product is made of: pins with hashes, a bill of what is installed, known weaknesses."""

import json
from dataclasses import replace
from datetime import date, datetime

import pytest
from supply.__main__ import audit, environment

from supply import advisories, pins, sbom

TODAY = date(2026, 11, 23)
WEAK = """
id: PYSEC-2099-1
aliases: [CVE-2099-1]
affected:
- package: {ecosystem: PyPI, name: Left_Pad}
  ranges:
  - type: GIT
    events: [{introduced: "0"}, {fixed: abc}]
  - type: ECOSYSTEM
    events: [{introduced: "0"}, {fixed: 1.2.1}, {introduced: "2.0"}]
"""
BY_HAND = "release notes of the package"


def pin(version: str) -> dict[str, pins.Pin]:
    return {"left-pad": pins.Pin(name="left-pad", version=version, hashes=("0" * 64,))}


@pytest.fixture
def extract(tmp_path):
    folder = tmp_path / "vulns" / "left_pad"
    folder.mkdir(parents=True)
    (folder / "PYSEC-2099-1.yaml").write_text(WEAK)
    (folder / "PYSEC-2099-2.yaml").write_text(WEAK.replace("2099-1", "2099-2") + 'withdrawn: "2099-01-02"\n')
    found = advisories.collect(tmp_path, names=["left-pad"], as_of=datetime(2026, 11, 1), source="test")  # noqa: DTZ001
    stored = tmp_path / "stored.json"
    stored.write_text(advisories.written(found))
    return advisories.read_extract(stored)


class TestPins:
    @pytest.mark.parametrize("which", ["run", "dev"])
    def test_have_an_exact_version_and_hashes(self, which):
        found = pins.pinned(pins.LISTS[which])

        assert len(found) > 50
        assert all(one.hashes for one in found.values())

    def test_of_running_are_among_those_of_the_tests(self):
        run, dev = pins.pinned(pins.LISTS["run"]), pins.pinned(pins.LISTS["dev"])

        assert {name: (one.version, dev[name].version) for name, one in run.items() if dev[name] != one} == {}

    @pytest.mark.parametrize("line", ["left-pad", "left-pad>=1 --hash=sha256:" + "0" * 64, "left-pad==1.0"])
    def test_that_are_none_are_refused(self, tmp_path, line):
        (tmp_path / "list.txt").write_text(line + "\n")

        with pytest.raises(pins.ListNotUsable):
            pins.pinned(tmp_path / "list.txt")

    def test_are_what_is_installed(self):
        assert pins.differences(environment(), pins.installed()) == []

    def test_that_differ_from_what_is_installed_are_told(self):
        there = pins.installed()
        name = next(iter(there))
        wanted = {name: replace(pin("0.0.1")["left-pad"], name=name), **pin("1.0")}

        told = pins.differences(wanted, {key: there[key] for key in list(there)[:2]})

        assert f"{name}: 0.0.1 is pinned, {there[name].version} installed" in told
        assert "left-pad 1.0 is pinned and not installed" in told
        assert any(line.endswith("is installed and not pinned") for line in told)


class TestBill:
    @pytest.fixture
    def told(self):
        run = pins.pinned(pins.LISTS["run"])
        return json.loads(sbom.bill(there=pins.installed(), run=run, pins=environment()))

    def test_lists_exactly_the_pinned_packages(self, told):
        listed = {one["name"]: one["version"] for one in told["components"]}

        assert listed == {name: one.version for name, one in environment().items() if one.counts_here}

    def test_has_the_members_that_cyclonedx_asks_for(self, told):
        assert (told["bomFormat"], told["specVersion"], told["version"]) == ("CycloneDX", "1.6", 1)
        assert told["serialNumber"].startswith("urn:uuid:")
        assert told["metadata"]["component"]["name"] == "ghiseu"
        assert all(one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in told["components"])

    def test_names_every_reference_once_and_depends_only_on_them(self, told):
        known = [one["bom-ref"] for one in told["components"]] + ["ghiseu"]
        named = [ref for one in told["dependencies"] for ref in (one["ref"], *one["dependsOn"])]

        assert len(known) == len(set(known))
        assert set(named) - set(known) == set()

    def test_sets_apart_what_only_tests_need(self, told):
        scopes = {one["name"]: one["scope"] for one in told["components"]}

        assert scopes["django"] == "required"
        assert scopes["pytest"] == "excluded"

    def test_is_the_same_each_time(self):
        run = pins.pinned(pins.LISTS["run"])

        bills = {sbom.bill(there=pins.installed(), run=run, pins=environment()) for _ in range(2)}

        assert len(bills) == 1


class TestAdvisory:
    @pytest.mark.parametrize(
        ("version", "weak"),
        [("0.9", True), ("1.2", True), ("1.2.1", False), ("1.10", False), ("2.0", True), ("9", True)],
    )
    def test_concerns_the_versions_between_introduced_and_fixed(self, extract, version, weak):
        assert bool(advisories.faults(pin(version), extract=extract, accepted=(), on=TODAY)) is weak

    def test_that_was_withdrawn_counts_no_more(self, extract):
        assert [one.id for one in extract.advisories] == ["PYSEC-2099-1"]

    def test_is_told_with_its_names_and_what_mends_it(self, extract):
        told = advisories.faults(pin("1.2"), extract=extract, accepted=(), on=TODAY)

        assert told == ["left-pad 1.2: PYSEC-2099-1 CVE-2099-1, mended in 1.2.1"]

    @pytest.mark.parametrize(
        ("until", "reason", "excused"),
        [(TODAY, "not reachable", True), (date(2026, 11, 22), "not reachable", False), (TODAY, " ", False)],
    )
    def test_may_be_lived_with_for_a_reason_until_a_day(self, extract, until, reason, excused):
        written = advisories.Acceptance(id="PYSEC-2099-1", package="left-pad", reason=reason, until=until)

        found = advisories.faults(pin("1.2"), extract=extract, accepted=[written], on=TODAY)

        assert (found == []) is excused

    def test_of_a_package_that_was_never_looked_up_is_missed_and_that_is_told(self, extract):
        other = {"new-one": replace(pin("1.0")["left-pad"], name="new-one")}

        assert "never looked up" in advisories.faults(other, extract=extract, accepted=(), on=TODAY)[0]


class TestStoredAdvisories:
    def test_know_every_pinned_package_and_no_weakness_of_it(self, capsys):
        assert audit(on=TODAY) == 0
        assert "no weaknesses" in capsys.readouterr().out

    def test_say_how_old_they_are(self, capsys):
        as_of = advisories.read_extract().as_of

        audit(on=date.fromordinal(as_of.toordinal() + 31))

        assert "31 days old" in capsys.readouterr().out

    def test_would_find_an_old_django_and_an_old_signxml(self):
        old = {
            name: pins.Pin(name=name, version=version, hashes=("0" * 64,))
            for name, version in (("django", "5.2.7"), ("signxml", "4.0.3"), ("lxml", "4.6.2"))
        }

        told = advisories.faults(old, extract=advisories.read_extract(), accepted=(), on=TODAY)

        assert {line.partition(" ")[0] for line in told} == set(old)

    def test_keep_their_form(self):
        told = json.loads(advisories.STORED.read_text())

        assert advisories.written(told) == advisories.STORED.read_text()
        assert {one["source"] for one in told["advisories"]} == {told["source"], BY_HAND}

    def test_have_exceptions_with_a_reason(self):
        assert all(one.reason.strip() for one in advisories.read_accepted())
