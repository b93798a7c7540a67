"""Making a signed SOAP message: Body and Timestamp, with SHA-256 or SHA-1, as the profile of a platform wants it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree

from ghiseu.foundation.wire import signed_soap_names as names
from ghiseu.foundation.wire.signed_soap import KeyNamedBy, Profile, canonical, digest


def signed(
    content: etree._Element,
    *,
    key: RSAPrivateKey,
    certificate: x509.Certificate,
    with_sha1: bool,
    at: datetime,
    profile: Profile,
    key_named_by: KeyNamedBy = KeyNamedBy.X509DATA,
    headers: Sequence[etree._Element] = (),
) -> bytes:
    """Return a whole SOAP message with this content of the Body, signed by us at `at`.

    `headers` stand before the security header; no profile signs them. Every call makes new identifiers.
    """
    envelope = etree.Element(names.soap("Envelope"), nsmap={"s": names.SOAP})
    header = etree.SubElement(envelope, names.soap("Header"))
    header.extend(headers)
    security = etree.SubElement(header, names.wsse("Security"), nsmap={"wsse": names.WSSE, "wsu": names.WSU})
    security.set(names.soap("mustUnderstand"), "1")
    timestamp = etree.SubElement(security, names.wsu("Timestamp"))
    for name, moment in (("Created", at), ("Expires", at + profile.lives)):
        text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        etree.SubElement(timestamp, names.wsu(name)).text = text
    body = etree.SubElement(envelope, names.soap("Body"), nsmap={"wsu": names.WSU})
    body.append(content)
    signature = etree.SubElement(security, names.ds("Signature"), nsmap={"ds": names.DS})
    body.set(profile.writes_id, f"{profile.body_id_begins}{uuid4().hex}")
    timestamp.set(profile.writes_id, f"{profile.timestamp_id_begins}{uuid4().hex}")
    covered = {str(element.attrib[profile.writes_id]): element for element in (body, timestamp)}
    info = _signed_info(signature, covered, with_sha1=with_sha1)
    algorithm = hashes.SHA1() if with_sha1 else hashes.SHA256()  # noqa: S303 - MPay's samples
    value = key.sign(canonical(info), padding.PKCS1v15(), algorithm)
    etree.SubElement(signature, names.ds("SignatureValue")).text = base64.b64encode(value).decode()
    _NAMING[key_named_by](etree.SubElement(signature, names.ds("KeyInfo")), certificate)
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def _signed_info(
    signature: etree._Element, covered: Mapping[str, etree._Element], *, with_sha1: bool
) -> etree._Element:
    info = etree.SubElement(signature, names.ds("SignedInfo"))
    etree.SubElement(info, names.ds("CanonicalizationMethod"), Algorithm=names.EXC_C14N)
    method = names.RSA_SHA1 if with_sha1 else names.RSA_SHA256
    etree.SubElement(info, names.ds("SignatureMethod"), Algorithm=method)
    for identifier, element in covered.items():
        reference = etree.SubElement(info, names.ds("Reference"), URI=f"#{identifier}")
        transforms = etree.SubElement(reference, names.ds("Transforms"))
        etree.SubElement(transforms, names.ds("Transform"), Algorithm=names.EXC_C14N)
        how = names.SHA1 if with_sha1 else names.SHA256
        etree.SubElement(reference, names.ds("DigestMethod"), Algorithm=how)
        value = base64.b64encode(digest(canonical(element), is_sha1=with_sha1))
        etree.SubElement(reference, names.ds("DigestValue")).text = value.decode()
    return info


def _by_certificate(key_info: etree._Element, certificate: x509.Certificate) -> None:
    holder = etree.SubElement(key_info, names.ds("X509Data"))
    etree.SubElement(holder, names.ds("X509Certificate")).text = _in_text(certificate)


def _by_token(key_info: etree._Element, certificate: x509.Certificate) -> None:
    """Put the certificate before the signature and point to it (OASIS X.509 token profile 1.0, chapter 3.2)."""
    token = etree.Element(names.wsse("BinarySecurityToken"), EncodingType=names.BASE64_BINARY, ValueType=names.X509_V3)
    token.set(names.WSU_ID, f"_{uuid4().hex}")
    token.text = _in_text(certificate)
    signature = next(key_info.iterancestors(names.ds("Signature")))
    signature.addprevious(token)
    pointer = etree.SubElement(key_info, names.wsse("SecurityTokenReference"))
    place = {"URI": f"#{token.get(names.WSU_ID)}", "ValueType": names.X509_V3}
    etree.SubElement(pointer, names.wsse("Reference"), place)


def _by_key_identifier(key_info: etree._Element, certificate: x509.Certificate) -> None:
    """Name the subject key identifier, under the name that OASIS gave the reference; the guide prints another."""
    public = certificate.public_key()
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        found = x509.SubjectKeyIdentifier.from_public_key(public).digest
    pointer = etree.SubElement(key_info, names.wsse("SecurityTokenReference"))
    named = etree.SubElement(
        pointer, names.wsse("KeyIdentifier"), EncodingType=names.BASE64_BINARY, ValueType=names.X509_SKI
    )
    named.text = base64.b64encode(found).decode()


def _in_text(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


_NAMING: Mapping[KeyNamedBy, Callable[[etree._Element, x509.Certificate], None]] = {
    KeyNamedBy.X509DATA: _by_certificate,
    KeyNamedBy.TOKEN: _by_token,
    KeyNamedBy.KEY_IDENTIFIER: _by_key_identifier,
}
