"""A stocked counter for journey tests: centres, operators, published services, and people who come to the desk."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.db import connection
from PIL import Image

from ghiseu.config import demo
from ghiseu.foundation.access import transaction
from ghiseu.journeys import confirm_request, deliver_submission, receive_answer
from ghiseu.journeys.confirm_request import SignedScan, texts_of
from ghiseu.journeys.edit_case import Typed, save_field
from ghiseu.journeys.load_case import OpenedCase, acting_on, load_case
from ghiseu.journeys.look_at_service import Asked
from ghiseu.journeys.open_case import OpenOrder, open_case
from ghiseu.journeys.start_visit import WhoCame, start_visit
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.cases.fields import JsonValue
from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.catalogue.package import LANGUAGES
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Desk, Operator
from ghiseu.modules.centres.queries import at_desk
from ghiseu.modules.documents import operations as documents
from ghiseu.modules.documents.intake import take_in
from ghiseu.modules.documents.models import DocumentKind, Origin
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import IdentifiedBy, Visit
from ghiseu.modules.visits.operations import Identification

PROJECT = Path(__file__).resolve().parents[2]
LIDIA = "2099240108887"
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def stock(*codes: str) -> None:
    """Write centres, operators and these services. Run as owner."""
    demo.seed()
    demo.load()
    for code in codes:
        provider, _, rest = code.partition(".")
        package = load(PROJECT / "services" / provider / rest / "1")
        ServicePackage.objects.create(
            code=package.code,
            version=package.version,
            kind=package.kind,
            institution=package.institution,
            names={language: package.name(language) for language in LANGUAGES},
            effective_from=package.effective_from,
            canonical=package.canonical,
            sha256=package.sha256,
            published_at=NOON,
        )


def place(idnp: str = LIDIA, *, centre: str = "LOZ", desk: int = 0) -> AtDesk:
    """Return the operator's place at a desk of the centre."""
    operator = Operator.objects.by_idnp(idnp)
    assert operator is not None
    desks = list(Desk.objects.select_related("centre").filter(centre__code=centre).order_by("id"))
    found = at_desk(operator=operator, desk=desks[desk], on=NOON.date())
    assert found is not None
    return found


def come(idnp: str, *, to: AtDesk, language: str = "ro", at: datetime = NOON) -> Visit:
    """Let a person come to the desk with their identity card."""
    who = WhoCame(idnp=idnp, names=Names(), identification=Identification(by=IdentifiedBy.IDENTITY_CARD))
    return start_visit(at_desk=to, who=who, language=language, at=at)


def ask_for(
    service: str,
    *,
    visit: Visit,
    to: AtDesk,
    role: str = "",
    answers: dict[str, bool] | None = None,
    at: datetime = NOON,
) -> str:
    """Open a case of the service for the person of the visit; return its number."""
    asked = Asked(service=service, role=role, answers=answers or {})
    return open_case(visit=visit, order=OpenOrder(asked=asked, command=str(uuid4())), at_desk=to, at=at)


def tell(number: str, *, to: AtDesk, at: datetime = NOON, **values: JsonValue) -> OpenedCase:
    """Type these values into the case, one by one, as the page does."""
    for field, value in values.items():
        typed = Typed(field=field, value=value, seen_version=0)
        file = save_field(number=number, typed=typed, at_desk=to, at=at)
    return file


def scan(number: str, paper: str, *, to: AtDesk, at: datetime = NOON) -> str:
    """Scan a paper into the case; return the hash of the kept file."""
    picture = BytesIO()
    Image.new("RGB", (300, 200), tuple(hashlib.sha256(paper.encode()).digest()[:3])).save(picture, "PNG")
    clean = take_in(picture.getvalue(), file_name=f"{paper}.png")
    kept = documents.keep_clean_file(clean, file_name=f"{paper}.png", received_sha256="0" * 64)
    with transaction():
        file = load_case(number=number, at_desk=to, at=at)
        acting = acting_on(file.case, at_desk=to, package=file.package, reason="paper scanned")
        documents.add_document(
            case=file.case,
            kind=DocumentKind.ATTACHMENT,
            title=paper,
            kept=kept,
            acting=acting,
            at=at,
            attachment_id=paper,
            origin=Origin.DESK,
        )
    return kept.sha256


def sign(number: str, *, to: AtDesk, at: datetime = NOON) -> OpenedCase:
    """Let the person sign the printed request by hand; the scan is kept."""
    with transaction():
        texts = texts_of(load_case(number=number, at_desk=to, at=at))
    scan = SignedScan(document_sha256="ab" * 32, request_sha256=texts.request_sha256)
    return confirm_request.record_signed(number=number, scan=scan, at_desk=to, at=at)


def deliver(number: str, *, at: datetime = NOON) -> datetime | None:
    """Let the worker make one attempt for the case's delivery, in the worker's database role."""
    with as_worker():
        submission = Submission.objects.filter(number=number).order_by("-id").first()
        assert submission is not None
        return deliver_submission.deliver(submission_id=submission.pk, at=at, ended=lambda: at + timedelta(seconds=1))


def ask(number: str, *, at: datetime = LATER) -> None:
    """Let the worker ask the institution for news and fetch what waits."""
    with as_worker():
        receive_answer.ask(submission_id=Submission.objects.get(number=number).pk, at=at)


@contextmanager
def as_worker() -> Iterator[None]:
    """Work in the worker's database role for a while."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE ghiseu_worker")
        try:
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute("SET ROLE ghiseu_web")
