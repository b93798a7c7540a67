"""A stocked counter for journey tests: centres, operators, published services, and people who come to the desk."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import httpx
from django.apps import apps
from django.db import DatabaseError, connection
from django.db.models import Model
from PIL import Image
from tests.support.waiting import until

from ghiseu.config import demo
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.journeys import act_for_another, confirm_request, deliver_submission, receive_answer
from ghiseu.journeys.confirm_request import SignedScan, texts_of
from ghiseu.journeys.edit_case import Typed, save_field
from ghiseu.journeys.hand_over_result import Handing, hand_over
from ghiseu.journeys.load_case import OpenedCase, acting_on, load_case
from ghiseu.journeys.look_at_service import Asked, Prospect, look_at_service
from ghiseu.journeys.open_case import OpenOrder, open_case
from ghiseu.journeys.start_visit import WhoCame, end_visit, start_visit
from ghiseu.journeys.submit_case import Sent, submit_case
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.cases.fields import JsonValue
from ghiseu.modules.cases.models import CallTask, Case, CaseEvent
from ghiseu.modules.catalogue.loading import load
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.catalogue.operations import _publish_institutions
from ghiseu.modules.catalogue.package import LANGUAGES
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Desk, Operator
from ghiseu.modules.centres.queries import at_desk
from ghiseu.modules.documents import operations as documents
from ghiseu.modules.documents.intake import take_in
from ghiseu.modules.documents.models import Document, DocumentKind, Origin
from ghiseu.modules.documents.queries import attachment_counts
from ghiseu.modules.documents.sealed_files import owner_of
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.mandates.operations import MandateShown
from ghiseu.modules.submissions.models import Submission
from ghiseu.modules.visits.models import IdentifiedBy, Visit, VisitOutcome
from ghiseu.modules.visits.operations import Identification
from simulators.common.process import Running

Row = TypeVar("Row", bound=Model)
PROJECT = Path(__file__).resolve().parents[2]
LIDIA = "2099240108887"
ILINCA = "2099310101017"  # centre lead at Lozova
DIMITAR = "2099310102025"  # operator at Tvardița
AURELIA = "2099310103033"  # operator at the consulate in Bologna
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
_stocked: dict[type[Model], list[Model]] = {}


def stock(*codes: str) -> None:
    """Write centres, operators and these services. Run as owner."""
    if _stocked:
        for model, rows in _stocked.items():
            model._default_manager.bulk_create(copy(row) for row in rows)
    else:
        _stock_for_the_first_time()
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


def forget_stock() -> None:
    """Write the rows anew the next time, not with the numbers that they had."""
    _stocked.clear()


def _stock_for_the_first_time() -> None:
    """Write what every counter has, and keep the rows: writing them again is many times faster."""
    # Each test makes data keys of its own: it may have another keys file.
    known = [model for model in apps.get_models() if model._meta.managed and model._meta.app_label != "crypto"]
    empty = [model for model in known if not _has_rows(model)]
    demo.seed()
    demo.load()
    _publish_institutions(PROJECT / "services")
    _stocked.update({model: list(model._default_manager.order_by("pk")) for model in empty if _has_rows(model)})


def _has_rows(model: type[Model]) -> bool:
    try:
        with transaction():
            return bool(model._default_manager.exists())
    except DatabaseError:
        return False  # rows of one centre; nothing is stocked there


def place(idnp: str = LIDIA, *, centre: str = "LOZ", desk: int = 0) -> AtDesk:
    """Return the operator's place at a desk of the centre."""
    operator = Operator.objects.by_idnp(idnp)
    assert operator is not None
    desks = list(Desk.objects.select_related("centre").filter(centre__code=centre).order_by("id"))
    found = at_desk(operator=operator, desk=desks[desk], on=NOON.date())
    assert found is not None
    return found


def come(
    idnp: str,
    *,
    to: AtDesk,
    language: str = "ro",
    at: datetime = NOON,
    by: IdentifiedBy = IdentifiedBy.IDENTITY_CARD,
    document_says: dict[str, str] | None = None,
) -> Visit:
    """Let a person come to the desk with a document, by default their identity card."""
    identification = Identification(by=by, document_says=document_says or {})
    who = WhoCame(idnp=idnp, names=Names(), identification=identification)
    return start_visit(at_desk=to, who=who, language=language, at=at)


def leave(visit: Visit, *, to: AtDesk, at: datetime = NOON) -> None:
    """Let the person leave the desk."""
    end_visit(visit=visit, outcome=VisitOutcome.SERVED, at_desk=to, at=at)


def act_for(
    visit: Visit,
    subject_idnp: str,
    kind: MandateKind,
    *,
    to: AtDesk,
    paper: str = "",
    at: datetime = NOON,
) -> Mandate:
    """Let the person of the visit act for somebody, showing a paper with this number (none: only the register)."""
    shown = MandateShown(
        kind=kind, evidence="paper" if paper else "register", evidence_number=paper, confirmed_by="paper"
    )
    return act_for_another.act_for(visit=visit, subject_idnp=subject_idnp, shown=shown, at_desk=to, at=at)


def look(
    service: str,
    *,
    visit: Visit,
    to: AtDesk,
    role: str = "",
    answers: dict[str, bool] | None = None,
    at: datetime = NOON,
) -> Prospect:
    """Look at the service before anything is opened."""
    asked = Asked(service=service, role=role, answers=answers or {})
    return look_at_service(visit=visit, asked=asked, at_desk=to, at=at)


def verdicts(prospect: Prospect | OpenedCase) -> dict[str, str]:
    """Return how each precondition was judged."""
    return {one.id: str(one.outcome) for one in prospect.judged.evaluation.preconditions}


def ask_for(
    service: str,
    *,
    visit: Visit,
    to: AtDesk,
    role: str = "",
    answers: dict[str, bool] | None = None,
    overrides: dict[str, str] | None = None,
    command: str = "",
    at: datetime = NOON,
) -> str:
    """Open a case of the service for the person of the visit; return its number."""
    asked = Asked(service=service, role=role, answers=answers or {})
    order = OpenOrder(asked=asked, command=command or str(uuid4()), overrides=overrides or {})
    return open_case(visit=visit, order=order, at_desk=to, at=at)


def tell(number: str, *, to: AtDesk, at: datetime = NOON, **values: JsonValue) -> OpenedCase:
    """Type these values into the case, one by one, as the page does."""
    file = opened(number, to=to, at=at)
    for field, value in values.items():
        seen = file.values[field].version if field in file.values else 0
        file = save_field(number=number, typed=Typed(field=field, value=value, seen_version=seen), at_desk=to, at=at)
    return file


def opened(number: str, *, to: AtDesk, at: datetime = NOON) -> OpenedCase:
    """Return the case with its values and the package's judgement."""
    with transaction():
        return load_case(number=number, at_desk=to, at=at)


def scan_all(number: str, *, to: AtDesk, at: datetime = NOON) -> None:
    """Scan every paper that the case surely needs and that is not scanned yet."""
    file = opened(number, to=to, at=at)
    with transaction():
        scanned = attachment_counts(file.case)
    for need in file.judged.evaluation.attachments:
        if need.certain and need.form != "original_shown":
            for copy in range(scanned.get(need.id, 0), need.count):
                scan(number, need.id, to=to, at=at, copy=copy)


def scan(number: str, paper: str, *, to: AtDesk, at: datetime = NOON, copy: int = 0) -> str:
    """Scan a paper into the case; return the hash of the kept file."""
    picture = BytesIO()
    colour = tuple(hashlib.sha256(f"{paper} {copy}".encode()).digest()[:3])
    Image.new("RGB", (300, 200), colour).save(picture, "PNG")
    clean = take_in(picture.getvalue(), file_name=f"{paper}.png")
    with transaction():
        owner = owner_of(Case.objects.get(number=number))
    kept = documents.keep_clean_file(clean, owner=owner, file_name=f"{paper}.png", received_sha256="0" * 64)
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


def print_request(number: str, *, to: AtDesk, at: datetime = NOON) -> str:
    """Print the request; return the hash of its text."""
    with transaction():
        file = load_case(number=number, at_desk=to, at=at)
        confirm_request.remember_printed(file, at_desk=to, at=at)
        return texts_of(file).request_sha256


def sign(number: str, *, to: AtDesk, at: datetime = NOON) -> OpenedCase:
    """Scan what is needed, print the request and let the person sign it by hand; the scan is kept."""
    scan_all(number, to=to, at=at)
    printed = print_request(number, to=to, at=at)
    scan = SignedScan(document_sha256=hashlib.sha256(printed.encode()).hexdigest(), request_sha256=printed)
    return confirm_request.record_signed(number=number, scan=scan, at_desk=to, at=at)


def submit(number: str, *, to: AtDesk, command: str = "", at: datetime = NOON) -> Sent:
    """Press "send"."""
    return submit_case(number=number, command=command or str(uuid4()), at_desk=to, at=at)


def complete_and_submit(number: str, *, to: AtDesk, at: datetime = NOON) -> Sent:
    """Scan what is needed, have the request signed by hand, and send."""
    scan_all(number, to=to, at=at)
    sign(number, to=to, at=at)
    return submit(number, to=to, at=at)


def submission_of(number: str) -> Submission:
    """Return the newest delivery of the case."""
    return all_of(Submission, case__number=number)[-1]


def deliver(number: str, *, at: datetime = NOON, ended: Callable[[], datetime] | None = None) -> datetime | None:
    """Let the worker make one attempt for the case's newest delivery, in the worker's database role."""
    with as_worker():
        submission = submission_of(number)
        return deliver_submission.deliver(
            submission_id=submission.pk, at=at, ended=ended or (lambda: at + timedelta(seconds=1))
        )


def ask(number: str, *, at: datetime = LATER) -> None:
    """Let the worker ask the institution for news and fetch what waits."""
    with as_worker():
        receive_answer.ask(submission_id=all_of(Submission, number=number)[0].pk, at=at)


def decide(at_institution: Running, number: str, act: str, **given: object) -> None:
    """Let the institution's officer act on the dossier: examine, approve (until it is signed), refuse, ask-papers."""
    url = f"{at_institution.url}/control/dossiers/{number}/{act}"
    httpx.post(url, json=given, timeout=20).raise_for_status()
    if act == "approve":
        until(lambda: number in [row["number"] for row in at_institution.ledger()["results"]], what="the result")


def hand(
    number: str,
    visit: Visit,
    *,
    to: AtDesk,
    command: str = "press-1",
    at: datetime = NOON + timedelta(days=1),
) -> Case:
    """Hand what the institution sent to the person of the visit."""
    results = tuple(one.sha256 for one in all_of(Document, case__number=number, kind=DocumentKind.RESULT))
    handing = Handing(documents=results, copies=1, command=command)
    return hand_over(number=number, visit=visit, handing=handing, at_desk=to, at=at)


def case_of(number: str) -> Case:
    """Return the case as it stands in the database."""
    with transaction():
        return Case.objects.select_related("holder", "applicant", "mandate", "visit").get(number=number)


def timeline(number: str) -> list[str]:
    """Return the keys of the case's timeline, oldest first."""
    return [event.key for event in all_of(CaseEvent, case__number=number)]


def calls(number: str) -> list[str]:
    """Return why somebody has to be called, as long as nobody has done it."""
    return [task.reason for task in all_of(CallTask, case__number=number, done_at=None)]


def journaled(event: str, **where: object) -> list[JournalRecord]:
    """Return the journal's records of this event, oldest first."""
    return all_of(JournalRecord, event=event, **where)


def all_of(model: type[Row], **where: object) -> list[Row]:
    """Return the rows of this centre, oldest first."""
    with transaction():
        return list(model._default_manager.filter(**where).order_by("pk"))


def again(row: Row) -> Row:
    """Return the row as it stands in the database now."""
    return all_of(type(row), pk=row.pk)[0]


def change(row: Model, **values: object) -> None:
    """Change the row behind the product's back."""
    with transaction():
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


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
