"""Is this the document that we sent, signed by the person that we expect, and nothing else? Checked by ourselves.

PAdES (ETSI EN 319 142-1) by pyHanko, against pinned issuers. Nothing is fetched from the network; whether a
certificate was revoked the platform is asked. What is to be signed gets a form of its own first, empty: then whatever a
revision adds besides the signature's field can be told apart (ISO 32000-1, 12.8).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pikepdf
from asn1crypto.x509 import Certificate, Name
from pikepdf import Array, Dictionary
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
from pyhanko.sign.diff_analysis.policy_api import DiffResult, SuspiciousModification
from pyhanko.sign.general import SigningError, UnacceptableSignerError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

SIGNATURES_EXIST, APPEND_ONLY = 1, 2  # ISO 32000-1, table 219
# ETSI EN 319 412-1, 5.1.3: the national number of a natural person of Moldova. Older certificates have it bare.
PREFIXES = ("PNOMD-", "")
# What may stand after a signature: the values of its validation, and time stamps of archives.
ALLOWED_AFTER = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
# What a signing revision may do to what we sent: add a signature field.
ALLOWED_WITH = (*ALLOWED_AFTER, ModificationLevel.FORM_FILLING)


class NotOurSignature(Exception):
    """What came back does not count. `why` is one of not-a-pdf, not-signed, several-signatures, other-document,
    changed-content, changed-after, broken, not-trusted, other-signer."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What was sent, and who has to have signed it; `trust` is a folder of PEM certificates of issuers."""

    content: bytes
    signer_idnp: str
    trust: str | Path


@dataclass(frozen=True, kw_only=True)
class GoodSignature:
    """A signature that holds. `signer` is the name in the certificate; hashes are SHA-256 in hex."""

    signed_at: datetime
    is_time_stamped: bool
    signer: str
    issuer: str
    certificate_sha256: str
    certificate_serial: str
    document_sha256: str


def ready_to_sign(content: bytes) -> bytes:
    """Return the PDF with an empty form. The same bytes, the same result. Raises pikepdf.PdfError."""
    with pikepdf.open(BytesIO(content)) as pdf:
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array(), SigFlags=SIGNATURES_EXIST | APPEND_ONLY))
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def require_ours(signed: bytes, *, expected: Expected, at: datetime) -> GoodSignature:
    """Return what the only signature says when it is the one that was asked for. Raises NotOurSignature.

    Takes some hundred milliseconds. The same bytes at the same time give the same answer.
    """
    try:
        reader = PdfFileReader(BytesIO(signed), strict=False)
        signatures = reader.embedded_signatures
        if not signatures:
            raise NotOurSignature("not-signed")
        if len(reader.embedded_regular_signatures) != 1 or signatures[0].sig_object_type != "/Sig":
            raise NotOurSignature("several-signatures")
        _require_our_document(reader, signed, expected)
        return _checked(signatures[0], signed, expected=expected, at=at)
    except PdfError as error:
        raise NotOurSignature("not-a-pdf") from error
    except (SigningError, SignatureValidationError, UnacceptableSignerError) as error:
        raise NotOurSignature("broken") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:  # whatever a parser meets there
        raise NotOurSignature("broken") from error


def _require_our_document(reader: PdfFileReader, signed: bytes, expected: Expected) -> None:
    """Compare byte for byte with what was sent; and the first revisions have to be those bytes, not only begin so."""
    sent = expected.content
    if not signed.startswith(sent):
        raise NotOurSignature("other-document")
    ours = PdfFileReader(BytesIO(sent), strict=False)
    count = ours.total_revisions
    if reader.total_revisions <= count:
        raise NotOurSignature("other-document")
    begins = [one.xrefs.get_startxref_for_revision(count - 1) for one in (reader, ours)]
    if begins[0] != begins[1]:
        raise NotOurSignature("other-document")
    added = DEFAULT_DIFF_POLICY.review_file(reader, base_revision=count - 1)
    if isinstance(added, SuspiciousModification):
        raise NotOurSignature("changed-content" if reader.total_revisions == count + 1 else "changed-after")
    if not isinstance(added, DiffResult) or added.modification_level not in ALLOWED_WITH:
        raise NotOurSignature("changed-content")


def _checked(signature: EmbeddedPdfSignature, signed: bytes, *, expected: Expected, at: datetime) -> GoodSignature:
    roots = _issuers(expected.trust)
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=at)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    if not (status.intact and status.valid):
        raise NotOurSignature("broken")
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    if not whole and status.modification_level not in ALLOWED_AFTER:
        raise NotOurSignature("changed-after")
    if status.coverage not in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION):
        raise NotOurSignature("broken")
    if not status.trusted:
        raise NotOurSignature("not-trusted")
    certificate = status.signing_cert
    if _number_of(certificate) not in {f"{prefix}{expected.signer_idnp}" for prefix in PREFIXES}:
        raise NotOurSignature("other-signer")
    stamped_at = _stamped_at(status)
    return GoodSignature(
        signed_at=stamped_at or signature.self_reported_timestamp or at,
        is_time_stamped=stamped_at is not None,
        signer=_name_of(certificate.subject),
        issuer=_name_of(certificate.issuer),
        certificate_sha256=hashlib.sha256(certificate.dump()).hexdigest(),
        certificate_serial=f"{certificate.serial_number:x}",
        document_sha256=hashlib.sha256(signed).hexdigest(),
    )


def _issuers(folder: str | Path) -> list[object]:
    """Return the certificates of the folder as pyHanko loads them, or none when no folder is named."""
    if not folder:
        return []
    return list(load_certs_from_pemder(sorted(Path(folder).glob("*.pem"))))  # type: ignore[no-untyped-call]  # untyped


def _stamped_at(status: PdfSignatureStatus) -> datetime | None:
    """Return when a time-stamp server says that it was signed; its stamp has to hold, whoever vouches for it."""
    stamp = status.timestamp_validity
    if stamp is None:
        return None
    if not (stamp.intact and stamp.valid):
        raise NotOurSignature("broken")
    moment: datetime = stamp.timestamp
    return moment


def _number_of(certificate: Certificate) -> str:
    """Return the only serialNumber of the subject; empty when there is none, or several."""
    given = certificate.subject.native.get("serial_number")
    return given if isinstance(given, str) else ""


def _name_of(name: Name) -> str:
    found = name.native.get("common_name")
    return found if isinstance(found, str) else str(name.human_friendly)
