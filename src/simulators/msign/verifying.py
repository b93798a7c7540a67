"""Telling whether signatures are good: PDF by pyHanko, XAdES by hand. Trust is this simulator's own authority."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from simulators.msign.authority import Authority
from simulators.msign.signing import DS, XADES, canonical, der


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is said of one signature; `certificate` is DER."""

    certificate: bytes
    is_valid: bool
    signed_at: datetime | None
    subject: str


def verify_pdf(content: bytes, authority: Authority) -> list[Verdict]:
    """Return a verdict on each signature of the PDF; none for a file without one, or that is no PDF."""
    try:
        found = PdfFileReader(BytesIO(content), strict=False).embedded_regular_signatures
        return [_verdict(one, authority) for one in found]
    except (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError):
        return []


def verify_hash(signature: bytes, *, digest: bytes, authority: Authority, at: datetime) -> list[Verdict]:
    """Return a verdict on a XAdES signature; `digest` is the hash it has to be of, empty to leave that out."""
    try:
        root = etree.fromstring(signature)
        given = base64.b64decode(root.findtext(f".//{{{DS}}}X509Certificate", ""))
        certificate = x509.load_der_x509_certificate(given)
        is_valid = _holds(root, certificate, digest) and _is_trusted(certificate, authority, at)
        time = root.findtext(f".//{{{XADES}}}SigningTime")
    except (etree.XMLSyntaxError, ValueError, InvalidSignature):
        return []
    subject = certificate.subject.rfc4514_string()
    return [
        Verdict(
            certificate=given,
            is_valid=is_valid,
            signed_at=datetime.fromisoformat(time) if time else None,
            subject=subject,
        )
    ]


def _verdict(one: EmbeddedPdfSignature, authority: Authority) -> Verdict:
    root = asn1_x509.Certificate.load(der(authority.root))
    context = ValidationContext(trust_roots=[root], allow_fetching=False, revocation_mode="soft-fail")
    status = validate_pdf_signature(one, signer_validation_context=context)
    certificate = status.signing_cert.dump()
    return Verdict(
        certificate=certificate,
        is_valid=bool(status.bottom_line),
        signed_at=one.self_reported_timestamp,
        subject=x509.load_der_x509_certificate(certificate).subject.rfc4514_string(),
    )


def _holds(root: etree._Element, certificate: x509.Certificate, digest: bytes) -> bool:
    info, signed = root.find(f"{{{DS}}}SignedInfo"), root.find(f".//{{{XADES}}}SignedProperties")
    key = certificate.public_key()
    if info is None or signed is None or not isinstance(key, rsa.RSAPublicKey):
        return False
    values = [base64.b64decode(one.text or "") for one in info.iter(f"{{{DS}}}DigestValue")]
    if len(values) != len(("content", "properties")) or (digest and values[0] != digest):
        return False
    if values[1] != hashlib.sha256(canonical(signed)).digest():
        return False
    value = base64.b64decode(root.findtext(f"{{{DS}}}SignatureValue", ""))
    try:
        key.verify(value, canonical(info), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _is_trusted(certificate: x509.Certificate, authority: Authority, at: datetime) -> bool:
    try:
        certificate.verify_directly_issued_by(authority.root.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return certificate.not_valid_before_utc <= at < certificate.not_valid_after_utc
