"""Messages for MPay's endpoint signed as a test wants them: any parts, any transforms, any algorithm.

The signature is made here, element by element, so that a message may be signed properly and be wrong all the same.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from tests.adapters.mpay.conftest import AT

from simulators.common.keys import Identity

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE, WSU = f"{OASIS}wssecurity-secext-1.0.xsd", f"{OASIS}wssecurity-utility-1.0.xsd"
DS = "http://www.w3.org/2000/09/xmldsig#"
MORE, ENC = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2001/04/xmlenc#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
BODY, TIMESTAMP = "body", "timestamp"
HASHES = {
    f"{MORE}rsa-sha256": hashes.SHA256(),
    f"{MORE}rsa-sha384": hashes.SHA384(),
    f"{DS}rsa-sha1": hashes.SHA1(),
    f"{MORE}rsa-md5": hashes.MD5(),
}
DIGESTS = {f"{ENC}sha256": hashlib.sha256, f"{DS}sha1": hashlib.sha1, f"{MORE}md5": hashlib.md5}
TEXT = f"""<s:Envelope xmlns:s="{SOAP}" xmlns:u="{WSU}"><s:Header>\
<o:Security xmlns:o="{WSSE}" s:mustUnderstand="1"><u:Timestamp u:Id="t"><u:Created>{{created}}</u:Created>\
<u:Expires>{{expires}}</u:Expires></u:Timestamp></o:Security></s:Header><s:Body u:Id="b">\
<ConfirmOrderPayment xmlns="https://mpay.gov.md"><confirmation><Currency>MDL</Currency><Lines>\
<PaymentConfirmationLine><Amount>80.00</Amount><DestinationAccount/><LineID>1</LineID></PaymentConfirmationLine></Lines>\
<OrderKey>7KQM-3XRW-9ABT</OrderKey><PaidAt>2026-01-15T10:00:00</PaidAt><PaymentID>90000001</PaymentID>\
<ServiceID>CUPS01</ServiceID><TotalAmount>80.00</TotalAmount></confirmation></ConfirmOrderPayment></s:Body></s:Envelope>"""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a message is signed. `covered` names the parts, or gives the text of a Reference's URI with an element."""

    covered: Sequence[str] = (BODY, TIMESTAMP)
    transforms: Sequence[str] = (EXC,)
    canonicalization: str = EXC
    method: str = f"{MORE}rsa-sha256"
    digest: str = f"{ENC}sha256"
    secret: bytes = b""  # of an HMAC
    digest_of: bytes | None = None
    before: Callable[[etree._Element], None] = field(default=lambda root: None)
    in_info: Callable[[etree._Element], None] = field(default=lambda info: None)


def envelope(*, created: str = "", expires: str = "") -> etree._Element:
    """Return the message without a signature; its times are those of the vectors unless given."""
    usual = (AT, AT + timedelta(minutes=5))
    stamps = [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in usual]
    return etree.fromstring(TEXT.format(created=created or stamps[0], expires=expires or stamps[1]))


def part(root: etree._Element, name: str) -> etree._Element:
    """Return Body, Timestamp, or the element with this identifier."""
    if name == BODY:
        return root[-1]
    found = root.find(f".//{{{WSU}}}Timestamp") if name == TIMESTAMP else None
    return found if found is not None else root.xpath("//*[@*[local-name() = 'Id'] = $id]", id=name)[0]


def signed(signer: Identity, way: Way | None = None, *, root: etree._Element | None = None) -> bytes:
    """Return the message signed this way by this key."""
    way = way or Way()
    root = envelope() if root is None else root
    way.before(root)
    signature = etree.SubElement(root.find(f".//{{{WSSE}}}Security"), f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=way.canonicalization)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=way.method)
    for name in way.covered:
        _reference(info, part(root, name), way)
    way.in_info(info)
    value = etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    value.text = base64.b64encode(_value(canonical(info), signer, way)).decode()
    return etree.tostring(root)


def _reference(info: etree._Element, element: etree._Element, way: Way) -> None:
    named = next((value for name, value in element.attrib.items() if etree.QName(name).localname == "Id"), "")
    reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=f"#{named}")
    transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
    for one in way.transforms:
        etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=one)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=way.digest)
    content = canonical(element) if way.digest_of is None else way.digest_of
    made = DIGESTS.get(way.digest, hashlib.sha256)(content).digest()
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(made).decode()


def canonical(element: etree._Element) -> bytes:
    """Return the exclusive canonical form, nothing when there is none: that is what a careless signer would take."""
    try:
        return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    except etree.C14NError:
        return b""


def _value(content: bytes, signer: Identity, way: Way) -> bytes:
    if way.secret:
        return hmac.digest(way.secret, content, "sha256")
    if way.method not in HASHES:
        return b""
    return signer.key.sign(content, padding.PKCS1v15(), HASHES[way.method])


def public_key_of(signer: Identity) -> bytes:
    """Return what everybody knows of the signer, to be misused as a secret."""
    return signer.certificate.public_bytes(serialization.Encoding.PEM)
