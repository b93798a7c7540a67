"""Messages that the right key signed and that are wrong all the same, and forgeries without it: all are refused.

Nobody but MPay holds the key; these are what a stolen older message, a confused signer or a clever intermediary makes.
"""

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from tests.adapters.mpay import forging
from tests.adapters.mpay.conftest import AT, own
from tests.adapters.mpay.forging import BODY, DS, ENC, EXC, MORE, SOAP, TIMESTAMP, WSSE, WSU, Way, envelope, signed
from tests.support.cost_table import Cost, measured

from ghiseu.adapters.mpay.errors import (
    AlgorithmNotAllowed,
    DuplicateId,
    MessageRefused,
    NotReadable,
    NotSigned,
    OutsideWindow,
    SignatureShape,
    SignatureWrong,
)
from ghiseu.adapters.mpay.security import verified
from simulators.common.keys import Identity, identity_of

__all__ = ["own"]
Forge = Callable[[Identity], bytes]
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH_FILTER = "http://www.w3.org/2002/06/xmldsig-filter2"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
STR_TRANSFORM = f"{forging.OASIS}soap-message-security-1.0#STR-Transform"
BILLION = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
HUNDRED_MILLISECONDS = 100  # of the processor, for one message
OFTEN = 5


def check(message: bytes, *pinned: x509.Certificate, at: datetime = AT, accepts_sha1: bool = False) -> object:
    return verified(message, pinned=pinned, accepts_sha1=accepts_sha1, at=at)


def way(**facts: object) -> Forge:
    """Return a forge that signs the usual message this way."""
    return lambda own: signed(own, Way(**facts))  # type: ignore[arg-type]  # named as the fields are


def changed(change: Callable[[etree._Element], None], **facts: object) -> Forge:
    """Return a forge that changes the message after it was signed this way."""

    def forge(own: Identity) -> bytes:
        root = etree.fromstring(signed(own, Way(**facts)))  # type: ignore[arg-type]  # named as the fields are
        change(root)
        return etree.tostring(root)

    return forge


def replaced(old: str, new: str) -> Forge:
    """Return a forge that replaces a text of the signed message."""
    return lambda own: signed(own).replace(old.encode(), new.encode())


def paid(root: etree._Element, amount: str) -> etree._Element:
    """Return a copy of the Body that speaks of another amount."""
    body = copy.deepcopy(root[-1])
    body.find(".//{*}TotalAmount").text = amount
    return body


def decoy(root: etree._Element) -> None:
    """Put an element into the header that may be signed instead of the Body."""
    element = etree.SubElement(root[0], "{urn:elsewhere}Decoy")
    element.set(f"{{{WSU}}}Id", "d")


def into(place: Callable[[etree._Element], etree._Element], *, same_id: bool) -> Callable[[etree._Element], None]:
    """Return a change that moves the signed Body there and puts one of another amount in its place."""

    def change(root: etree._Element) -> None:
        evil = paid(root, "1.00")
        signed_body = root[-1]
        if not same_id:
            evil.set(f"{{{WSU}}}Id", "evil")
        root.replace(signed_body, evil)
        place(root).append(signed_body)

    return change


def wrapper_in(path: str) -> Callable[[etree._Element], etree._Element]:
    return lambda root: etree.SubElement(root.find(path), "{urn:elsewhere}Wrapper")


def renamed(root: etree._Element) -> None:
    """Hide the signed Body under another name in the header, and leave its identifier on the new one too."""
    into(wrapper_in(f"{{{SOAP}}}Header"), same_id=True)(root)
    root[0][-1][0].tag = "{urn:elsewhere}Content"


def on_body(name: str) -> Callable[[etree._Element], None]:
    """Return a change before signing: the identifier of the Body stands in another attribute."""

    def change(root: etree._Element) -> None:
        root[-1].set(name, root[-1].attrib.pop(f"{{{WSU}}}Id"))

    return change


def relative_namespace(path: str) -> Callable[[etree._Element], None]:
    """Return a change before signing: an element declares a namespace that no canonical form can hold."""

    def change(root: etree._Element) -> None:
        etree.SubElement(root.find(path), "{1}void")

    return change


def in_transforms(info: etree._Element) -> None:
    """Put an expression into the transform of the first reference."""
    etree.SubElement(info.find(f".//{{{DS}}}Transform"), f"{{{DS}}}XPath").text = "not(ancestor-or-self::*)"


def short_hmac(info: etree._Element) -> None:
    etree.SubElement(info.find(f"{{{DS}}}SignatureMethod"), f"{{{DS}}}HMACOutputLength").text = "1"


def first_info_first(root: etree._Element) -> None:
    """Put a second SignedInfo about nothing before the signed one."""
    info = root.find(f".//{{{DS}}}SignedInfo")
    info.addprevious(etree.Element(f"{{{DS}}}SignedInfo"))


def timed(created: str, expires: str = "") -> Forge:
    """Return a forge with these times, signed properly."""
    return lambda own: signed(own, root=envelope(created=created, expires=expires))


def twice(path: str) -> Forge:
    """Return a forge in which an element stands twice, signed properly."""

    def double(root: etree._Element) -> None:
        element = root.find(path)
        element.addnext(copy.deepcopy(element))

    return way(before=double)


HEADER, SECURITY = f"{{{SOAP}}}Header", f"{{{SOAP}}}Header/{{{WSSE}}}Security"
FORGED: dict[str, tuple[Forge, type[MessageRefused]]] = {
    # What is covered.
    "body not covered": (way(covered=[TIMESTAMP]), SignatureShape),
    "timestamp not covered": (way(covered=[BODY]), SignatureShape),
    "nothing covered": (way(covered=[]), SignatureShape),
    "body covered twice": (way(covered=[BODY, BODY]), SignatureShape),
    "a third part covered": (way(covered=[BODY, TIMESTAMP, BODY]), SignatureShape),
    "decoy covered instead of the body": (way(before=decoy, covered=["d", TIMESTAMP]), DuplicateId),
    "body without identifier": (
        way(before=lambda root: root[-1].attrib.clear(), covered=[BODY, TIMESTAMP]),
        SignatureShape,
    ),
    "plain Id": (way(before=on_body("Id")), DuplicateId),
    "ID": (way(before=on_body("ID")), DuplicateId),
    "xml:id": (way(before=on_body("{http://www.w3.org/XML/1998/namespace}id")), DuplicateId),
    "Id of another vocabulary": (way(before=on_body("{urn:elsewhere}Id")), DuplicateId),
    "AssertionID": (way(before=lambda root: root[-1].set("AssertionID", "b")), DuplicateId),
    "one identifier twice": (
        way(before=lambda root: part_of(root).set(f"{{{WSU}}}Id", "b"), covered=[BODY, TIMESTAMP]),
        DuplicateId,
    ),
    # The signed part in another place.
    "body moved into the header": (changed(into(wrapper_in(HEADER), same_id=False)), SignatureShape),
    "body moved into the header, same id": (changed(into(wrapper_in(HEADER), same_id=True)), SignatureShape),
    "body moved into the security header": (changed(into(wrapper_in(SECURITY), same_id=False)), SignatureShape),
    "body moved into the signature": (
        changed(into(wrapper_in(f"{SECURITY}/{{{DS}}}Signature"), same_id=False)),
        SignatureShape,
    ),
    "body moved into the new body": (changed(into(lambda root: root[-1][0], same_id=False)), SignatureShape),
    "body moved behind, same id": (changed(into(lambda root: root, same_id=True)), NotSigned),
    "body hidden under another name, same id": (changed(renamed), DuplicateId),
    "two operations in the body": (
        changed(lambda root: root[-1].append(copy.deepcopy(root[-1][0]))),
        SignatureWrong,
    ),
    "two SignedInfo": (changed(first_info_first), SignatureShape),
    "security header of another vocabulary before": (
        changed(lambda root: root[0].insert(0, etree.Element("{urn:elsewhere}Security"))),
        SignatureShape,
    ),
    "body of SOAP 1.2": (replaced(f'"{SOAP}"', '"http://www.w3.org/2003/05/soap-envelope"'), NotReadable),
    "operation of another vocabulary": (replaced('xmlns="https://mpay.gov.md"', 'xmlns="urn:x"'), SignatureWrong),
    "operation without vocabulary": (replaced('xmlns="https://mpay.gov.md"', 'xmlns=""'), SignatureWrong),
    "timestamp twice": (twice(f".//{{{WSU}}}Timestamp"), SignatureShape),
    # Canonical form and transforms.
    "no canonical form of the body": (way(before=relative_namespace(f"{{{SOAP}}}Body")), SignatureShape),
    "no canonical form of the timestamp": (way(before=relative_namespace(f".//{{{WSU}}}Timestamp")), SignatureShape),
    "no canonical form of SignedInfo": (way(in_info=lambda info: etree.SubElement(info, "{1}void")), SignatureShape),
    "digest of nothing": (way(digest_of=b""), SignatureWrong),
    "canonical form with comments": (way(transforms=[f"{EXC}WithComments"]), AlgorithmNotAllowed),
    "SignedInfo with comments": (way(canonicalization=f"{EXC}WithComments"), AlgorithmNotAllowed),
    "unknown canonical form": (way(canonicalization="urn:none"), AlgorithmNotAllowed),
    "canonical form 1.1": (way(transforms=["http://www.w3.org/2006/12/xml-c14n11"]), AlgorithmNotAllowed),
    "no transform": (way(transforms=[]), SignatureShape),
    "enveloped": (way(transforms=[f"{DS}enveloped-signature", EXC]), SignatureShape),
    "XSLT": (way(transforms=[XSLT]), AlgorithmNotAllowed),
    "XSLT after": (way(transforms=[EXC, XSLT]), SignatureShape),
    "XPath": (way(transforms=[XPATH]), AlgorithmNotAllowed),
    "XPath filter": (way(transforms=[XPATH_FILTER]), AlgorithmNotAllowed),
    "XPath inside the canonical form": (way(in_info=in_transforms), SignatureShape),
    "base64": (way(transforms=[f"{DS}base64"]), AlgorithmNotAllowed),
    "token transform": (way(transforms=[STR_TRANSFORM]), AlgorithmNotAllowed),
    # Algorithms.
    "no algorithm": (way(method="", digest=f"{ENC}sha256"), AlgorithmNotAllowed),
    "none": (way(method="none"), AlgorithmNotAllowed),
    "HMAC with the public key": (
        lambda own: signed(own, Way(method=f"{MORE}hmac-sha256", secret=forging.public_key_of(own))),
        AlgorithmNotAllowed,
    ),
    "HMAC of one bit": (
        lambda own: signed(own, Way(method=f"{DS}hmac-sha1", secret=b"x", in_info=short_hmac)),
        AlgorithmNotAllowed,
    ),
    "output length for RSA": (way(in_info=short_hmac), AlgorithmNotAllowed),
    "MD5": (way(method=f"{MORE}rsa-md5", digest=f"{MORE}md5"), AlgorithmNotAllowed),
    "SHA-1 unasked": (way(method=f"{DS}rsa-sha1", digest=f"{DS}sha1"), AlgorithmNotAllowed),
    "SHA-1 digest below SHA-256": (way(digest=f"{DS}sha1"), AlgorithmNotAllowed),
    "DSA": (way(method=f"{DS}dsa-sha1"), AlgorithmNotAllowed),
    "empty value": (changed(lambda root: set_text(root, "SignatureValue", "")), SignatureWrong),
    "value that is no base64": (changed(lambda root: set_text(root, "SignatureValue", "?")), SignatureShape),
    "value of another length": (changed(lambda root: set_text(root, "SignatureValue", "AAAA")), SignatureWrong),
    # Times.
    "created tomorrow": (timed("2026-01-16T08:00:00Z", "2026-01-16T08:05:00Z"), OutsideWindow),
    "created yesterday, lives for ever": (timed("2026-01-14T08:00:00Z", "2036-01-14T08:00:00Z"), OutsideWindow),
    "expires before it was created": (timed("2026-01-15T08:00:30Z", "2026-01-15T08:00:29Z"), OutsideWindow),
    "local time": (timed("2026-01-15T08:00:30", "2026-01-15T08:05:30"), OutsideWindow),
    "with an offset": (timed("2026-01-15T10:00:30+02:00", "2026-01-15T10:05:30+02:00"), OutsideWindow),
    "no time": (timed("soon", "later"), OutsideWindow),
    "the last year there is": (timed("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), OutsideWindow),
    "created twice": (twice(f".//{{{WSU}}}Created"), OutsideWindow),
    # Markup.
    "comment in the key": (replaced("7KQM-", "7K<!-- -->QM-"), NotReadable),
    "CDATA": (replaced("7KQM-3XRW-9ABT", "<![CDATA[7KQM-3XRW-9ABT]]>"), NotReadable),
    "instruction": (replaced("90000001", "9000<?x?>0001"), NotReadable),
    "entity": (lambda own: b'<!DOCTYPE x [<!ENTITY e "1">]>' + signed(own), NotReadable),
    "entity of a parameter": (
        lambda own: b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://x/">%e;]>' + signed(own),
        NotReadable,
    ),
    "external document type": (lambda own: b'<!DOCTYPE x SYSTEM "http://169.254.169.254/">' + signed(own), NotReadable),
    "billion laughs": (
        lambda own: f'<!DOCTYPE x [<!ENTITY e0 "ha">{BILLION}]>'.encode() + signed(own).replace(b"90000001", b"&e9;"),
        NotReadable,
    ),
    "long entity, often": (
        lambda own: (
            b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 60_000 + b'">]>' + signed(own).replace(b"90000001", b"&a;" * 9000)
        ),
        NotReadable,
    ),
    "UTF-16": (lambda own: signed(own).decode().encode("utf-16"), NotReadable),
    "UTF-7": (lambda own: b'<?xml version="1.0" encoding="utf-7"?>' + signed(own), NotReadable),
    # Costly.
    "as large as may be": (replaced("90000001", "9" * 125_000), SignatureWrong),
    "as many elements as may be": (replaced("<Lines>", "<Lines>" + "<a/>" * 1900), SignatureWrong),
    "as many attributes as may be": (
        replaced("<Lines>", "<Lines " + " ".join(f'a{n}="1"' for n in range(480)) + ">"),
        SignatureWrong,
    ),
    "as many vocabularies as may be": (
        replaced("<Lines>", "<Lines a1:x='1' " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(55)) + ">"),
        SignatureWrong,
    ),
    "too many vocabularies": (
        replaced("<Lines>", "<Lines " + " ".join(f'xmlns:a{n}="urn:{n}"' for n in range(2000)) + ">"),
        NotReadable,
    ),
    "too deep": (replaced("<DestinationAccount/>", "<a>" * 9000 + "</a>" * 9000), NotReadable),
}


def part_of(root: etree._Element) -> etree._Element:
    return forging.part(root, TIMESTAMP)


def set_text(root: etree._Element, name: str, text: str) -> None:
    root.find(f".//{{{DS}}}{name}").text = text


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """Return another system with a certificate of the same name."""
    return identity_of(tmp_path_factory.mktemp("stranger"), common_name="us", organisation="test", at=AT)


class TestForgedMessage:
    def test_differs_from_one_that_is_accepted(self, own: Identity) -> None:
        assert check(signed(own), own.certificate)

    @pytest.mark.parametrize("name", FORGED)
    def test_is_refused(self, own: Identity, name: str) -> None:
        forge, refusal = FORGED[name]

        with pytest.raises(refusal):
            check(forge(own), own.certificate)

    @pytest.mark.parametrize("name", FORGED)
    def test_is_refused_where_sha1_is_accepted_too(self, own: Identity, name: str) -> None:
        if name == "SHA-1 unasked":
            assert check(FORGED[name][0](own), own.certificate, accepts_sha1=True)
            return
        with pytest.raises(MessageRefused):
            check(FORGED[name][0](own), own.certificate, accepts_sha1=True)

    @pytest.mark.parametrize("name", FORGED)
    def test_costs_little(self, own: Identity, name: str, record_property: Callable[[str, object], None]) -> None:
        message, honest = FORGED[name][0](own), signed(own)

        cost = measured(lambda: refused(message, own), against=lambda: check(honest, own.certificate), often=OFTEN)

        record_property("cost", Cost(platform="MPay", message=name, **cost).told())
        # An honest message takes less than a millisecond: so many times that is less than a tenth of a second.
        assert cost["ratio"] < HUNDRED_MILLISECONDS


def refused(message: bytes, own: Identity) -> None:
    with pytest.raises(MessageRefused):
        check(message, own.certificate)


class TestCertificate:
    def test_of_another_system_is_not_believed_though_the_message_carries_it(
        self, own: Identity, stranger: Identity
    ) -> None:
        with pytest.raises(SignatureWrong):
            check(signed(stranger), own.certificate)

    def test_that_has_ended_verifies_nothing(self, own: Identity) -> None:
        ended = AT + timedelta(days=36500)
        message = signed(own, root=envelope(created=f"{ended:%Y-%m-%dT%H:%M:%SZ}", expires="9999-01-01T00:00:00Z"))

        with pytest.raises(SignatureWrong):
            check(message, own.certificate, at=ended)

    def test_that_has_not_begun_verifies_nothing(self, own: Identity) -> None:
        with pytest.raises(SignatureWrong):
            check(signed(own), own.certificate, at=AT - timedelta(days=36500))

    def test_that_is_pinned_second_is_enough(self, own: Identity, stranger: Identity) -> None:
        assert check(signed(own), stranger.certificate, own.certificate)

    def test_is_needed(self, own: Identity) -> None:
        with pytest.raises(SignatureWrong):
            check(signed(own))

    def test_of_another_kind_of_key_verifies_nothing(self, own: Identity, tmp_path: Path) -> None:

        key = ec.generate_private_key(ec.SECP256R1())
        name = own.certificate.subject
        builder = x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=key.public_key())
        builder = (
            builder.serial_number(7).not_valid_before(AT - timedelta(days=1)).not_valid_after(AT + timedelta(days=1))
        )

        with pytest.raises(SignatureWrong):
            check(signed(own), builder.sign(key, hashes.SHA256()))


class TestReplay:
    def test_is_told_apart_by_the_number_of_the_payment_within_its_minutes_and_refused_after_them(
        self, own: Identity
    ) -> None:
        message = signed(own)
        soon = AT + timedelta(minutes=4)

        assert check(message, own.certificate, at=soon)
        with pytest.raises(OutsideWindow):
            check(message, own.certificate, at=AT + timedelta(minutes=6))
