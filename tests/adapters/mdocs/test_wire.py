"""What is written to MDocs and read of it, against samples of both descriptions of its interface."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ghiseu.adapters.mdocs import Form, wire
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer
from ghiseu.modules.documents.ports import ToStore

VECTORS = Path(__file__).parent / "vectors"
OWNER, PERSON = "urn:md:idno:1000000000007", "urn:md:idnp:2000000000004"
MORNING = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def vector(name: str) -> object:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def raw(name: str) -> bytes:
    return (VECTORS / f"{name}.json").read_bytes()


def answer(status: int, body: bytes, **headers: str) -> Answer:
    return Answer(status=status, media_type="application/json", body=body, headers=headers)


class TestBodies:
    def test_a_publication_is_that_of_the_sample(self):
        document = ToStore(
            number="LOZ-2026-000001-R1",
            name="Extras.pdf",
            blob_id="5d2f0a52-0000-4000-8000-000000000041",
            kept_until=datetime(2027, 1, 15, tzinfo=UTC),
        )

        assert wire.publication(document, owner=OWNER, at=MORNING) == vector("publication")

    def test_a_long_name_is_cut_at_its_limit(self):
        document = ToStore(number="N", name="ă" * 300, blob_id="b", kept_until=MORNING)

        written = wire.publication(document, owner=OWNER, at=MORNING)

        assert [len(one["name"]) for one in written["documents"]] == [250]

    @pytest.mark.parametrize("form", Form)
    def test_a_share_has_the_chosen_form(self, form):
        ends = datetime(2026, 12, 31, tzinfo=UTC)

        assert wire.share(form, principal=PERSON, begins_at=MORNING, ends_at=ends) == vector(f"share.{form}")

    @pytest.mark.parametrize("form", Form)
    def test_an_expiry_has_the_chosen_form_and_is_in_utc(self, form):
        chisinau = timezone(timedelta(hours=2))
        end_of_year = datetime(2027, 12, 31, 23, 59, 59, tzinfo=chisinau)

        assert wire.expiry(form, end_of_year) == vector(f"expiry.{form}")


class TestReading:
    def test_an_id_stands_alone_or_in_a_list_of_one(self):
        assert wire.id_of(raw("published")) == wire.id_of(raw("document"))

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"id": 5}', b'[{"id": "a"}, {"id": "b"}]'])
    def test_an_answer_without_an_id_is_unusable(self, body):
        with pytest.raises(UnusableAnswer):
            wire.id_of(body)

    @pytest.mark.parametrize("body", [b"{}", b"[1]", b"<html>"])
    def test_what_is_no_list_of_rows_is_unusable(self, body):
        with pytest.raises(UnusableAnswer):
            wire.rows(body)

    def test_the_error_says_its_title_and_fields_and_no_values(self):
        assert wire.problem(answer(400, raw("refused"))) == (
            "One or more validation errors occurred. Documents[0].Principal"
        )

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message": "no"}'])
    def test_another_answer_is_no_error_of_mdocs(self, body):
        assert wire.problem(answer(400, body)) == ""

    def test_the_whole_count_is_in_the_header_if_it_is(self):
        told = answer(200, b"[]", **{"x-pagination": '{"TotalCount":7,"PageSize":5,"CurrentPage":1}'})

        assert wire.total_of(told) == 7
        assert wire.total_of(answer(200, b"[]")) is None

    def test_a_share_is_read_in_both_forms(self):
        assert wire.shared_with({"for": PERSON}) == wire.shared_with({"sharedFor": PERSON}) == PERSON


class TestParts:
    def test_small_bytes_go_whole(self):
        assert list(wire.parts(b"%PDF")) == [("", b"%PDF")]

    def test_large_bytes_go_in_parts_that_join_to_the_whole(self):
        content = bytes(range(256)) * (7 * 4096)

        found = list(wire.parts(content))

        assert [place for place, _ in found] == ["bytes 0-5242879/7340032", "bytes 5242880-7340031/7340032"]
        assert b"".join(part for _, part in found) == content
