"""Messages of the contract IMSign in the shape of the guide's samples, with data of our own; and hostile ones."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from tests.support.acting import EUGENIA

from ghiseu.adapters.msign import names, wire
from ghiseu.adapters.msign.wire import SoapFault
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.signatures.ports import Content, ContentType, SignedContent, SignOrder, SignStatus
from simulators.msign import soap

VECTORS = Path(__file__).parent / "vectors"
CORRELATION, NUMBER = "5b6f2e0a53a14a869a53000000000001", "9f86d081884c7d659a2feaa0c55ad015"
DOCUMENT = b"%PDF-1.7\n%%EOF\n"
DIGEST = bytes.fromhex("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")


def sample(name: str) -> bytes:
    return (VECTORS / f"{name}.xml").read_bytes()


def order(content_type: ContentType, content: bytes) -> SignOrder:
    return SignOrder(
        content_type=content_type,
        contents=(Content(content=content, correlation=CORRELATION, name="LOZ-2026-000001.pdf"),),
        signer_idnp=EUGENIA,
        short_description="LOZ-2026-000001",
        description="Certificat de naștere, LOZ-2026-000001",
        reason="Cerere",
    )


def shape(raw: bytes) -> list[tuple[str, str]]:
    """Return every element with its text, in order, whatever the prefixes."""
    return [(str(one.tag), (one.text or "").strip()) for one in etree.fromstring(raw).iter()]


WRITTEN = {
    "post_pdf": wire.post_message(order(ContentType.PDF, DOCUMENT)),
    "post_hash": wire.post_message(order(ContentType.HASH, DIGEST)),
    "get": wire.get_message(NUMBER, language="ro"),
    "verify": wire.verify_message(
        [SignedContent(signature=DOCUMENT, correlation=CORRELATION)], content_type=ContentType.PDF, language="ro"
    ),
}


class TestWhatWeWrite:
    @pytest.mark.parametrize("name", sorted(WRITTEN))
    def test_is_the_sample_element_by_element(self, name: str):
        assert shape(WRITTEN[name]) == shape(sample(name))

    @pytest.mark.parametrize("name", sorted(WRITTEN))
    def test_keeps_the_contract(self, name: str):
        operation = {"get": names.GET, "verify": names.VERIFY}.get(name, names.POST)

        assert soap.read(WRITTEN[name], action=f'"{names.ACTION}{operation}"').operation == operation

    @pytest.mark.parametrize("name", ["post_pdf", "post_hash"])
    def test_always_names_the_expected_signer(self, name: str):
        assert etree.fromstring(WRITTEN[name]).findtext(f".//{names.msign('ExpectedSigner')}/{names.msign('ID')}") == (
            EUGENIA
        )


class TestWhatWeRead:
    @pytest.mark.parametrize(
        ("name", "status", "message"),
        [
            ("pending", SignStatus.PENDING, ""),
            ("expired", SignStatus.EXPIRED, "Timpul de semnare a trecut"),
            ("failure", SignStatus.FAILURE, "Semnarea a fost anulată"),
            ("success", SignStatus.SUCCESS, ""),
        ],
    )
    def test_tells_what_became_of_an_order(self, name: str, status: SignStatus, message: str):
        answer = wire.read_status(wire.result_of(sample(name), names.GET), received=b"")

        assert (answer.status, answer.message) == (status, message)

    def test_brings_certificate_and_signature(self):
        answer = wire.read_status(wire.result_of(sample("success"), names.GET), received=b"")

        (one,) = answer.signatures
        assert (one.correlation, one.signature) == (CORRELATION, DOCUMENT)
        assert one.certificate == base64.b64decode("MAMCAQE=")

    def test_brings_the_number_of_an_order(self):
        assert wire.result_of(sample("posted"), names.POST).text == NUMBER

    def test_brings_what_the_platform_says_of_a_signature(self):
        (one,) = wire.read_verified(wire.result_of(sample("verified"), names.VERIFY))

        (signer,) = one.signers
        assert (one.is_valid, one.correlation, one.message) == (True, CORRELATION, "Semnătura este validă")
        assert signer.signed_at == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
        assert EUGENIA in signer.subject

    @pytest.mark.parametrize(
        ("written", "code"),
        [("a:RequestNotFound", "RequestNotFound"), ("RequestNotFound", "RequestNotFound"), ("s:Server", "Server")],
    )
    def test_names_a_fault_whatever_its_prefix(self, written: str, code: str):
        with pytest.raises(SoapFault) as fault:
            wire.result_of(sample("fault").replace(b"a:RequestNotFound", written.encode()), names.GET)

        assert fault.value.code == code

    def test_reads_members_in_another_order(self):
        swapped = sample("pending").replace(
            b"<Results/>\n        <Status>Pending</Status>", b"<Status>Pending</Status><Results/>"
        )

        assert wire.read_status(wire.result_of(swapped, names.GET), received=b"").status is SignStatus.PENDING


HOSTILE = {
    "entity": b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    "comment": sample("pending").replace(b"Pending", b"Pen<!-- x -->ding"),
    "instruction": sample("pending").replace(b"<Results/>", b"<?x y?><Results/>"),
    "no-xml": b"<html><body>Autentificare</body>",
    "another-root": b"<Envelope/>",
    "two-contents": sample("pending").replace(b"</s:Body>", b"<x/></s:Body>"),
    "another-operation": sample("posted"),
    "status-unknown": sample("pending").replace(b"Pending", b"Signed"),
    "status-missing": sample("pending").replace(b"<Status>Pending</Status>", b""),
    "not-base64": sample("success").replace(b"JVBERi0xLjcKJSVFT0YK", b"***"),
    "deep": b"<a>" * 40 + b"</a>" * 40,
    "not-utf8": b"<a>\xff</a>",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_message_that_breaks_the_contract_is_not_used(name: str):
    with pytest.raises(UnusableAnswer):
        wire.read_status(wire.result_of(HOSTILE[name], names.GET), received=b"")
