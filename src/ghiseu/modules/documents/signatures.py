"""Who signed a result, and whether it is still what they signed: PAdES checked against pinned trust anchors.

ETSI EN 319 142-1 (PAdES), checked by pyHanko. Nothing is fetched from the network, so a revocation that is not in the
document is not seen; the report speaks of the bytes and of the pinned authorities only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import pikepdf
from asn1crypto.x509 import Name
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

# Certificates as pyHanko loads them; its parser has no types.
TrustAnchors = Sequence[object]
Verdict = Literal["valid", "unknown", "broken", "unsigned"]


@dataclass(frozen=True, kw_only=True)
class SignatureReport:
    """`valid`: intact, by a signer whom a pinned authority vouches for. `unknown`: intact, signer not vouched for.

    `broken`: the bytes are not what was signed, or cannot be read. `unsigned`: there is no signature.
    `signed_at` is ISO 8601, or empty; `covers_all` is False when something was added after the signature.
    """

    verdict: Verdict
    signer: str = ""
    signed_at: str = ""
    covers_all: bool = False
    problem: str = ""


def trust_anchors(folder: str | Path) -> TrustAnchors:
    """Return the certificates of a folder of PEM files, or none when no folder is named."""
    if not folder:
        return []
    return list(load_certs_from_pemder(sorted(Path(folder).glob("*.pem"))))  # type: ignore[no-untyped-call]  # untyped there


def check_signature(content: bytes, *, trust: TrustAnchors) -> SignatureReport:
    """Check every signature of the PDF and report the worst. Takes some hundred milliseconds: call it in the worker."""
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        signatures = reader.embedded_regular_signatures
        reports = [_check(signature, trust) for signature in signatures]
    except (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError) as error:
        return SignatureReport(verdict="broken", problem=type(error).__name__)
    if not reports:
        return SignatureReport(verdict="unsigned")
    worst = ("broken", "unknown", "valid")
    return min(reports, key=lambda report: worst.index(report.verdict))


def _name_of(subject: Name) -> str:
    """Return who signed: the name, and the organisation where there is one."""
    parts = subject.native
    told = [parts.get("common_name"), parts.get("organization_name")]
    names = [one if isinstance(one, str) else ", ".join(one) for one in told if one]
    return ", ".join(dict.fromkeys(names)) or str(subject.human_friendly)


def page_count(content: bytes) -> int:
    """Return the number of pages, or 1 when the document cannot be read (the signature report says that)."""
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            return max(1, len(pdf.pages))
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return 1


def _check(signature: EmbeddedPdfSignature, trust: TrustAnchors) -> SignatureReport:
    context = ValidationContext(trust_roots=list(trust), allow_fetching=False, revocation_mode="soft-fail")
    signed_at = signature.self_reported_timestamp
    try:
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (SignatureValidationError, UnacceptableSignerError) as error:
        return SignatureReport(verdict="broken", problem=type(error).__name__)
    covers_all = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not (status.intact and status.valid):
        verdict: Verdict = "broken"
    elif status.trusted and covers_all:
        verdict = "valid"
    elif not covers_all and not status.bottom_line and status.trusted:
        verdict = "broken"
    else:
        verdict = "unknown"
    return SignatureReport(
        verdict=verdict,
        signer=_name_of(status.signing_cert.subject),
        signed_at=signed_at.isoformat() if signed_at else "",
        covers_all=covers_all,
    )
