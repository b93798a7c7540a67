"""The citizen agrees to exact texts, which are kept with their hash: on paper here, else by touch or by word of mouth.

The other ways stand in `agree_on_screen`, `agree_aloud` and `sign_request`; all of them are kept by `keep_agreed`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.journeys import keep_agreement
from ghiseu.journeys.lacking import NotReady, require_answered, require_finished
from ghiseu.journeys.load_case import OpenedCase, acting_on, case_for, load_case
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.evidence import Taken
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Evidence, EvidenceKind, EvidenceMethod
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.catalogue.values import JsonValue
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents.operations import replace_document
from ghiseu.modules.mandates.queries import acted_on

OFFICIAL_LANGUAGE = "ro"
# The package's word for a service whose institution takes any recorded agreement, not only ink.
RECORDED_AGREEMENT = "recorded_agreement"


class SignedTextIsStale(Exception):
    """The values changed after the paper was printed; what was signed is not what would be sent. Print again."""


class RequestNotPrinted(Exception):
    """The request was never printed, so there is no paper that could be signed."""


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


def texts_of(file: OpenedCase, *, language: str = OFFICIAL_LANGUAGE) -> Texts:
    """Return what this file asks the person to sign, in the state language; the same file, the same text.

    Who does not read it is read to: the evidence keeps in which language. Other languages are for that reading.
    """
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
class How:
    """By which method the person agreed, and what it rests on: a scan, the citizen's screen, or a witness."""

    method: EvidenceMethod
    document_sha256: str = ""
    screen_id: int | None = None
    witness_id: int | None = None
    details: Mapping[str, str] = field(default_factory=dict)


def keep_agreed(file: OpenedCase, *, texts: Texts, how: How, acting: ActingContext, at: datetime) -> None:
    """Keep the request and the agreement as evidence. Raises NotReady while the text has gaps, NoTransaction.

    Who agrees for another agrees as that person's guardian: the mandate that they act on stands in the evidence.
    """
    require_answered(file)
    if lacks_mandate(file, acting):
        raise NotReady(["mandate"])
    case, method, details = file.case, how.method, dict(how.details)
    represented = bool(acting.represented_by_idnp)
    mandate = acted_on(acting)
    if represented and method != EvidenceMethod.SPOKEN_BEFORE_WITNESS:
        method, details["by"] = EvidenceMethod.GUARDIAN, str(how.method)
    details["read_back_in"] = case.readback_language or case.language
    asked = {EvidenceKind.EXPLICIT_REQUEST: texts.request, EvidenceKind.PROCESSING_CONSENT: texts.agreement}
    for kind, text in asked.items():
        if not text:
            continue
        taken = Taken(
            kind=kind,
            method=method,
            text=text,
            language=texts.language,
            document_sha256=how.document_sha256,
            details=details,
            screen_id=how.screen_id,
            witness_id=how.witness_id,
            mandate_id=mandate.pk if mandate is not None else None,
        )
        keep_agreement.take(case=case, taken=taken, acting=acting, at=at)


def lacks_mandate(file: OpenedCase, acting: ActingContext) -> bool:
    """Tell whether somebody acts for the holder on no mandate that is in force today. Needs a transaction."""
    mandate = acted_on(acting)
    in_force = mandate is not None and mandate.is_in_force(file.judged.on)
    return bool(acting.represented_by_idnp) and not in_force


@dataclass(frozen=True, kw_only=True)
class SignedScan:
    """A scan of what was signed by hand. `request_sha256` is of the text that the operator's page showed."""

    document_sha256: str
    request_sha256: str


def remember_printed(file: OpenedCase, *, at_desk: AtDesk, at: datetime) -> None:
    """Remember the text on the request that is about to be printed; only the newest paper may be signed.

    What is printed of a file that was sent is a copy, and is not remembered. Call it inside a transaction.
    Raises NotReady: an incomplete request is not printed.
    """
    if file.case.state in EDITABLE_STATES:
        require_finished(file)
        digest = texts_of(file).request_sha256
        evidence.note_printed(case=file.case, text_sha256=digest, by_id=at_desk.operator_id, at=at)


def require_current(*, number: str, request_sha256: str, at_desk: AtDesk, at: datetime) -> None:
    """Refuse a signed paper before anything of it is stored: the file was sent, or its values changed since.

    `request_sha256` is of the text that the operator's page showed. It has to be the text of now, and that of the
    newest paper. Opens its own transaction. Raises NoSuchCase, CaseIsNotEditable, NotReady, RequestNotPrinted,
    SignedTextIsStale.
    """
    with transaction():
        _require_current(load_case(number=number, at_desk=at_desk, at=at), request_sha256)


def _require_current(file: OpenedCase, request_sha256: str) -> Texts:
    if file.case.state not in EDITABLE_STATES:
        raise CaseIsNotEditable(file.case.number)
    require_finished(file)
    texts = texts_of(file)
    if request_sha256 != texts.request_sha256:
        raise SignedTextIsStale(file.case.number)
    printed = evidence.newest_printed(file.case)
    if not printed:
        raise RequestNotPrinted(file.case.number)
    if printed != texts.request_sha256:
        raise SignedTextIsStale(file.case.number)
    return texts


def replace_earlier(file: OpenedCase, document_sha256: str, *, acting: ActingContext, at: datetime) -> None:
    """Only the newest signed request, in ink or electronic, goes to the institution; earlier ones stay readable."""
    scans = list(documents.documents_of(file.case).filter(kind__in=documents.SIGNED_KINDS))
    newest = next((one for one in scans if one.sha256 == document_sha256), None)
    for one in scans:
        if newest is not None and one.pk != newest.pk:
            replace_document(old=one, new=newest, acting=acting, at=at)


def record_signed(*, number: str, scan: SignedScan, at_desk: AtDesk, at: datetime) -> OpenedCase:
    """Keep the signed paper as evidence of the request and of the agreement. The same scan again changes nothing.

    Raises NoSuchCase, CaseIsNotEditable, NotReady, RequestNotPrinted, SignedTextIsStale, ScanServedBefore.
    """
    with transaction():
        cases.locked(case_for(number, at_desk=at_desk).pk)
        file = load_case(number=number, at_desk=at_desk, at=at)
        texts = _require_current(file, scan.request_sha256)
        digest = scan.document_sha256
        evidence.require_unused(case=file.case, document_sha256=digest, text_sha256=texts.request_sha256)
        acting = acting_on(file.case, at_desk=at_desk, package=file.package, reason="request signed by hand")
        how = How(method=EvidenceMethod.HAND_SIGNATURE, document_sha256=digest)
        keep_agreed(file, texts=texts, how=how, acting=acting, at=at)
        replace_earlier(file, scan.document_sha256, acting=acting, at=at)
        tell(file.case, "request-signed", at=at, by_id=at_desk.operator_id)
        cases.show_publicly(file.case, at=at)
        return file


def needs_paper(package: Package) -> bool:
    """Tell whether the institution wants the request signed in ink; then a touch stands for the agreement alone."""
    return package.signature.at_centre != RECORDED_AGREEMENT


def request_taken(file: OpenedCase) -> Evidence | None:
    """Return the newest request of the person that counts for this service. Call it inside a transaction."""
    return evidence.newest_request(file.case, needs_paper=needs_paper(file.package))


def signed_text_stands(file: OpenedCase) -> bool:
    """Tell whether what the person asked for is still what would be sent. Call it inside a transaction."""
    taken = request_taken(file)
    return taken is not None and taken.text_sha256 == texts_of(file).request_sha256
