"""An event as a line, a message of many, its signature, and what MLog says back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.mlog.conftest import AT, VECTORS, event

from ghiseu.adapters.mlog import jws, wire
from ghiseu.foundation.outcomes import UnusableAnswer
from simulators.common.keys import identity_of
from simulators.mlog.events import events_of, lines_of
from simulators.mlog.jws import NotSigned, payload_of

SERVICE = x509.load_pem_x509_certificate((VECTORS / "service.pem").read_bytes())
LIMIT = 256 * 1024


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return identity_of(tmp_path_factory.mktemp("own"), common_name="us", organisation="test", at=AT)


class TestLine:
    def test_says_the_fields_of_the_sample(self):
        sample = json.loads((VECTORS / "single.json").read_text())
        said = json.loads(wire.line(event()))

        assert said["event_time"] == "2026-01-15T08:00:00.000Z"  # the sample's moment, in UTC
        assert said["event_type"] == "Cups.PersonalData.Access"
        assert set(sample) - {"user_address"} <= set(said)
        assert all(isinstance(value, str) and value for value in said.values())

    def test_leaves_out_what_is_empty_and_adds_our_own_names(self):
        said = json.loads(wire.line(event(subject="", others={"journal_number": "7", "case_number": ""})))

        assert "subject" not in said
        assert "case_number" not in said
        assert said["journal_number"] == "7"

    def test_is_the_same_for_the_same_event(self):
        one = event(others={"b": "2", "a": "1"})
        assert wire.line(one) == wire.line(replace(one, others={"a": "1", "b": "2"}))

    def test_is_cut_at_the_longest_text_and_says_so(self):
        said = json.loads(wire.line(event(details="ș" * 40_000)))

        assert len(said["event_details"].encode()) <= 32_766
        assert said["event_details"].endswith("ș…")
        assert said["trimmed"] == "event_details"

    @settings(max_examples=15, deadline=None)
    @given(letter=st.sampled_from(["a", "ș", "\x01", "\u2028", "😀", '"']), length=st.integers(0, 400_000))
    def test_always_fits_and_keeps_who_whom_and_what(self, letter, length):
        long = letter * length
        one = event(
            details=long, message=long, object=long, legal_reason=long, legal_basis=long, object_type=long,
            user_session=long, correlation=long, source=long, others={"case_number": long, "mandate": long},
        )  # fmt: skip
        written = wire.line(one)
        said = json.loads(written)

        assert len(written.encode()) < wire.MOST_LINES_BYTES
        assert [said[name] for name in ("event_id", "user", "subject")] == [one.id, one.user, one.subject]
        assert "\n" not in written

    def test_fits_even_when_nothing_may_be_cut(self):
        written = wire.line(event(user="\x01" * 300_000, subject="\x01" * 300_000, id="x" * 300_000))

        assert len(written.encode()) < wire.MOST_LINES_BYTES


class TestMessage:
    def test_holds_as_many_as_one_answer_lists(self):
        message = wire.message([event(number) for number in range(80)])

        assert message.events == 50
        assert len(message.text.split("\n")) == 50

    def test_stays_below_what_mlog_takes_when_signed(self, own):
        message = wire.message([event(number, object="x" * 30_000) for number in range(50)])
        token = jws.signed(message.text.encode(), key=own.key, serial=own.certificate.serial_number)

        assert 1 < message.events < 50
        assert LIMIT * 0.6 < len(token) <= LIMIT

    def test_holds_one_event_at_least(self):
        longest = event(details="x" * 32_000, object="y" * 32_000, message="z" * 32_000)

        assert wire.message([longest, longest]).events >= 1
        assert wire.message([event()]).events == 1


class TestSignature:
    def test_of_the_sample_is_accepted_by_the_reader_of_the_simulator(self):
        token = (VECTORS / "signed.jws").read_text().strip()
        single = json.loads((VECTORS / "single.json").read_text())

        assert json.loads(payload_of(token, certificate=SERVICE)) == single
        assert json.loads(jws_header(token)) == {"alg": "RS256", "kid": jws.key_id(SERVICE.serial_number)}

    def test_of_the_mixed_sample_gives_all_its_events(self):
        lines = lines_of((VECTORS / "mixed.txt").read_text())
        found = [one for line in lines for one in events_of(line, certificate=SERVICE)]
        batch = [json.loads(one) for one in (VECTORS / "batch.ndjson").read_text().strip().split("\n")]

        assert [line.is_signed for line in lines] == [True, False]
        assert found == [*batch, batch[1]]

    def test_of_ours_is_that_of_our_key_and_always_the_same(self, own):
        signed = [jws.signed(b"x\ny", key=own.key, serial=own.certificate.serial_number) for _ in range(2)]

        assert payload_of(signed[0], certificate=own.certificate) == b"x\ny"
        assert signed[0] == signed[1]
        assert "=" not in signed[0]

    def test_is_not_made_with_a_short_key(self):
        with pytest.raises(jws.KeyTooShort):
            jws.signed(b"x", key=rsa.generate_private_key(public_exponent=65537, key_size=1024), serial=1)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda token: token[:-4] + "AAAA",
            lambda token: token + "=",
            lambda token: token.replace(".", "..", 1),
            lambda token: f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}.",
            lambda token: f"eyJhbGciOiJIUzI1NiJ9.{token.split('.', 1)[1]}",
        ],
    )
    def test_that_was_spoiled_is_refused(self, own, spoil):
        token = jws.signed(b"{}", key=own.key, serial=own.certificate.serial_number)

        with pytest.raises(NotSigned):
            payload_of(spoil(token), certificate=own.certificate)

    def test_of_another_serial_number_or_key_is_refused(self, own):
        wrong = jws.signed(b"{}", key=own.key, serial=1)

        with pytest.raises(NotSigned, match="kid"):
            payload_of(wrong, certificate=own.certificate)
        with pytest.raises(NotSigned):
            payload_of(jws.signed(b"{}", key=own.key, serial=SERVICE.serial_number), certificate=SERVICE)


def jws_header(token: str) -> bytes:
    import base64

    part = token.split(".")[0]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


class TestAnswer:
    def test_of_the_samples_is_read(self):
        taken = wire.read_object((VECTORS / "taken.json").read_bytes())
        found = wire.events_in(wire.read_object((VECTORS / "found.json").read_bytes()))

        assert wire.uid_in(taken) == "00000000-0000-4000-8000-000000000033"
        assert [(one.uid, one.id) for one in found] == [
            ("00000000-0000-4000-8000-000000000033", "00000000-0000-4000-8000-000000000032")
        ]

    @pytest.mark.parametrize("body", [b'{"uid": "7", "status": 200}', b'{"Uid": " 7 ", "Status": "200"}'])
    def test_may_write_names_and_numbers_otherwise(self, body):
        told = wire.read_object(body)

        assert wire.uid_in(told) == "7"
        assert wire.status_in(told, otherwise=0) == 200

    def test_may_give_a_field_as_a_list(self):
        found = wire.events_in({"result": [{"@uid": "u", "event_id": ["a", "b"]}, {"uid": "v"}]})

        assert [(one.uid, one.id) for one in found] == [("u", "a"), ("u", "b"), ("v", "")]

    @pytest.mark.parametrize("body", [b"<html>", b"[]", b"7", b"\xff"])
    def test_that_is_no_object_is_not_used(self, body):
        with pytest.raises(UnusableAnswer):
            wire.read_object(body)

    @pytest.mark.parametrize("result", [None, {}, ["x"]])
    def test_without_a_list_of_events_is_not_used(self, result):
        with pytest.raises(UnusableAnswer):
            wire.events_in({"result": result})


def test_vectors_are_all_used():
    named = Path(__file__).read_text()
    assert [one.name for one in VECTORS.iterdir() if one.name not in named] == []
