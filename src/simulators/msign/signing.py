"""Making signatures, right and wrong: PAdES (ETSI EN 319 142-1) for a PDF, XAdES (ETSI EN 319 132-1) for a hash."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Final

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from simulators.msign.authority import Authority, Issued, Named

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
SHA1: Final = f"{DS}sha1"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"


class How(StrEnum):
    """What the next signature is: right, or wrong in one way."""

    RIGHT = "right"
    WRONG_SIGNER = "wrong_signer"  # whoever pressed signs, although somebody else was expected
    OTHER_BYTES = "other_bytes"  # another document is signed than the one that was sent
    CHANGED_BEFORE = "changed_before"  # the page is changed in the part that is signed
    CHANGED_AFTER = "changed_after"  # the page is changed after the signature
    BROKEN = "broken"  # one byte of what is signed is another
    UNKNOWN_AUTHORITY = "unknown_authority"  # the certificate is of an authority that nobody knows
    ENDED_CERTIFICATE = "ended_certificate"  # the time of the certificate was over


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature and who made it: DER of the certificate, PDF or XML of the signature."""

    certificate: bytes
    signature: bytes


@dataclass(frozen=True, kw_only=True)
class Pen:
    """Who signs with what, for what reason; `at` is when."""

    authority: Authority
    identity: Issued
    reason: str
    at: datetime


def pen_of(who: Named, authority: Authority, *, reason: str, how: How, at: datetime) -> Pen:
    """Return what the person signs with."""
    identity = authority.certificate_of(who, at=at, ended=how is How.ENDED_CERTIFICATE)
    return Pen(authority=authority, identity=identity, reason=reason, at=at)


def der(issued: Issued) -> bytes:
    """Return the certificate in DER."""
    return issued.certificate.public_bytes(serialization.Encoding.DER)


def sign_pdf(content: bytes, pen: Pen, *, how: How = How.RIGHT, field: str = "MSign") -> Signed:
    """Return the PDF with the signature appended. Raises PdfError (pyHanko) for what is no PDF."""
    if how is How.OTHER_BYTES:
        content = _another(content)
    writer = IncrementalPdfFileWriter(BytesIO(content))
    if how is How.CHANGED_BEFORE:
        _draw_over(writer)
    asked = signers.PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", reason=pen.reason or None
    )
    sealed = signers.sign_pdf(writer, asked, signer=_signer(pen), timestamper=_time_stamps(pen)).getvalue()
    if how is How.CHANGED_AFTER:
        later = IncrementalPdfFileWriter(BytesIO(sealed))
        _draw_over(later)
        changed = BytesIO()
        later.write(changed)  # type: ignore[no-untyped-call]  # pyHanko leaves it so
        sealed = changed.getvalue()
    if how is How.BROKEN:
        sealed = _with_another_byte(sealed, after=len(content))
    return Signed(certificate=der(pen.identity), signature=bytes(sealed))


def sign_hash(digest: bytes, pen: Pen, *, how: How = How.RIGHT) -> Signed:
    """Return a detached XAdES signature of a SHA-1 value of 20 bytes."""
    if how in (How.OTHER_BYTES, How.CHANGED_BEFORE):
        digest = hashlib.sha1(digest).digest()  # noqa: S324 - the contract's own
    signature = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS, "xades": XADES}, Id="signature")
    properties = _properties(pen)
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXC_C14N)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=RSA_SHA256)
    _reference(info, digest, SHA1, URI="")
    value = etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    key_info = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    etree.SubElement(key_info, f"{{{DS}}}X509Certificate").text = base64.b64encode(der(pen.identity)).decode()
    etree.SubElement(signature, f"{{{DS}}}Object").append(properties)
    signed = properties[0]
    _reference(info, hashlib.sha256(canonical(signed)).digest(), SHA256, URI="#properties", Type=SIGNED_PROPERTIES)
    raw = pen.identity.key.sign(canonical(info), padding.PKCS1v15(), hashes.SHA256())
    if how in (How.BROKEN, How.CHANGED_AFTER):
        raw = raw[:-1] + bytes([raw[-1] ^ 1])
    value.text = base64.b64encode(raw).decode()
    return Signed(certificate=der(pen.identity), signature=etree.tostring(signature))


def canonical(element: etree._Element) -> bytes:
    """Return the exclusive canonical form."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _another(content: bytes) -> bytes:
    """Return a document that looks the same and is not the same."""
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.docinfo["/Subject"] = "another document"
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()


def _signer(pen: Pen) -> signers.SimpleSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko leaves it so
    store.register(asn1_x509.Certificate.load(pen.identity.issuer.public_bytes(serialization.Encoding.DER)))
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(der(pen.identity)),
        signing_key=_asn1_key(pen.identity),
        cert_registry=store,
    )


def _time_stamps(pen: Pen) -> DummyTimeStamper:
    server = pen.authority.time_stamp_server
    return DummyTimeStamper(
        tsa_cert=asn1_x509.Certificate.load(der(server)), tsa_key=_asn1_key(server), fixed_dt=pen.at
    )


def _asn1_key(issued: Issued) -> asn1_keys.PrivateKeyInfo:
    encoded = issued.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return asn1_keys.PrivateKeyInfo.load(encoded)


def _draw_over(writer: IncrementalPdfFileWriter) -> None:
    """Cover a part of the first page, as a forger would."""
    page = writer.root["/Pages"]["/Kids"][0]
    while "/Kids" in page:
        page = page["/Kids"][0]
    drawn = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 100 400 200 60 re f Q"))
    contents = page.raw_get("/Contents")
    kept = contents.get_object() if isinstance(contents, generic.IndirectObject) else contents  # type: ignore[no-untyped-call]  # pyHanko's
    streams = list(kept) if isinstance(kept, generic.ArrayObject) else [contents]
    page["/Contents"] = generic.ArrayObject([*streams, drawn])
    writer.update_container(page)


def _with_another_byte(content: bytes, *, after: int) -> bytes:
    """Change a letter of the reason or the name of the field, which the signature covers."""
    place = content.index(b"/MSign" if b"/MSign" in content[after:] else b"MSign", after)
    return content[: place + 2] + b"s" + content[place + 3 :]


def _properties(pen: Pen) -> etree._Element:
    qualifying = etree.Element(f"{{{XADES}}}QualifyingProperties", nsmap={"xades": XADES}, Target="#signature")
    signed = etree.SubElement(qualifying, f"{{{XADES}}}SignedProperties", Id="properties")
    about = etree.SubElement(signed, f"{{{XADES}}}SignedSignatureProperties")
    etree.SubElement(about, f"{{{XADES}}}SigningTime").text = pen.at.isoformat(timespec="seconds")
    certificate = etree.SubElement(etree.SubElement(about, f"{{{XADES}}}SigningCertificateV2"), f"{{{XADES}}}Cert")
    digest = etree.SubElement(certificate, f"{{{XADES}}}CertDigest")
    etree.SubElement(digest, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
    value = base64.b64encode(hashlib.sha256(der(pen.identity)).digest()).decode()
    etree.SubElement(digest, f"{{{DS}}}DigestValue").text = value
    return qualifying


def _reference(info: etree._Element, digest: bytes, method: str, **attributes: str) -> None:
    reference = etree.SubElement(info, f"{{{DS}}}Reference", attributes)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=method)
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()
