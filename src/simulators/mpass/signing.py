"""XML signatures made and checked by hand (W3C xmldsig-core), so that the simulator can also make wrong ones."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = f"{DS}enveloped-signature"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA1: Final = f"{DS}rsa-sha1"
HMAC_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A key with its certificate and the way it signs."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    method: str = RSA_SHA256
    transforms: Sequence[str] = (ENVELOPED,)


class NotSignedProperly(Exception):
    """A message of a service that a real MPass would refuse."""


def ds(name: str) -> str:
    """Return the qualified name of an element of the signature vocabulary."""
    return f"{{{DS}}}{name}"


def sign(element: etree._Element, signer: Signer, *, digest_of: bytes | None = None) -> etree._Element:
    """Put an enveloped signature after the issuer of the element and return the signature.

    `digest_of` signs the digest of something else than the element.
    """
    exclusive = EXC_C14N in signer.transforms
    content = canonical(element, exclusive=exclusive) if digest_of is None else digest_of
    signature = etree.fromstring(f'<Signature xmlns="{DS}"/>')  # without a prefix, as MPass's partners write it
    info = etree.SubElement(signature, ds("SignedInfo"))
    etree.SubElement(info, ds("CanonicalizationMethod"), Algorithm=EXC_C14N)
    etree.SubElement(info, ds("SignatureMethod"), Algorithm=signer.method)
    reference = etree.SubElement(info, ds("Reference"), URI=f"#{element.get('ID')}")
    transforms = etree.SubElement(reference, ds("Transforms"))
    for transform in signer.transforms:
        etree.SubElement(transforms, ds("Transform"), Algorithm=transform)
    etree.SubElement(reference, ds("DigestMethod"), Algorithm=SHA256)
    digest = base64.b64encode(hashlib.sha256(content).digest())
    etree.SubElement(reference, ds("DigestValue")).text = digest.decode()
    value = base64.b64encode(_signed(canonical(info, exclusive=True), signer))
    etree.SubElement(signature, ds("SignatureValue")).text = value.decode()
    holder = etree.SubElement(etree.SubElement(signature, ds("KeyInfo")), ds("X509Data"))
    der = signer.certificate.public_bytes(serialization.Encoding.DER)
    etree.SubElement(holder, ds("X509Certificate")).text = base64.b64encode(der).decode()
    element.insert(1, signature)
    return signature


def canonical(element: etree._Element, *, exclusive: bool) -> bytes:
    """Return the canonical form of an element taken by itself."""
    return etree.tostring(
        etree.fromstring(etree.tostring(element, with_tail=False)), method="c14n", exclusive=exclusive
    )


def certificate_in(element: etree._Element) -> x509.Certificate:
    """Return the certificate that the message carries. Raises NotSignedProperly."""
    text = element.findtext(f"{ds('Signature')}/{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}")
    if not text:
        raise NotSignedProperly("the message carries no certificate")
    return x509.load_der_x509_certificate(base64.b64decode(text))


def check(element: etree._Element, certificate: x509.Certificate) -> None:
    """Check the enveloped RSA-SHA256 signature of a whole message. Raises NotSignedProperly."""
    signature = element.find(ds("Signature"))
    info = None if signature is None else signature.find(ds("SignedInfo"))
    key = certificate.public_key()
    if signature is None or info is None or not isinstance(key, rsa.RSAPublicKey):
        raise NotSignedProperly("the message carries no signature")
    reference = info.find(ds("Reference"))
    if reference is None or reference.get("URI") != f"#{element.get('ID')}":
        raise NotSignedProperly("the signature is not over the message")
    value = base64.b64decode(signature.findtext(ds("SignatureValue"), ""))
    try:
        key.verify(value, canonical(info, exclusive=True), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise NotSignedProperly("the signature is wrong") from error
    listed = [one.get("Algorithm") for one in reference.iter(ds("Transform"))]
    bare = etree.fromstring(etree.tostring(element))
    for inner in bare.findall(ds("Signature")):
        bare.remove(inner)
    digest = hashlib.sha256(canonical(bare, exclusive=EXC_C14N in listed)).digest()
    if base64.b64decode(reference.findtext(ds("DigestValue"), "")) != digest:
        raise NotSignedProperly("the message was changed after signing")


def _signed(content: bytes, signer: Signer) -> bytes:
    if signer.method == HMAC_SHA256:
        # The confusion: whoever knows the public certificate knows this "secret".
        secret = signer.certificate.public_bytes(serialization.Encoding.PEM)
        return hmac.digest(secret, content, "sha256")
    algorithm = hashes.SHA1() if signer.method == RSA_SHA1 else hashes.SHA256()  # noqa: S303 - to be refused
    return signer.key.sign(content, padding.PKCS1v15(), algorithm)
