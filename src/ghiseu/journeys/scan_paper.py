"""A scan or picture becomes a document of a case: cleaned and stored first, then written down."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys.join_scans import TAKES_PAPERS
from ghiseu.journeys.load_case import acting_on, case_for, package_of
from ghiseu.modules.cases import evidence
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import operations
from ghiseu.modules.documents.intake import take_in
from ghiseu.modules.documents.models import Document, DocumentKind, Origin
from ghiseu.modules.documents.sealed_files import owner_of


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A file as it came, and what paper it is. `signs` is the hash of the text that a signed paper agrees to."""

    content: bytes
    file_name: str
    kind: DocumentKind
    title: str
    attachment_id: str = ""
    signs: str = ""


def keep(*, number: str, scan: Scan, at_desk: AtDesk, at: datetime) -> Document:
    """Clean, store and add the scan to the case. Opens its own transactions; the same bytes again are one document.

    Raises NoSuchCase, CaseIsNotEditable when the case takes no such paper now, FileNotTaken, StoreFull,
    ScanServedBefore for a signed paper; then nothing is kept.
    """
    with transaction():
        case = case_for(number, at_desk=at_desk)
        _require_open(case, scan.kind)
    clean = take_in(scan.content, file_name=scan.file_name)
    kept = operations.keep_clean_file(
        clean,
        owner=owner_of(case),
        file_name=scan.file_name,
        received_sha256=hashlib.sha256(scan.content).hexdigest(),
    )
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        _require_open(case, scan.kind)  # it may have been sent while the file was looked at
        if scan.kind == DocumentKind.SIGNED_SCAN:
            evidence.require_unused(case=case, document_sha256=kept.sha256, text_sha256=scan.signs)
        known = Document.objects.standing().filter(case=case, kind=scan.kind, sha256=kept.sha256).first()
        if known is not None and known.attachment_id == scan.attachment_id:
            return known
        return operations.add_document(
            case=case,
            kind=scan.kind,
            title=scan.title,
            kept=kept,
            acting=acting_on(case, at_desk=at_desk, package=package_of(case), reason="paper scanned at the desk"),
            at=at,
            attachment_id=scan.attachment_id,
            origin=Origin.DESK,
        )


def may_be_taken_off(case: Case, document: Document) -> bool:
    """Tell whether the paper can still be removed: scanned here, and sent to nobody. Call it inside a transaction."""
    if case.state not in TAKES_PAPERS or document.kind != DocumentKind.ATTACHMENT:
        return False
    sent = {one["sha256"] for each in case.submissions.order_by("id") for one in each.files}
    return case.state in EDITABLE_STATES or document.sha256 not in sent


def _require_open(case: Case, kind: DocumentKind) -> None:
    takes = EDITABLE_STATES if kind == DocumentKind.SIGNED_SCAN else TAKES_PAPERS
    if case.state not in takes:
        raise CaseIsNotEditable(case.number)
