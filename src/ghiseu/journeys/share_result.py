"""A result that the person wants electronically lies in the document store once and is shown to them for a time."""

from datetime import datetime, timedelta

from django.conf import settings

from ghiseu.foundation.access import ActingContext, require_transaction, transaction
from ghiseu.journeys import sharing_jobs
from ghiseu.journeys.load_case import acting_on, load_case, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents import queries as documents
from ghiseu.modules.documents import sharing
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.ports import STORE, document_sharing
from ghiseu.modules.documents.sharing_models import SharingState
from ghiseu.modules.submissions.operations import acting_text

# The way of delivery by which a result reaches the person's electronic cabinet; that shows what the store holds.
ELECTRONIC = frozenset({"mcabinet"})


class NotOffered(Exception):
    """No document store is connected, or the person has no number by which it knows them."""


def is_offered(case: Case) -> bool:
    """Tell whether results of the case can be shared at all."""
    return STORE in document_sharing.keys() and bool(case.holder.idnp)  # noqa: SIM118 - a port is no dictionary


def goes_electronically(case: Case) -> bool:
    """Tell whether the person reads the result in their cabinet and need not come for it."""
    return case.delivery in ELECTRONIC and is_offered(case)


def queue_wanted(document: Document, *, case: Case, acting: ActingContext, at: datetime) -> None:
    """Queue a result that came if the person wants it electronically. May be repeated. Raises NoTransaction."""
    require_transaction()
    if goes_electronically(case):
        _queue(document, case=case, acting=acting, at=at)


def share_results(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Queue what is here: the person wants it, or wants it again. May be repeated. Raises NoSuchCase, NotOffered."""
    with transaction():
        case = load_case(number=number, at_desk=at_desk, at=at).case
        cases.locked(case.pk)
        if not is_offered(case):
            raise NotOffered(number)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="result wanted electronically")
        for document in documents.results_of(case):
            if not _queue(document, case=case, acting=acting, at=at):
                _ask_again(document, ends_at=_end(case, at), acting=acting, at=at)


def withdraw_results(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """The person is to read the results there no more. May be repeated. Raises NoSuchCase."""
    with transaction():
        case = load_case(number=number, at_desk=at_desk, at=at).case
        cases.locked(case.pk)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="result withdrawn on request")
        for document in documents.results_of(case).filter(sharing__isnull=False):
            row = sharing.locked(document)
            if row.can_move_to(SharingState.WITHDRAWING):
                sharing.ask_withdrawal(row, acting_text=acting_text(acting), acting=acting, at=at)
                sharing_jobs.enqueue(row.pk, row.centre_id)


def _queue(document: Document, *, case: Case, acting: ActingContext, at: datetime) -> bool:
    kinds = settings.MDOCS_DOCUMENT_TYPES
    row = sharing.queue(
        document,
        document_type=kinds.get(case.service_code, settings.MDOCS_DOCUMENT_TYPE),
        ends_at=_end(case, at),
        acting_text=acting_text(acting),
        acting=acting,
        at=at,
    )
    if row is not None:
        sharing_jobs.enqueue(row.pk, row.centre_id)
    return row is not None


def _ask_again(document: Document, *, ends_at: datetime, acting: ActingContext, at: datetime) -> None:
    row = sharing.locked(document)
    if row.can_move_to(SharingState.WAITING):
        sharing.ask_again(row, ends_at=ends_at, acting_text=acting_text(acting), acting=acting, at=at)
        sharing_jobs.enqueue(row.pk, row.centre_id)


def _end(case: Case, at: datetime) -> datetime:
    """Return until when the person may read it there: as the package says, else as the settings say."""
    told = [one.days for one in package_of(case).deliveries if one.id in ELECTRONIC and one.days]
    return at + timedelta(days=told[0] if told else settings.MDOCS_DAYS)
