"""Queueing results for the document store, leasing each to one worker at a time, and writing down what came of it."""

import json
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.ports import Stored
from ghiseu.modules.documents.sharing_models import TO_DO, SharedResult, SharingState

LEASE = timedelta(minutes=5)
# Seconds after the first, second, ... try; the last one repeats for days.
PAUSES = (15, 60, 300, 300, 900, 900, 3600)


class LeaseLost(Exception):
    """Another worker has taken over since; whatever this one did must not be written."""


def queue(
    document: Document,
    *,
    document_type: str,
    ends_at: datetime,
    acting_text: str,
    acting: ActingContext,
    at: datetime,
) -> SharedResult | None:
    """Queue a result to be stored and shared until then; None when it was queued before. Raises NoTransaction."""
    require_transaction()
    row, is_new = SharedResult.objects.get_or_create(
        document=document,
        defaults={
            "centre_id": document.centre_id,
            "case_id": document.case_id,
            "number": f"{document.case.number}-R{document.pk}",
            "document_type": document_type,
            "acting": acting_text,
            "begins_at": at,
            "ends_at": ends_at,
            "next_try_at": at,
            "asked_at": at,
            "changed_at": at,
        },
    )
    if not is_new:
        return None
    _record("documents.sharing.asked", row, acting=acting, at=at)
    return row


def locked(document: Document) -> SharedResult:
    """Return the row of a result, locked. Raises SharedResult.DoesNotExist, NoTransaction."""
    require_transaction()
    return SharedResult.objects.select_for_update(of=("self",)).get(document=document)


def ask_again(
    row: SharedResult, *, ends_at: datetime, acting_text: str, acting: ActingContext, at: datetime
) -> SharedResult:
    """Queue a withdrawn or refused one again, for a new period. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    row.acting, row.asked_at, row.refusal = acting_text, at, ""
    row.begins_at, row.ends_at, row.next_try_at = at, ends_at, at
    return _step(row, SharingState.WAITING, acting=acting, at=at)


def ask_withdrawal(row: SharedResult, *, acting_text: str, acting: ActingContext, at: datetime) -> SharedResult:
    """Queue the end of the share. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    row.acting, row.next_try_at = acting_text, at
    return _step(row, SharingState.WITHDRAWING, acting=acting, at=at)


def lease(*, sharing_id: int, at: datetime) -> SharedResult | None:
    """Take a result for one attempt, or None when nothing is due or another worker has it. Raises NoTransaction."""
    require_transaction()
    row = (
        SharedResult.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("document", "case__holder")
        .filter(pk=sharing_id, state__in=TO_DO)
        .first()
    )
    if row is None or row.next_try_at is None or row.next_try_at > at:
        return None
    row.fence += 1
    row.leased_until = row.next_try_at = at + LEASE
    row.save(update_fields=["fence", "leased_until", "next_try_at"])
    return row


def held_by(*, sharing_id: int, fence: int) -> SharedResult:
    """Return the row, locked, if this fence still holds it. Raises LeaseLost, NoTransaction."""
    require_transaction()
    row = SharedResult.objects.select_for_update(of=("self",)).select_related("case").get(pk=sharing_id)
    if row.fence != fence:
        raise LeaseLost(row.number)
    return row


def note(row: SharedResult, stored: Stored | None, *, at: datetime, **columns: str | datetime) -> None:
    """Keep what the store gave and said, before the next call is made. Raises NoTransaction."""
    require_transaction()
    for name, value in columns.items():
        setattr(row, name, value)
    if stored is not None:
        told = [*json.loads(row.exchanged or "[]"), {"at": at.isoformat(), "sent": stored.sent, "got": stored.answered}]
        row.exchanged = json.dumps(told, ensure_ascii=False)
    row.changed_at = at
    row.save()


def end_attempt(
    row: SharedResult, to: SharingState | None, *, acting: ActingContext, at: datetime, refusal: str = ""
) -> SharedResult:
    """Take the step, or none (`to` None: tried again later). Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    row.leased_until, row.refusal = None, refusal
    goes_on = to is None or to == SharingState.UNKNOWN
    row.next_try_at = at + timedelta(seconds=PAUSES[min(row.fence, len(PAUSES)) - 1]) if goes_on else None
    if to == SharingState.WITHDRAWN:
        row.share_id = ""
    if to is None or row.state == to:
        row.save()
        return row
    return _step(row, to, acting=acting, at=at)


def due(*, at: datetime) -> list[int]:
    """Return ids of this centre's results that wait for the worker now, oldest first."""
    waiting = SharedResult.objects.filter(state__in=TO_DO, next_try_at__lte=at)
    return list(waiting.order_by("asked_at", "id").values_list("id", flat=True)[:500])


def of_case(case: Case) -> list[SharedResult]:
    """Return what of the case was ever to be shared, oldest first."""
    rows = SharedResult.objects.select_related("document").filter(case=case)
    return list(rows.defer("acting", "exchanged").order_by("id"))


def _step(row: SharedResult, to: SharingState, *, acting: ActingContext, at: datetime) -> SharedResult:
    event = row.move_to(to)
    row.changed_at = at
    row.save()
    _record(event, row, acting=acting, at=at)
    return row


def _record(event: str, row: SharedResult, *, acting: ActingContext, at: datetime) -> None:
    journal.record(
        event,
        acting=acting,
        at=at,
        object_type="shared-result",
        object_id=row.number,
        details={"until": row.ends_at.isoformat()},
    )
