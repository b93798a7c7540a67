"""Seals a PDF: PAdES B-T (ETSI EN 319 142-1, 6.3) by pyHanko, checked before it is given away."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
import pikepdf
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from ghiseu.adapters.seal.field import FIELD, with_field
from ghiseu.adapters.seal.stamping import StampServer
from ghiseu.foundation.outcomes import OutsideError, TryLater, UnusableAnswer

RESERVED = 16_384  # hexadecimal digits for signature, certificates and token
ALGORITHM = "sha256"


class _Writer(IncrementalPdfFileWriter):
    """Adds the seal and nothing else: rewriting the metadata would spoil what says PDF/A and PDF/UA."""

    def _update_meta(self) -> None:
        return


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where key, certificate and trusted roots lie as PEM, and where the time-stamp server listens."""

    key: Path
    certificate: Path
    trust: Path
    stamp_url: str


class PlatformSeal:
    """The platform's seal. Files are read at each sealing, so that a renewed certificate needs no restart."""

    def __init__(self, place: Place, *, connect_seconds: float, total_seconds: float) -> None:
        self._place = place
        limits = httpx.Timeout(total_seconds, connect=connect_seconds)
        self._client = httpx.Client(timeout=limits, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def seal(self, content: bytes, *, described: str) -> bytes:
        """Return the sealed PDF. Runs an event loop of its own: never call it from one.

        Raises TryLater, Refused, UnusableAnswer.
        """
        try:
            place_for_seal = with_field(content, described=described)
            paths = str(self._place.key), str(self._place.certificate)
            signer = signers.SimpleSigner.load(*paths)  # type: ignore[no-untyped-call]  # pyHanko leaves it so
        except (pikepdf.PdfError, KeyError, OSError, ValueError) as error:
            raise TryLater(f"the seal cannot be used: {type(error).__name__}") from error
        if signer is None:
            raise TryLater("key or certificate of the seal cannot be read")
        asked = signers.PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=ALGORITHM)
        sealer = signers.PdfSigner(asked, signer=signer, timestamper=self._server())
        try:
            sealed = sealer.sign_pdf(
                _Writer(BytesIO(place_for_seal)), existing_fields_only=True, bytes_reserved=RESERVED
            )
        except (SigningError, PdfError, OSError) as error:
            raise UnusableAnswer(f"sealing failed: {type(error).__name__}") from error
        whole = bytes(sealed.getvalue())
        self._require_good(whole)
        return whole

    def check(self) -> str:
        """Return what is wrong with the seal or its time-stamp server, or an empty text."""
        try:
            fault = self._fault_of_files()
            if fault:
                return fault
            imprint = {"hash_algorithm": {"algorithm": ALGORITHM}, "hashed_message": b"\0" * 32}
            self._server().ask(tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True}))
        except OutsideError as error:
            return error.reason
        except (OSError, ValueError, TypeError) as error:
            return f"{type(error).__name__}: {error}"
        return ""

    def _fault_of_files(self) -> str:
        """Compare key and certificate. Raises OSError, ValueError, TypeError."""
        key = serialization.load_pem_private_key(self._place.key.read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(self._place.certificate.read_bytes())
        plain = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        if key.public_key().public_bytes(*plain) != certificate.public_key().public_bytes(*plain):
            return f"{self._place.key} is not the key of {self._place.certificate}"
        if self._place.key.stat().st_mode & 0o077:
            return f"{self._place.key} can be read by others"
        if not x509.load_pem_x509_certificates(self._place.trust.read_bytes()):
            return f"{self._place.trust} holds no certificate"
        return ""

    def _server(self) -> StampServer:
        return StampServer(self._place.stamp_url, client=self._client)

    def _require_good(self, content: bytes) -> None:
        """Refuse a seal that a verifier with the same roots would refuse. Raises UnusableAnswer."""
        try:
            roots = list(load_certs_from_pemder([str(self._place.trust)]))  # type: ignore[no-untyped-call]  # untyped
            (signature,) = PdfFileReader(BytesIO(content)).embedded_regular_signatures
            context = [
                ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail") for _ in "12"
            ]
            status = validate_pdf_signature(
                signature, signer_validation_context=context[0], ts_validation_context=context[1]
            )
            stamp = status.timestamp_validity
        except (PdfError, SigningError, SignatureValidationError, OSError, ValueError, KeyError) as error:
            raise UnusableAnswer(f"the seal does not hold: {type(error).__name__}") from error
        whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        if not (status.intact and status.valid and status.trusted and whole):
            raise UnusableAnswer("the seal does not hold")
        if stamp is None or not (stamp.intact and stamp.valid and stamp.trusted):
            raise UnusableAnswer("nobody trusted vouches for the time stamp")
