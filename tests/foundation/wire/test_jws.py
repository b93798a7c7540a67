"""Tokens: what we write opens, everything else is refused before its content is believed."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.wire import jws
from simulators.common.authority import Pair, authority_in

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAYLOAD = b'{"subject":"2099010100376"}'


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return authority_in(tmp_path_factory.mktemp("authority"), at=AT).product


@pytest.fixture(scope="module")
def token(pair: Pair) -> bytes:
    return sign(pair).encode()


def sign(pair: Pair, payload: bytes = PAYLOAD) -> str:
    key = load_pem_private_key(pair.key.read_bytes(), password=None)
    return jws.signed(payload, key=key, key_id=jws.key_id_of(pair.load()))


def part(value: object) -> bytes:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def test_what_was_signed_opens(pair, token):
    assert jws.opened(token, certificates=[pair.load()], at=AT) == PAYLOAD
    header = json.loads(base64.urlsafe_b64decode(token.split(b".")[0] + b"=="))
    assert header == {"alg": "RS256", "kid": f"{pair.load().serial_number:x}"}


def test_the_second_certificate_counts_while_keys_change(pair, token, tmp_path):
    other = authority_in(tmp_path, at=AT).product.load()

    assert jws.opened(token, certificates=[other, pair.load()], at=AT) == PAYLOAD
    with pytest.raises(jws.NotGenuine, match="pinned"):
        jws.opened(token, certificates=[other], at=AT)


def test_an_ended_certificate_has_signed_nothing(pair, token):
    late = pair.load().not_valid_after_utc + timedelta(seconds=1)

    with pytest.raises(jws.NotGenuine, match="pinned"):
        jws.opened(token, certificates=[pair.load()], at=late)


@given(place=st.integers(min_value=0), flipped=st.sampled_from(b"\x01\x02\x04\x08\x10\x20\x40"))
def test_a_change_anywhere_is_found(pair, token, place, flipped):
    changed = bytearray(token)
    changed[place % len(changed)] ^= flipped

    with pytest.raises(jws.NotGenuine):
        jws.opened(bytes(changed), certificates=[pair.load()], at=AT)


class TestConfusion:
    def test_no_algorithm_is_none(self, pair, token):
        forged = b".".join([part({"alg": "none"}), token.split(b".")[1], b""])

        with pytest.raises(jws.NotGenuine, match="RS256"):
            jws.opened(forged, certificates=[pair.load()], at=AT)

    def test_a_public_key_is_no_secret(self, pair, token):
        public = pair.load().public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        said = part({"alg": "HS256"}) + b"." + token.split(b".")[1]
        mac = hmac.HMAC(public.public_bytes(serialization.Encoding.PEM, spki), hashes.SHA256())
        mac.update(said)

        with pytest.raises(jws.NotGenuine, match="RS256"):
            jws.opened(said + b"." + part(mac.finalize()), certificates=[pair.load()], at=AT)

    @pytest.mark.parametrize("name", sorted(jws.NOT_UNDERSTOOD))
    def test_the_header_may_not_ask_for_more(self, pair, token, name):
        forged = b".".join([part({"alg": "RS256", name: "x"}), *token.split(b".")[1:]])

        with pytest.raises(jws.NotGenuine, match="not done here"):
            jws.opened(forged, certificates=[pair.load()], at=AT)

    @pytest.mark.parametrize("strange", [b"", b"a.b", b"a.b.c.d", b"..", b"{}", b"\xff.\xff.\xff", b"a b.c.d"])
    def test_what_is_no_token_is_said_to_be_none(self, pair, strange):
        with pytest.raises(jws.NotGenuine):
            jws.opened(strange, certificates=[pair.load()], at=AT)

    def test_trailing_bits_and_padding_are_not_let_through(self, pair, token):
        head, payload, signature = token.split(b".")

        with pytest.raises(jws.NotGenuine, match=r"one possible way|base64url"):
            jws.opened(b".".join([head + b"=", payload, signature]), certificates=[pair.load()], at=AT)
