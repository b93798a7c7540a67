"""A scan or picture becomes a document of a case: cleaned and stored first, then written down."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys.join_scans import TAKES_PAPERS
from ghiseu.journeys.load_case import acting_on, case_numbered, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import EDITABLE_STATES
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import operations
from ghiseu.modules.documents.intake import take_in
from ghiseu.modules.documents.models import Document, DocumentKind, Origin


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A file as it came, and what paper it is."""

    content: bytes
    file_name: str
    kind: DocumentKind
    title: str
    attachment_id: str = ""


def keep(*, number: str, scan: Scan, at_desk: AtDesk, at: datetime) -> Document:
    """Clean, store and add the scan to the case. Opens its own transactions; the same bytes again are one document.

    Raises NoSuchCase, CaseIsNotEditable when the case takes no such paper now, FileNotTaken, StoreFull; then nothing
    is kept.
    """
    with transaction():
        _require_open(case_numbered(number), scan.kind)
    clean = take_in(scan.content, file_name=scan.file_name)
    kept = operations.keep_clean_file(
        clean, file_name=scan.file_name, received_sha256=hashlib.sha256(scan.content).hexdigest()
    )
    with transaction():
        case = cases.locked(case_numbered(number).pk)
        _require_open(case, scan.kind)  # it may have been sent while the file was looked at
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


def _require_open(case: Case, kind: DocumentKind) -> None:
    takes = EDITABLE_STATES if kind == DocumentKind.SIGNED_SCAN else TAKES_PAPERS
    if case.state not in takes:
        raise CaseIsNotEditable(case.number)
