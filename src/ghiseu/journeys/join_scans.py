"""Several scanned pages of one paper become one PDF; the single pages stay readable and are no longer sent."""

from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys.load_case import acting_on, case_for, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import operations, queries, sealed_files
from ghiseu.modules.documents.intake import LARGEST, PICTURES, FileNotTaken, Reason
from ghiseu.modules.documents.models import Document, DocumentKind, Origin
from ghiseu.modules.documents.sheets import pictures_as_pdf, scans_as_pdf

TAKES_PAPERS = frozenset({CaseState.DRAFT, CaseState.PAPERS_MISSING})


def join_scans(*, number: str, paper: str, at_desk: AtDesk, at: datetime) -> Document | None:
    """Put what was scanned for this paper together, in the order of scanning. Opens its own transactions.

    Returns None when there is nothing to join; so it may be repeated. What was sent already stays as it is.
    Raises NoSuchCase, FileNotTaken (a signed document among them, or too large together), StoreFull.
    """
    with transaction():
        case = case_for(number, at_desk=at_desk)
        pages = _pages(case, paper) if case.state in TAKES_PAPERS else []
        title = _title(package_of(case), paper)
    if len(pages) < 2:  # noqa: PLR2004 - one page is whole already
        return None
    content = _together(pages)
    kept = operations.keep_paper(content, owner=sealed_files.owner_of(case), file_name=f"{paper}.pdf")
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        if case.state not in TAKES_PAPERS or [one.pk for one in _pages(case, paper)] != [one.pk for one in pages]:
            return None  # sent meanwhile, or somebody took one off or joined them
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="pages joined")
        joined = operations.add_document(
            case=case,
            kind=DocumentKind.ATTACHMENT,
            title=title,
            kept=kept,
            acting=acting,
            at=at,
            attachment_id=paper,
            origin=Origin.DESK,
        )
        for one in pages:
            operations.replace_document(old=one, new=joined, acting=acting, at=at)
        return joined


def _pages(case: Case, paper: str) -> list[Document]:
    sent = {one["sha256"] for each in case.submissions.order_by("id") for one in each.files}
    standing = queries.documents_of(case).filter(kind=DocumentKind.ATTACHMENT, attachment_id=paper)
    return [one for one in standing if one.sha256 not in sent]


def _title(package: Package, paper: str) -> str:
    key = f"attachments.{paper}.name"
    return package.text(key, "ro") if package.has_text(key) else paper


def _together(pages: list[Document]) -> bytes:
    parts = []
    for one in pages:
        if one.is_signed:
            raise FileNotTaken(Reason.SIGNED_AMONG_SCANS, file_name=one.file_name)
        content = sealed_files.get(one)
        parts.append(pictures_as_pdf([content]) if one.media_type in PICTURES else content)
    joined = scans_as_pdf(parts)
    if len(joined) > LARGEST:
        raise FileNotTaken(Reason.TOO_LARGE_TOGETHER, file_name=pages[-1].file_name)
    return joined
