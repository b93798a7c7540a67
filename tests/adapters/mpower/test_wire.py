"""What the guide prints is read: samples, tables that differ from them, and what cannot be read is never used."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from ghiseu.adapters.mpower import wire
from ghiseu.foundation.outcomes import Refused, UnusableAnswer
from ghiseu.modules.mandates.ports import PowerBetween, PowerParty

VECTORS = Path(__file__).parent / "vectors"


def vector(name: str) -> bytes:
    return (VECTORS / f"{name}.json").read_bytes()


def data(name: str) -> wire.Json:
    return wire.read_data(vector(name))


def details(**changed: object) -> wire.Json:
    return json.loads(vector("details"))["data"] | changed


class TestDetails:
    @pytest.mark.parametrize("name", ["details", "details_with_names_of_the_tables"])
    def test_are_read_in_either_form_of_the_guide(self, name):
        power = wire.read_power(data(name), raw="as it came")

        assert (power.code, power.type_code, power.is_valid) == ("0000000000000001", "AT-0000001", True)
        assert power.subject == PowerParty(number="2000000000015", name="Maria Exemplu", is_organisation=False)
        assert power.representative.number == "2000000000004"
        assert power.begins == datetime(2026, 1, 1, tzinfo=wire.CHISINAU)
        assert power.ends == datetime(2026, 12, 31, 21, 59, 59, 999000, tzinfo=wire.CHISINAU)
        assert power.raw == "as it came"

    def test_of_a_power_that_ended_have_no_end_and_finer_fractions(self):
        power = wire.read_power(data("details_of_one_that_ended"), raw="")

        assert not power.is_valid
        assert power.ends is None
        assert power.begins == datetime(2026, 6, 1, 10, 30, 0, 123456, tzinfo=wire.CHISINAU)

    @pytest.mark.parametrize(
        "changed",
        [
            {"authorizationCode": "12"},
            {"authorizationCode": None},
            {"authorizationTypeCode": ""},
            {"authorizingIdn": "200000000001"},
            {"authorizedIdn": 2000000000004},
            {"isValid": "yes"},
            {"isValid": None},
            {"isValid": 1},
            {"fromDate": "soon"},
            {"toDate": "never"},
            {"toDate": 20261231},
        ],
    )
    def test_that_cannot_be_read_are_unusable(self, changed):
        with pytest.raises(UnusableAnswer):
            wire.read_power(details(**changed), raw="")

    @pytest.mark.parametrize(
        ("kind", "number", "is_organisation"),
        [
            (2, "1000000000007", True),
            ("2", "1000000000007", True),
            (1, "2000000000004", False),
            (None, "1000000000007", True),
            ("Natural", "2000000000004", False),
        ],
    )
    def test_tell_people_from_organisations(self, kind, number, is_organisation):
        power = wire.read_power(details(authorizingPartyType=kind, authorizingIdn=number), raw="")
        assert power.subject.is_organisation is is_organisation

    def test_keep_a_zone_that_is_named(self):
        power = wire.read_power(details(toDate="2026-12-31T21:59:59Z"), raw="")
        assert power.ends is not None
        assert power.ends.utcoffset().total_seconds() == 0


class TestEnvelope:
    def test_without_success_is_a_refusal_that_repeats_no_words(self):
        with pytest.raises(Refused) as refusal:
            data("no_success")

        assert refusal.value.code == "no-success"
        assert "authorization" not in refusal.value.reason

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b'"x"', b"{}", b'{"success": true, "data": null}'])
    def test_that_is_none_is_unusable(self, body):
        with pytest.raises(UnusableAnswer):
            wire.read_data(body)

    def test_says_yes_in_either_form(self):
        assert wire.read_truth(data("truth")) is True
        assert wire.read_truth("False") is False


class TestList:
    def test_stands_alone_or_beside_its_count(self):
        alone = wire.read_powers(data("list"))
        beside = wire.read_powers({"items": data("list"), "totalCount": 1})

        assert [one.code for one in alone] == [one.code for one in beside] == ["0000000000000001"]
        assert json.loads(alone[0].raw)["authorizationCode"] == "0000000000000001"

    @pytest.mark.parametrize("value", [{}, {"a": [], "b": []}, "none", None, [1]])
    def test_that_is_none_is_unusable(self, value):
        with pytest.raises(UnusableAnswer):
            wire.read_powers(value)


class TestOthers:
    def test_between_two_parties(self):
        assert wire.read_between(data("between")) == PowerBetween(code="0000000000000001", is_valid=True)
        assert wire.read_between({"authorizationCode": None, "isValid": False}).code == ""

    def test_the_file_is_a_pdf(self):
        assert wire.read_paper(data("file")).startswith(b"%PDF-1.4")

    @pytest.mark.parametrize(
        "told",
        [
            {"content": "JVBERi0xLjQKJSVFT0YK", "content-type": "text/html"},
            {"content": "PGh0bWw+", "content-type": "application/pdf"},
            {"content": "***", "content-type": "application/pdf"},
            {"content-type": "application/pdf"},
        ],
    )
    def test_another_file_is_unusable(self, told):
        with pytest.raises(UnusableAnswer):
            wire.read_paper(told)
