"""More shapes of the published attacks on signed answers: transforms, algorithms, identifiers, markup, certificates.

Where it can be, the message is signed by the pinned key after it was made wrong, so that only the rule stands between.
"""

import base64
import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml import etree
from tests.adapters.mpass.conftest import AT, VECTORS, encoded, service
from tests.adapters.mpass.make_vectors import throw_away, told
from tests.adapters.mpass.test_hostile import REFUSED, child
from tests.support.cost_table import Cost, measured

from ghiseu.adapters.mpass import errors
from ghiseu.adapters.mpass.answers import Authenticated, read_response
from simulators.mpass.messages import SAML, SAMLP, response
from simulators.mpass.signing import DS, ENVELOPED, EXC_C14N, Signer, ds, sign

Change = Callable[[etree._Element], None]
Forge = Callable[[Signer], bytes]
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
EVIL = "2099310107075"
HUNDRED_MILLISECONDS = 100  # of the processor, for one message
OFTEN = 3


def nothing(_root: etree._Element) -> None:
    """Change nothing."""


def before(change: Change, **facts: str) -> Forge:
    """Return a forge that is signed properly after the change."""

    def forge(idp: Signer) -> bytes:
        root = response(told(**facts))
        change(root)
        sign(root, idp)
        return etree.tostring(root)

    return forge


def after(change: Change) -> Forge:
    """Return a forge that is changed after it was signed."""

    def forge(idp: Signer) -> bytes:
        root = etree.fromstring(before(nothing)(idp))
        change(root)
        return etree.tostring(root)

    return forge


def transformed(*transforms: str) -> Forge:
    """Return a forge whose signature lists these transforms."""

    def forge(idp: Signer) -> bytes:
        root = response(told())
        sign(root, replace(idp, transforms=transforms))
        return etree.tostring(root)

    return forge


def attribute(path: str, name: str, value: str) -> Change:
    """Return a change of one attribute."""
    return lambda root: child(root, path).set(name, value)


def added(path: str, name: str, text: str = "", **attributes: str) -> Change:
    """Return a change that puts an element at the end of another."""

    def change(root: etree._Element) -> None:
        etree.SubElement(child(root, path), name, attributes).text = text

    return change


def doubled(path: str) -> Change:
    """Return a change by which an element stands twice."""

    def change(root: etree._Element) -> None:
        element = child(root, path)
        element.addnext(copy.deepcopy(element))

    return change


def replaced(old: bytes, new: bytes) -> Forge:
    """Return a forge in which the bytes are others; the number of the person stands there as 2099240108887."""
    return lambda idp: before(nothing)(idp).replace(old, new)


def expression(root: etree._Element) -> None:
    """Put an expression into the transform that is agreed."""
    etree.SubElement(child(root, "Transform"), ds("XPath")).text = "not(ancestor-or-self::*)"


def evil_name(root: etree._Element) -> None:
    again = copy.deepcopy(child(root, "NameID"))
    again.text = EVIL
    child(root, "NameID").addnext(again)


def second_info(root: etree._Element) -> None:
    child(root, "SignedInfo").addprevious(copy.deepcopy(child(root, "SignedInfo")))


def second_digest(root: etree._Element) -> None:
    element = child(root, "DigestValue")
    again = copy.deepcopy(element)
    again.text = base64.b64encode(b"0" * 32).decode()
    element.addprevious(again)


def unsigned_key_info(root: etree._Element) -> None:
    key_info = child(root, "KeyInfo")
    etree.SubElement(key_info, ds("KeyValue")).text = "x"


FORGED: dict[str, tuple[Forge, type[errors.MessageRefused]]] = {
    # Transforms and canonical forms.
    "XPath": (transformed(ENVELOPED, "http://www.w3.org/TR/1999/REC-xpath-19991116"), errors.SignatureShape),
    "XPath filter": (transformed("http://www.w3.org/2002/06/xmldsig-filter2"), errors.SignatureShape),
    "XPath inside the agreed transform": (after(expression), errors.SignatureShape),
    "XSLT alone": (transformed("http://www.w3.org/TR/1999/REC-xslt-19991116"), errors.SignatureShape),
    "base64": (transformed(ENVELOPED, f"{DS}base64"), errors.SignatureShape),
    "canonical form before enveloped": (transformed(EXC_C14N, ENVELOPED), errors.SignatureShape),
    "enveloped twice": (transformed(ENVELOPED, ENVELOPED), errors.SignatureShape),
    "canonical form with comments": (transformed(ENVELOPED, f"{EXC_C14N}WithComments"), errors.SignatureShape),
    "not enveloped": (transformed(EXC_C14N), errors.SignatureShape),
    "no transform": (transformed(), errors.SignatureShape),
    "SignedInfo in an unknown form": (
        after(attribute("CanonicalizationMethod", "Algorithm", "urn:none")),
        errors.AlgorithmNotAllowed,
    ),
    "SignedInfo with comments": (
        after(attribute("CanonicalizationMethod", "Algorithm", f"{EXC_C14N}WithComments")),
        errors.AlgorithmNotAllowed,
    ),
    "relative vocabulary": (after(added("Status", "{1}void")), errors.ForeignNamespace),
    # Algorithms.
    "none": (after(attribute("SignatureMethod", "Algorithm", "none")), errors.AlgorithmNotAllowed),
    "empty": (after(attribute("SignatureMethod", "Algorithm", "")), errors.AlgorithmNotAllowed),
    "MD5": (after(attribute("SignatureMethod", "Algorithm", f"{MORE}rsa-md5")), errors.AlgorithmNotAllowed),
    "MD5 digest": (after(attribute("DigestMethod", "Algorithm", f"{MORE}md5")), errors.AlgorithmNotAllowed),
    "SHA-1 digest": (after(attribute("DigestMethod", "Algorithm", f"{DS}sha1")), errors.AlgorithmNotAllowed),
    "ECDSA with a key of RSA": (
        after(attribute("SignatureMethod", "Algorithm", f"{MORE}ecdsa-sha256")),
        errors.SignatureWrong,
    ),
    "output of one bit": (
        after(added("SignatureMethod", ds("HMACOutputLength"), "1")),
        errors.NotOfTheProfile,
    ),
    # The parts of the signature.
    "two SignedInfo": (after(second_info), errors.NotOfTheProfile),
    "two digests": (after(second_digest), errors.NotOfTheProfile),
    "reference to nowhere": (after(attribute("Reference", "URI", "#nobody")), errors.SignatureShape),
    "reference by an expression": (after(attribute("Reference", "URI", "#xpointer(/)")), errors.SignatureShape),
    "reference to a file": (after(attribute("Reference", "URI", "file:///etc/passwd")), errors.SignatureShape),
    "reference over the network": (
        after(attribute("Reference", "URI", "http://169.254.169.254/")),
        errors.SignatureShape,
    ),
    "reference of a type": (
        after(attribute("Reference", "Type", "http://www.w3.org/2000/09/xmldsig#Manifest")),
        errors.NotOfTheProfile,
    ),
    "key by value": (after(unsigned_key_info), errors.NotOfTheProfile),
    "empty value": (after(lambda root: setattr(child(root, "SignatureValue"), "text", "")), errors.SignatureShape),
    "empty digest": (after(lambda root: setattr(child(root, "DigestValue"), "text", " ")), errors.SignatureShape),
    "value that is no base64": (
        after(lambda root: setattr(child(root, "SignatureValue"), "text", "?")),
        errors.SignatureWrong,
    ),
    # Identifiers.
    "xml:id": (
        before(attribute("Assertion", "{http://www.w3.org/XML/1998/namespace}id", "_x")),
        errors.DuplicateId,
    ),
    "identifier on the status": (before(attribute("Status", "ID", "_x")), errors.DuplicateId),
    "identifier that is no name": (before(nothing, response_id="1 or 1=1"), errors.NotOfTheProfile),
    "identifier with an expression": (before(nothing, response_id="x' or '1'='1"), errors.NotOfTheProfile),
    "no identifier": (after(lambda root: root.attrib.pop("ID")), errors.SignatureShape),
    # Who it is about, signed properly.
    "two names": (before(evil_name), errors.NotOfTheProfile),
    "element in the name": (before(added("NameID", f"{{{SAML}}}NameID", EVIL)), errors.NotOfTheProfile),
    "two subjects": (before(doubled("Subject")), errors.NotOfTheProfile),
    "two confirmations": (before(doubled("SubjectConfirmation")), errors.NotOfTheProfile),
    "two statuses": (before(doubled("Status")), errors.NotOfTheProfile),
    "two conditions": (before(doubled("Conditions")), errors.NotOfTheProfile),
    "two issuers": (before(doubled("Issuer")), errors.MessageRefused),
    "assertion of SAML 1.1": (
        before(
            lambda root: setattr(child(root, "Assertion"), "tag", "{urn:oasis:names:tc:SAML:1.0:assertion}Assertion")
        ),
        errors.ForeignNamespace,
    ),
    "response in the response": (before(added("Status", f"{{{SAMLP}}}Response")), errors.NotOneAssertion),
    "assertion in a value": (
        before(added("AttributeValue", f"{{{SAML}}}Assertion")),
        errors.NotOneAssertion,
    ),
    "encrypted name": (before(added("Subject", f"{{{SAML}}}EncryptedID")), errors.NotOfTheProfile),
    # Markup.
    "CDATA in the name": (replaced(b"2099240108887", b"<![CDATA[2099240108887]]>"), errors.ForbiddenMarkup),
    "comment before the root": (lambda idp: b"<!-- x -->" + before(nothing)(idp), errors.ForbiddenMarkup),
    "entity of a parameter": (
        lambda idp: b'<!DOCTYPE x [<!ENTITY % e SYSTEM "http://x/">%e;]>' + before(nothing)(idp),
        errors.ForbiddenMarkup,
    ),
    "external document type": (
        lambda idp: b'<!DOCTYPE x SYSTEM "http://169.254.169.254/">' + before(nothing)(idp),
        errors.ForbiddenMarkup,
    ),
    "long entity, often": (
        lambda idp: (
            b'<!DOCTYPE x [<!ENTITY a "'
            + b"a" * 40_000
            + b'">]>'
            + before(nothing)(idp).replace(b"2099240108887", b"&a;" * 4000)
        ),
        errors.ForbiddenMarkup,
    ),
    "UTF-7": (lambda idp: b'<?xml version="1.0" encoding="utf-7"?>' + before(nothing)(idp), errors.NotUtf8),
    "XInclude": (
        before(added("Status", "{http://www.w3.org/2001/XInclude}include", href="file:///etc/passwd")),
        errors.ForeignNamespace,
    ),
    "style sheet": (
        lambda idp: b'<?xml-stylesheet href="http://x/"?>' + before(nothing)(idp),
        errors.ForbiddenMarkup,
    ),
    # Times, signed properly.
    "the last year there is": (before(nothing, issued="9999-12-31T23:59:59Z"), errors.TooNew),
    "the first year there is": (before(nothing, issued="0001-01-01T00:00:00Z"), errors.Expired),
}


@pytest.fixture(scope="module")
def idp() -> Signer:
    """Return MPass's key for these messages."""
    return throw_away("forged")


def reader(own: Signer, *certificates: x509.Certificate, at: datetime = AT) -> Callable[[bytes], object]:
    """Return a function that reads a message with these certificates pinned."""
    believing = service(own.key, own.certificate, *certificates)
    return lambda message: read_response(base64.b64encode(message).decode(), sp=believing, at=at)


class TestForgedAnswer:
    def test_differs_from_one_that_is_accepted(self, own: Signer, idp: Signer) -> None:
        assert isinstance(reader(own, idp.certificate)(before(nothing)(idp)), Authenticated)

    @pytest.mark.parametrize("name", FORGED)
    def test_is_refused_by_the_rule_that_it_breaks(self, own: Signer, idp: Signer, name: str) -> None:
        forge, refusal = FORGED[name]

        with pytest.raises(refusal) as told_as:
            reader(own, idp.certificate)(forge(idp))

        assert "2099" not in told_as.value.reason

    @pytest.mark.parametrize("name", [*FORGED, *REFUSED])
    def test_costs_little(
        self, own: Signer, idp: Signer, name: str, record_property: Callable[[str, object], None]
    ) -> None:
        read, honest = reader(own, idp.certificate), before(nothing)(idp)
        if name in FORGED:
            message = FORGED[name][0](idp)
        else:
            message = base64.b64decode(encoded(VECTORS / "hostile" / f"{name}.xml"))

        cost = measured(lambda: refused(read, message), against=lambda: read(honest), often=OFTEN)

        record_property("cost", Cost(platform="MPass", message=name, **cost).told())
        # An honest answer takes a few milliseconds: so many times that is less than a tenth of a second.
        assert cost["ratio"] < HUNDRED_MILLISECONDS / 5


def refused(read: Callable[[bytes], object], message: bytes) -> None:
    with pytest.raises(errors.MessageRefused):
        read(message)


class TestCertificate:
    def dated(self, idp: Signer, *, begins: datetime, ends: datetime) -> x509.Certificate:
        """Return a certificate of the same key for another time."""
        name = idp.certificate.subject
        builder = x509.CertificateBuilder(subject_name=name, issuer_name=name, public_key=idp.key.public_key())
        builder = builder.serial_number(7).not_valid_before(begins).not_valid_after(ends)
        return builder.sign(idp.key, hashes.SHA256())

    @pytest.mark.parametrize(("begins", "ends"), [(-60, -1), (1, 60)])
    def test_verifies_nothing_outside_its_time(self, own: Signer, idp: Signer, begins: int, ends: int) -> None:
        days = (AT + timedelta(days=begins), AT + timedelta(days=ends))
        pinned = self.dated(idp, begins=days[0], ends=days[1])

        with pytest.raises(errors.SignatureWrong):
            reader(own, pinned)(before(nothing)(idp))

    def test_verifies_within_it(self, own: Signer, idp: Signer) -> None:
        pinned = self.dated(idp, begins=AT - timedelta(days=1), ends=AT + timedelta(days=1))

        assert isinstance(reader(own, pinned)(before(nothing)(idp)), Authenticated)

    def test_of_another_system_with_the_same_name_is_not_believed(self, own: Signer, idp: Signer) -> None:
        with pytest.raises(errors.SignatureWrong):
            reader(own, idp.certificate)(before(nothing)(throw_away("forged")))

    def test_is_needed(self, own: Signer, idp: Signer) -> None:
        with pytest.raises(errors.SignatureWrong):
            reader(own)(before(nothing)(idp))


class TestReplay:
    def test_is_refused_by_its_time_when_it_comes_late(self, own: Signer, idp: Signer) -> None:
        late = datetime(2026, 1, 15, 9, tzinfo=UTC)

        with pytest.raises(errors.Expired):
            reader(own, idp.certificate, at=late)(before(nothing)(idp))
