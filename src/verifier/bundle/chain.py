"""Who vouches for a seal and its time stamp: RFC 5280 paths to the given roots, by pyHanko.

Certificates are judged at the moment of the time stamp: that they ended since does not undo what was sealed. Nothing
is fetched, so a certificate that was revoked before that moment is not noticed.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from verifier.bundle.faults import NotGood, NotReadable

Roots = Sequence[x509.Certificate]


def read_roots(path: Path) -> Roots:
    """Return the certificates of a PEM file. Raises NotReadable."""
    try:
        parts = pem.unarmor(path.read_bytes(), multiple=True)
        roots = [x509.Certificate.load(der, strict=True) for name, _headers, der in parts if name == "CERTIFICATE"]
    except (OSError, ValueError) as error:
        raise NotReadable(f"{path} holds no certificates") from error
    if not roots:
        raise NotReadable(f"{path} holds no certificates")
    return roots


def require_trusted(content: bytes, *, roots: Roots, at: datetime, brought: Sequence[Sequence[bytes]]) -> None:
    """Check both paths, seal and time stamp. `brought` are the certificates that each brought along. Raises NotGood."""
    contexts = [
        ValidationContext(trust_roots=list(roots), allow_fetching=False, revocation_mode="soft-fail", moment=at)
        for _each in brought
    ]
    try:
        (signature,) = PdfFileReader(BytesIO(content)).embedded_regular_signatures
        status = validate_pdf_signature(
            signature, signer_validation_context=contexts[0], ts_validation_context=contexts[1]
        )
        stamp = status.timestamp_validity
        paths = [status.validation_path, stamp.validation_path if stamp is not None else None]
    except (PdfError, SigningError, SignatureValidationError) as error:
        raise NotGood("the seal does not hold") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise NotGood("the seal cannot be read") from error
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid and whole):
        raise NotGood("the seal does not hold")
    if not status.trusted:
        raise NotGood("nobody trusted vouches for the seal")
    if stamp is None or not (stamp.intact and stamp.valid and stamp.trusted):
        raise NotGood("nobody trusted vouches for the time stamp")
    for path, came in zip(paths, brought, strict=True):
        known = {bytes(one.dump()) for one in path.iter_certs(include_root=True)} if path is not None else set()
        if set(came) - known:
            raise NotGood("the seal brings certificates that do not belong there")


def name_of(certificate: bytes) -> str:
    """Return whom a certificate names."""
    return str(x509.Certificate.load(certificate).subject.human_friendly)
