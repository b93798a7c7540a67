"""Scans come in pieces that survive a broken line; documents go out only to be looked at, and that leaves a trace."""

import hashlib
import json
import re
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ghiseu.channels.desk import pages
from ghiseu.channels.desk.case_page import no_such_case
from ghiseu.channels.desk.pages import desk_page
from ghiseu.channels.desk.session import DeskRequest
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.store import BytesDamaged, NotStored, StoreFull
from ghiseu.journeys import scan_paper
from ghiseu.journeys.join_scans import TAKES_PAPERS, join_scans
from ghiseu.journeys.load_case import NoSuchCase, OpenedCase, acting_on, load_case
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.fields import CaseIsNotEditable
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.documents import operations, queries, uploads
from ghiseu.modules.documents.intake import FileNotTaken
from ghiseu.modules.documents.models import Document, DocumentKind, UploadSession
from ghiseu.modules.documents.uploads import ChunkDamaged, FileDiffers, FileToCome, UploadNotOpen, WrongOffset

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


def _refused(cause: str, next_step: str = "", *, status: int = 422) -> HttpResponse:
    return JsonResponse({"cause": cause, "next_step": next_step}, status=status)


def _file(request: DeskRequest, number: str, at: datetime) -> OpenedCase:
    return load_case(number=number, at_desk=request.at_desk, at=at)


@require_POST
@desk_page()
def begin(request: DeskRequest, number: str) -> HttpResponse:
    """Open an upload, or find the unfinished one of the same file; says how much of it is here."""
    at = clock.now()
    try:
        told = json.loads(request.body)
        size, name, sha256 = int(told["size"]), str(told["name"]), str(told.get("sha256", "")).lower()
    except (ValueError, KeyError, TypeError):
        return _refused(_("The upload was not announced properly."), _("Reload the page and try again."), status=400)
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        return _refused(
            _("This browser cannot compute the file's mark here."), _("Open the desk by its https address.")
        )
    try:
        file = _file(request, number, at)
        if file.case.state not in TAKES_PAPERS:
            return _refused(_("The file has been sent."), _("Papers can be added when the institution asks for them."))
        paper = request.GET.get("paper", "")
        upload = uploads.begin_upload(
            case=file.case,
            file=FileToCome(
                file_name=name[:200],
                size=size,
                sha256=sha256,
                kind=DocumentKind.ATTACHMENT,
                title=_title(file, paper),
                attachment_id=paper,
            ),
            acting=acting_on(file.case, at_desk=request.at_desk, package=file.package, reason="paper scanned"),
            at=at,
        )
    except NoSuchCase:
        return _refused(_("There is no such case here."), status=404)
    except FileNotTaken as refused:
        return _refused(str(refused.explanation.cause), str(refused.explanation.next_step))
    except StoreFull:
        return _full()
    url = reverse("desk:upload-chunk", args=[number, str(upload.key)])
    return JsonResponse({"url": url, "received": upload.received_bytes})


def _title(file: OpenedCase, paper: str) -> str:
    key = f"attachments.{paper}.name"
    return file.package.text(key, "ro") if file.package.has_text(key) else paper


def _full() -> HttpResponse:
    return _refused(_("The disk of the server is full."), _("Tell your administrator; nothing was half stored."))


@require_http_methods(["PUT"])
@desk_page(asks_outside=True)
def chunk(request: DeskRequest, number: str, upload: str) -> HttpResponse:
    """Take one piece; the last one completes the file, which is then checked, cleaned and stored."""
    at = clock.now()
    found = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
    if found is None:
        return _refused(_("The piece does not say where it belongs."), _("Reload the page."), status=400)
    content = request.body
    try:
        key = UUID(upload)
        with transaction():
            session = UploadSession.objects.get(key=key, case__number=number)
            received = uploads.receive_chunk(
                key=key,
                offset=int(found.group(1)),
                content=content,
                sha256=hashlib.sha256(content).hexdigest(),
                at=at,
            )
            session.refresh_from_db()
        if received < session.declared_size:
            return JsonResponse({"received": received, "done": False})
        return _complete(request, number, session, at)
    except WrongOffset as wrong:
        return JsonResponse({"received": wrong.expected, "done": False})
    except (UploadSession.DoesNotExist, ValueError):
        return _refused(_("This upload has ended."), _("Choose the file again."), status=404)
    except UploadNotOpen:
        return _refused(_("This upload has ended."), _("Choose the file again."))
    except ChunkDamaged:
        return JsonResponse({}, status=503)  # the page sends the piece again
    except StoreFull:
        return _full()


def _complete(request: DeskRequest, number: str, session: UploadSession, at: datetime) -> HttpResponse:
    try:
        kept = uploads.check_upload(session)
    except (FileNotTaken, FileDiffers) as refused:
        with transaction():
            file = _file(request, number, at)
            acting = acting_on(file.case, at_desk=request.at_desk, package=file.package, reason="paper not taken")
            uploads.refuse_upload(key=session.key, acting=acting, at=at)
        if isinstance(refused, FileNotTaken):
            return _refused(str(refused.explanation.cause), str(refused.explanation.next_step))
        return _refused(_("The file changed on its way."), _("Choose it again."))
    with transaction():
        is_open = cases.locked(session.case_id).state in TAKES_PAPERS  # it may have been sent meanwhile
        file = _file(request, number, at)
        acting = acting_on(file.case, at_desk=request.at_desk, package=file.package, reason="paper scanned")
        if not is_open and session.document_id is None:
            uploads.refuse_upload(key=session.key, acting=acting, at=at)
            return _refused(_("The file has been sent."), _("Papers can be added when the institution asks for them."))
        document = uploads.finish_upload(key=session.key, kept=kept, acting=acting, at=at)
    return JsonResponse({"received": session.declared_size, "done": True, "remove_value": str(document.key)})


@require_POST
@desk_page(asks_outside=True)
def upload(request: DeskRequest, number: str) -> HttpResponse:
    """Take whole files from a page without scripts, join pages, or remove what does not belong there."""
    at = clock.now()
    if request.POST.get("remove"):
        with transaction():
            return withdraw_key(request, number, request.POST["remove"])
    try:
        with transaction():
            file = _file(request, number, at)
        with suppress(CaseIsNotEditable):  # the page shows that the file has been sent
            _take_whole(request, file, at)
        if request.POST.get("join"):
            join_scans(number=number, paper=request.POST["join"], at_desk=request.at_desk, at=at)
    except NoSuchCase:
        with transaction():
            return no_such_case(request)
    except FileNotTaken as refused:
        if request.headers.get("Accept") == "application/json":
            return _refused(str(refused.explanation.cause), str(refused.explanation.next_step))
        return pages.refuse(
            request,
            status=422,
            title=_("The file was not taken"),
            cause=str(refused.explanation.cause),
            next_step=str(refused.explanation.next_step),
            back_url=_place(file),
        )
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({})
    leads_on = request.POST.get("then") == "check" and file.case.state == CaseState.DRAFT
    return HttpResponseRedirect(reverse("desk:check", args=[number]) if leads_on else _place(file))


def _take_whole(request: DeskRequest, file: OpenedCase, at: datetime) -> None:
    single = {need.id for need in file.judged.evaluation.attachments if need.count == 1}
    for field, several in request.FILES.lists():
        paper = field.removeprefix("paper-")
        for one in several:
            scan = scan_paper.Scan(
                content=one.read(),
                file_name=one.name or "scan",
                kind=DocumentKind.ATTACHMENT,
                title=_title(file, paper),
                attachment_id=paper,
            )
            scan_paper.keep(number=file.case.number, scan=scan, at_desk=request.at_desk, at=at)
        if len(several) > 1 and paper in single:
            join_scans(number=file.case.number, paper=paper, at_desk=request.at_desk, at=at)


def _place(file: OpenedCase) -> str:
    """Return the page on which papers of this case are scanned."""
    page = "desk:supplement" if file.case.state == CaseState.PAPERS_MISSING else "desk:case"
    return reverse(page, args=[file.case.number])


def withdraw_key(request: DeskRequest, number: str, key: str) -> HttpResponse:
    """Take a document off the case and go back to it. Call it inside a transaction."""
    at = clock.now()
    try:
        file = _file(request, number, at)
        document = queries.documents_of(file.case).get(key=UUID(key))
    except (NoSuchCase, Document.DoesNotExist, ValueError):
        return no_such_case(request)
    if not scan_paper.may_be_taken_off(cases.locked(file.case.pk), document):
        return pages.refuse(
            request,
            status=409,
            title=_("The paper was not removed"),
            cause=_("It was sent to the institution, or came from it; it stays in the case."),
            next_step=_("Go back to the case."),
            back_url=_place(file),
        )
    acting = acting_on(file.case, at_desk=request.at_desk, package=file.package, reason="paper taken off")
    operations.withdraw_document(document=document, acting=acting, at=at)
    return HttpResponseRedirect(_place(file))


@require_POST
@desk_page()
def withdraw(request: DeskRequest, number: str, key: str) -> HttpResponse:
    """Take a document off the case."""
    return withdraw_key(request, number, key)


@require_GET
@desk_page()
def show(request: DeskRequest, number: str, key: str) -> HttpResponse:
    """Show a document to the operator; the journal says who looked."""
    at = clock.now()
    try:
        file = _file(request, number, at)
        document = Document.objects.get(case=file.case, key=UUID(key))
        acting = acting_on(file.case, at_desk=request.at_desk, package=file.package, reason="document shown")
        content = operations.open_document(document=document, acting=acting, at=at)
    except (NoSuchCase, Document.DoesNotExist, ValueError):
        return no_such_case(request)
    except (NotStored, BytesDamaged):
        return pages.refuse(
            request,
            status=500,
            title=_("The stored file is damaged"),
            cause=_("Its bytes are not what was stored."),
            next_step=_("Tell your administrator; scan the paper again."),
        )
    response = HttpResponse(content, content_type=document.media_type)
    ending = queries.ending_of(document)
    response["Content-Disposition"] = f'inline; filename="{number}-{document.pk}.{ending}"'
    # A document never runs anything, whatever it holds.
    response["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
