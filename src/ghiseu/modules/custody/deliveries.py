"""Ordering the delivery of a paper, following what is said of it, and what is still to be told to the platform."""

import hashlib
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.custody.delivery_models import DeliveryNews, PaperDelivery
from ghiseu.modules.custody.delivery_states import WAY, PaperState
from ghiseu.modules.custody.ports import CarrierNews

# What "changed since the previous request" means after a lost answer is not agreed: we say it until it was heard.
TELL_FOR = timedelta(days=7)
LONGEST = 200


def order(
    case: Case, *, service: str, accepted_until: datetime, ready_estimate: datetime, acting_text: str,
    acting: ActingContext, at: datetime,
) -> tuple[PaperDelivery, bool]:  # fmt: skip
    """Order the delivery of the case's paper; tell whether it is new. Once for a case. Raises NoTransaction."""
    require_transaction()
    delivery, is_new = PaperDelivery.objects.get_or_create(
        case=case,
        defaults={
            "centre_id": case.centre_id,
            "service": service,
            "acting": acting_text,
            "ordered_at": at,
            "accepted_until": accepted_until,
            "ready_estimate": ready_estimate,
            "changed_at": at,
        },
    )
    if is_new:
        _record("custody.delivery.ordered", delivery, acting=acting, at=at)
    return delivery, is_new


def of_case(case: Case) -> PaperDelivery | None:
    """Return the delivery of the case, if one was ordered."""
    return PaperDelivery.objects.filter(case=case).first()


def locked(case: Case) -> PaperDelivery:
    """Return the delivery of the case, locked. Raises PaperDelivery.DoesNotExist, NoTransaction."""
    require_transaction()
    return PaperDelivery.objects.select_for_update(of=("self",)).get(case=case)


def pack(delivery: PaperDelivery, *, acting: ActingContext, at: datetime) -> bool:
    """Note that the paper is packed; tell whether it became ready now, else it will with the payment.

    May be repeated. Raises NoTransaction.
    """
    require_transaction()
    if delivery.packed_at is None:
        delivery.packed_at = delivery.changed_at = at
        delivery.save(update_fields=["packed_at", "changed_at"])
        _record("custody.delivery.packed", delivery, acting=acting, at=at)
    return become_ready(delivery, acting=acting, at=at)


def become_ready(delivery: PaperDelivery, *, acting: ActingContext, at: datetime) -> bool:
    """Let a packed and paid paper be fetched; tell whether it became so now. Raises NoTransaction."""
    require_transaction()
    if delivery.packed_at is None or delivery.state != PaperState.PAID:
        return False
    set_by_us(delivery, PaperState.READY, acting=acting, at=at)
    return True


def set_by_us(delivery: PaperDelivery, to: PaperState, *, acting: ActingContext, at: datetime) -> None:
    """Take a step that the platform has to hear of. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    delivery.to_tell, delivery.to_tell_until = to, at + TELL_FOR
    _step(delivery, to, acting=acting, at=at)


def follow(delivery: PaperDelivery, news: CarrierNews, *, acting: ActingContext, at: datetime) -> bool:
    """Keep what was said and take its step; tell whether there was one. A repeat, or what came late, takes none.

    Raises NoTransaction.
    """
    require_transaction()
    steps = news.state != PaperState.READY and delivery.can_move_to(news.state)
    _, is_new = DeliveryNews.objects.get_or_create(
        delivery=delivery,
        raw_sha256=hashlib.sha256(news.raw.encode()).hexdigest(),
        defaults={
            "centre_id": delivery.centre_id,
            "state": news.state,
            "raw": news.raw,
            "was_followed": steps,
            "received_at": at,
        },
    )
    if _was_heard(delivery, news.state):
        delivery.to_tell, delivery.to_tell_until = "", None
    if is_new and not _is_behind(delivery, news.state):
        _take_over(delivery, news)
    delivery.save()
    if steps:
        if news.state == PaperState.RETURNED:
            delivery.shelved_at = at
        _step(delivery, news.state, acting=acting, at=at)
    return steps


def _was_heard(delivery: PaperDelivery, said: PaperState) -> bool:
    """Tell whether whoever says this must know what was still to be told."""
    beyond = WAY[WAY.index(PaperState.READY) :]
    besides = (PaperState.PROBLEM, PaperState.RETURNING, PaperState.RETURNED)
    knows_ready = delivery.to_tell == PaperState.READY and said in {*beyond, *besides}
    return said == delivery.to_tell or knows_ready


def _is_behind(delivery: PaperDelivery, said: PaperState) -> bool:
    on_the_way = said in WAY and delivery.state in WAY
    return on_the_way and WAY.index(said) < WAY.index(PaperState(delivery.state))


def _take_over(delivery: PaperDelivery, news: CarrierNews) -> None:
    delivery.carrier = news.carrier[:LONGEST] or delivery.carrier
    delivery.tracking = news.tracking[:LONGEST] or delivery.tracking
    delivery.cost = delivery.cost if news.cost is None else news.cost
    delivery.expected_from = news.expected_from or delivery.expected_from
    delivery.expected_until = news.expected_until or delivery.expected_until


def to_tell(*, service: str, at: datetime) -> list[PaperDelivery]:
    """Return this centre's deliveries of whose new state the platform has not shown to know, oldest change first."""
    waiting = PaperDelivery.objects.select_related("case").filter(service=service, to_tell_until__gt=at)
    return list(waiting.exclude(to_tell="").defer("acting").order_by("changed_at", "id"))


def without_purpose(*, service: str) -> list[int]:
    """Return ids of this centre's cases that ended without a paper, and whose delivery still waits for one."""
    ended = (CaseState.CLOSED, CaseState.REFUSED)
    waiting = (PaperState.ORDERED, PaperState.AWAITING_PAYMENT, PaperState.PAID)
    kept = PaperDelivery.objects.filter(service=service, case__destroyed_at=None)
    rows = kept.filter(case__state__in=ended, state__in=waiting)
    return list(rows.order_by("case_id").values_list("case_id", flat=True))


def note_told(delivery: PaperDelivery, *, acting: ActingContext, at: datetime) -> None:
    """Write into the journal that order and receiver were told to the platform. Raises NoTransaction."""
    require_transaction()
    _record("custody.delivery.told", delivery, acting=acting, at=at)


def _step(delivery: PaperDelivery, to: PaperState, *, acting: ActingContext, at: datetime) -> None:
    event = delivery.move_to(to)
    delivery.changed_at = at
    delivery.save()
    _record(event, delivery, acting=acting, at=at)


def _record(event: str, delivery: PaperDelivery, *, acting: ActingContext, at: datetime) -> None:
    journal.record(event, acting=acting, at=at, object_type="delivery", object_id=str(delivery.pk))
