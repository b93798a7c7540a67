"""Signed SOAP 1.1 messages made and checked by hand (OASIS WS-Security 1.0), so that wrong ones can be made too."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from simulators.common.keys import Identity

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
OASIS: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE: Final = f"{OASIS}wssecurity-secext-1.0.xsd"
WSU: Final = f"{OASIS}wssecurity-utility-1.0.xsd"
X509_TOKEN: Final = f"{OASIS}x509-token-profile-1.0#X509v3"
BASE64_TOKEN: Final = f"{OASIS}soap-message-security-1.0#Base64Binary"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
MPAY: Final = "https://mpay.gov.md"
SHA1: Final = (f"{DS}rsa-sha1", f"{DS}sha1")
SHA256: Final = ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmlenc#sha256")
LIVES = timedelta(minutes=5)


class NotProperlyAnswered(Exception):
    """What came back is no message that a real MPay would believe."""


@dataclass(frozen=True, kw_only=True)
class Signing:
    """Who signs, when, and how."""

    identity: Identity
    at: datetime
    with_sha1: bool = False


def message(content: etree._Element, signing: Signing) -> bytes:
    """Return a whole message with this content of the Body; the certificate stands in it as a security token."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    header = etree.SubElement(envelope, f"{{{SOAP}}}Header")
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"o": WSSE, "u": WSU})
    security.set(f"{{{SOAP}}}mustUnderstand", "1")
    timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
    for name, moment in (("Created", signing.at), ("Expires", signing.at + LIVES)):
        etree.SubElement(timestamp, f"{{{WSU}}}{name}").text = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    token = etree.SubElement(
        security, f"{{{WSSE}}}BinarySecurityToken", EncodingType=BASE64_TOKEN, ValueType=X509_TOKEN
    )
    der = signing.identity.certificate.public_bytes(serialization.Encoding.DER)
    token.text = base64.b64encode(der).decode()
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body", nsmap={"u": WSU})
    body.append(content)
    for element in (timestamp, token, body):
        element.set(f"{{{WSU}}}Id", f"id-{uuid4()}")
    security.append(_signature((timestamp, body), token, signing))
    return etree.tostring(envelope)


def _signature(covered: tuple[etree._Element, ...], token: etree._Element, signing: Signing) -> etree._Element:
    method, digest = SHA1 if signing.with_sha1 else SHA256
    signature = etree.fromstring(f'<Signature xmlns="{DS}"/>')
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXC_C14N)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=method)
    for element in covered:
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{_id(element)}")
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=EXC_C14N)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=digest)
        value = base64.b64encode(_digest(_canonical(element), digest)).decode()
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = value
    algorithm = hashes.SHA1() if signing.with_sha1 else hashes.SHA256()  # noqa: S303 - as MPay's samples
    value = base64.b64encode(signing.identity.key.sign(_canonical(info), padding.PKCS1v15(), algorithm)).decode()
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = value
    key_info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    pointer = etree.SubElement(key_info, f"{{{WSSE}}}SecurityTokenReference", nsmap={"o": WSSE})
    etree.SubElement(pointer, f"{{{WSSE}}}Reference", URI=f"#{_id(token)}", ValueType=X509_TOKEN)
    return signature


def opened(answer: bytes, *, known: x509.Certificate | None, at: datetime) -> tuple[etree._Element, x509.Certificate]:
    """Return the content of the Body of a signed answer, and who signed it. Raises NotProperlyAnswered.

    `known` is the registered certificate of the service, None before its first answer.
    """
    try:
        root = etree.fromstring(answer, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise NotProperlyAnswered("the answer is not XML") from error
    body, info = root.find(f"{{{SOAP}}}Body"), root.find(f".//{{{DS}}}SignedInfo")
    timestamp = root.find(f"{{{SOAP}}}Header/{{{WSSE}}}Security/{{{WSU}}}Timestamp")
    if body is None or info is None or timestamp is None or len(body) != 1:
        raise NotProperlyAnswered("the answer is not a signed SOAP message")
    signer = _certificate_in(root)
    if known is not None and known != signer:
        raise NotProperlyAnswered("the answer is signed by somebody else")
    _check(root, info, signer)
    _check_covered(info, {_id(body): body, _id(timestamp): timestamp})
    created, expires = (timestamp.findtext(f"{{{WSU}}}{name}", "") for name in ("Created", "Expires"))
    if not datetime.fromisoformat(created) - timedelta(minutes=1) <= at < datetime.fromisoformat(expires):
        raise NotProperlyAnswered("the answer is not of now")
    return body[0], signer


def _certificate_in(root: etree._Element) -> x509.Certificate:
    text = root.findtext(f".//{{{DS}}}X509Certificate") or root.findtext(f".//{{{WSSE}}}BinarySecurityToken")
    if not text:
        raise NotProperlyAnswered("the answer carries no certificate")
    return x509.load_der_x509_certificate(base64.b64decode(text))


def _check(root: etree._Element, info: etree._Element, signer: x509.Certificate) -> None:
    key = signer.public_key()
    method = info.find(f"{{{DS}}}SignatureMethod")
    value = base64.b64decode(root.findtext(f".//{{{DS}}}SignatureValue", ""))
    is_sha1 = method is not None and method.get("Algorithm") == SHA1[0]
    if not isinstance(key, rsa.RSAPublicKey):
        raise NotProperlyAnswered("the key is not RSA")
    try:
        key.verify(
            value,
            _canonical(info),
            padding.PKCS1v15(),
            hashes.SHA1() if is_sha1 else hashes.SHA256(),  # noqa: S303 - as MPay's samples
        )
    except InvalidSignature as error:
        raise NotProperlyAnswered("the signature of the answer is wrong") from error


def _check_covered(info: etree._Element, wanted: dict[str, etree._Element]) -> None:
    references = info.findall(f"{{{DS}}}Reference")
    if {reference.get("URI", "")[1:] for reference in references} != set(wanted):
        raise NotProperlyAnswered("Body and Timestamp are not what is signed")
    for reference in references:
        method = reference.find(f"{{{DS}}}DigestMethod")
        algorithm = "" if method is None else method.get("Algorithm", "")
        digest = _digest(_canonical(wanted[reference.get("URI", "")[1:]]), algorithm)
        if base64.b64decode(reference.findtext(f"{{{DS}}}DigestValue", "")) != digest:
            raise NotProperlyAnswered("the answer was changed after it was signed")


def _id(element: etree._Element) -> str:
    return element.get(f"{{{WSU}}}Id", "")


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _digest(content: bytes, algorithm: str) -> bytes:
    return (hashlib.sha1 if algorithm == SHA1[1] else hashlib.sha256)(content).digest()
