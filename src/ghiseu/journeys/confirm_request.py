"""The citizen agrees: exact texts are printed, signed by hand, scanned, and kept with their hash."""

from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_numbered, load_case
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.catalogue.values import JsonValue
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.models import DocumentKind
from ghiseu.modules.documents.operations import replace_document

OFFICIAL_LANGUAGE = "ro"


class SignedTextIsStale(Exception):
    """The values changed after the paper was printed; what was signed is not what would be sent. Print again."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The exact texts the person signs: the request, and the agreement to processing; with their hashes."""

    request: str
    agreement: str
    language: str

    @property
    def request_sha256(self) -> str:
        return evidence.text_hash(self.request)

    @property
    def agreement_sha256(self) -> str:
        return evidence.text_hash(self.agreement)


def texts_of(file: OpenedCase) -> Texts:
    """Return what this file asks the person to sign, in the state language; the same file, the same text.

    Who does not read it is read to: the evidence keeps in which language.
    """
    language = OFFICIAL_LANGUAGE
    package, judged = file.package, file.judged
    lines = [package.name(language), file.case.number]
    for state in judged.evaluation.fields:
        if state.visible and state.value not in (None, "", [], {}):
            lines.append(f"{package.text(state.field.label_key, language)}: {plain(state.value)}")
    for name, value in sorted(file.values.items()):
        if value.is_disputed:
            label = package.text(f"fields.{name}.label", language)
            lines.append(f"{label} != {plain(value.disputed)} ({value.evidence})")
    lines += [f"+ {package.text(f'attachments.{need.id}.name', language)}" for need in judged.evaluation.attachments]
    consents = [package.text(f"consents.{consent.id}", language) for consent in package.consents]
    return Texts(request="\n".join(lines), agreement="\n".join(consents), language=language)


def plain(value: JsonValue) -> str:
    """Return a form value as one line of text."""
    if isinstance(value, dict):
        return str(value.get("text") or value.get("full_name") or ", ".join(str(v) for v in value.values() if v))
    if isinstance(value, list):
        return "; ".join(plain(item) for item in value)
    if isinstance(value, bool):
        return "✓" if value else "–"
    return "" if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class SignedScan:
    """A scan of what was signed by hand. `request_sha256` is the hash printed at the foot of the paper."""

    document_sha256: str
    request_sha256: str


def require_current(*, number: str, request_sha256: str, at_desk: AtDesk, at: datetime) -> None:
    """Refuse a signed paper before anything of it is stored: the file was sent, or its values changed since.

    Opens its own transaction. Raises NoSuchCase, CaseIsNotEditable, SignedTextIsStale.
    """
    with transaction():
        _require_current(load_case(number=number, at_desk=at_desk, at=at), request_sha256)


def _require_current(file: OpenedCase, request_sha256: str) -> Texts:
    if file.case.state not in EDITABLE_STATES:
        raise CaseIsNotEditable(file.case.number)
    texts = texts_of(file)
    if request_sha256 != texts.request_sha256:
        raise SignedTextIsStale(file.case.number)
    return texts


def _replace_earlier(file: OpenedCase, document_sha256: str, *, acting: ActingContext, at: datetime) -> None:
    """Only the newest signed request goes to the institution; earlier ones stay readable."""
    scans = list(documents.documents_of(file.case).filter(kind=DocumentKind.SIGNED_SCAN))
    newest = next((one for one in scans if one.sha256 == document_sha256), None)
    for one in scans:
        if newest is not None and one.pk != newest.pk:
            replace_document(old=one, new=newest, acting=acting, at=at)


def record_signed(*, number: str, scan: SignedScan, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Keep the signed paper as evidence of the request and of the agreement. The same scan again changes nothing.

    Raises NoSuchCase, CaseIsNotEditable, SignedTextIsStale.
    """
    with transaction():
        cases.locked(case_numbered(number).pk)
        file = load_case(number=number, at_desk=at_desk, at=at)
        texts = _require_current(file, scan.request_sha256)
        acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason="request signed by hand")
        readback = {"read_back_in": file.case.readback_language or file.case.language}
        taken = [
            Taken(
                kind=EvidenceKind.EXPLICIT_REQUEST,
                method=EvidenceMethod.HAND_SIGNATURE,
                text=texts.request,
                language=texts.language,
                document_sha256=scan.document_sha256,
                details=readback,
            )
        ]
        if texts.agreement:
            taken.append(
                Taken(
                    kind=EvidenceKind.PROCESSING_CONSENT,
                    method=EvidenceMethod.HAND_SIGNATURE,
                    text=texts.agreement,
                    language=texts.language,
                    document_sha256=scan.document_sha256,
                    details=readback,
                )
            )
        for one in taken:
            evidence.take(case=file.case, taken=one, acting=acting, at=at)
        _replace_earlier(file, scan.document_sha256, acting=acting, at=at)
        tell(file.case, "request-signed", at=at, by_id=at_desk.operator_id)
        cases.show_publicly(file.case, at=at)
        return file


def signed_text_stands(file: OpenedCase) -> bool:
    """Tell whether what was signed is still what would be sent. Call it inside a transaction."""
    signed = evidence.newest(file.case).get(EvidenceKind.EXPLICIT_REQUEST)
    return signed is not None and signed.text_sha256 == texts_of(file).request_sha256
