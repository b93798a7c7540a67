"""Signed SOAP 1.1 made and checked by hand, as the Agency's reference client does (SoapSigner, 2019).

Body and Timestamp are named by plain `Id` attributes, the exclusive canonical form of both is signed, the certificate
stands in X509Data, and a message lives fifteen minutes.
"""

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
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
LIVES = timedelta(minutes=15)
CLOCKS_DIFFER = timedelta(minutes=1)


class NotBelieved(Exception):
    """This is no message that the registered system signed a moment ago."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """The Header and the content of the Body of a signed message."""

    header: etree._Element
    content: etree._Element


def signed(content: etree._Element, *, by: Identity, at: datetime) -> bytes:
    """Return a whole message with this content of the Body."""
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    security = etree.SubElement(etree.SubElement(envelope, f"{{{SOAP}}}Header"), f"{{{WSSE}}}Security")
    security.set(f"{{{SOAP}}}mustUnderstand", "1")
    timestamp = etree.SubElement(security, f"{{{WSU}}}Timestamp", Id=f"TS-{uuid4().hex}")
    for name, moment in (("Created", at), ("Expires", at + LIVES)):
        etree.SubElement(timestamp, f"{{{WSU}}}{name}").text = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body", Id=f"MS-{uuid4().hex}")
    body.append(content)
    signature = etree.SubElement(security, f"{{{DS}}}Signature")
    info = _info(signature, (body, timestamp))
    value = by.key.sign(_canonical(info), padding.PKCS1v15(), hashes.SHA256())
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
    holder = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    der = by.certificate.public_bytes(serialization.Encoding.DER)
    etree.SubElement(holder, f"{{{DS}}}X509Certificate").text = base64.b64encode(der).decode()
    return etree.tostring(envelope)


def _info(signature: etree._Element, covered: tuple[etree._Element, ...]) -> etree._Element:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXC_C14N)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=RSA_SHA256)
    for element in covered:
        reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{element.get('Id')}")
        transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=EXC_C14N)
        etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
        digest = base64.b64encode(hashlib.sha256(_canonical(element)).digest()).decode()
        etree.SubElement(reference, f"{{{DS}}}DigestValue").text = digest
    return info


def opened(message: bytes, *, asks: x509.Certificate, at: datetime) -> Question:
    """Return what the registered system signed. Raises NotBelieved."""
    try:
        root = etree.fromstring(message, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise NotBelieved("not XML") from error
    header, body = _only(root, f"{{{SOAP}}}Header"), _only(root, f"{{{SOAP}}}Body")
    security = _only(header, f"{{{WSSE}}}Security")
    timestamp, signature = _only(security, f"{{{WSU}}}Timestamp"), _only(security, f"{{{DS}}}Signature")
    info = _only(signature, f"{{{DS}}}SignedInfo")
    for name in ("Body", "Signature", "Timestamp"):
        if len(root.findall(f".//{{*}}{name}")) != 1:
            raise NotBelieved(f"more than one {name}")
    _check_covered(info, {f"#{element.get('Id', '')}": element for element in (body, timestamp)})
    _check_value(info, _text(signature, f"{{{DS}}}SignatureValue"), asks=asks)
    _check_times(timestamp, at=at)
    if len(body) != 1:
        raise NotBelieved("the Body holds not exactly one question")
    return Question(header=header, content=body[0])


def _check_covered(info: etree._Element, wanted: dict[str, etree._Element]) -> None:
    references = info.findall(f"{{{DS}}}Reference")
    if "#" in wanted or sorted(one.get("URI", "") for one in references) != sorted(wanted):
        raise NotBelieved("not exactly Body and Timestamp are signed")
    for reference in references:
        methods = [element.get("Algorithm") for element in reference.iter() if element.get("Algorithm")]
        if methods != [EXC_C14N, SHA256]:
            raise NotBelieved("another transform or digest than agreed")
        digest = hashlib.sha256(_canonical(wanted[reference.get("URI", "")])).digest()
        if _text(reference, f"{{{DS}}}DigestValue") != base64.b64encode(digest).decode():
            raise NotBelieved("changed after it was signed")


def _check_value(info: etree._Element, value: str, *, asks: x509.Certificate) -> None:
    methods = [element.get("Algorithm") for element in info if element.get("Algorithm")]
    key = asks.public_key()
    if methods != [EXC_C14N, RSA_SHA256] or not isinstance(key, rsa.RSAPublicKey):
        raise NotBelieved("another algorithm than agreed")
    try:
        key.verify(base64.b64decode(value), _canonical(info), padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature) as error:
        raise NotBelieved("not signed by the registered system") from error


def _check_times(timestamp: etree._Element, *, at: datetime) -> None:
    try:
        created, expires = (
            datetime.fromisoformat(_text(timestamp, f"{{{WSU}}}{name}")) for name in ("Created", "Expires")
        )
        is_now = created - CLOCKS_DIFFER <= at < expires + CLOCKS_DIFFER
    except (ValueError, TypeError) as error:
        raise NotBelieved("the timestamp is not two moments") from error
    if not is_now or not timedelta() < expires - created <= LIVES:
        raise NotBelieved("not of now, or of more than fifteen minutes")


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(name)
    if len(found) != 1:
        raise NotBelieved(f"not exactly one {etree.QName(name).localname}")
    return found[0]


def _text(parent: etree._Element, name: str) -> str:
    return "".join((_only(parent, name).text or "").split())


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
