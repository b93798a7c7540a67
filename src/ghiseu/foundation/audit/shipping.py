"""Shipping a centre's chain to the legal log: who does it now, how far it came, and the steps of every message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.audit.models import ChainHead, ChainLink, JournalRecord
from ghiseu.foundation.audit.shipping_models import (
    OWED,
    PUT_ASIDE,
    SENT_AGAIN,
    Shipment,
    ShipmentState,
    ShippingPosition,
    ShippingStanding,
)
from ghiseu.foundation.audit.vocabulary import Event, declare

LEASE = timedelta(minutes=5)
THE_ROW = 1
log = structlog.get_logger()

declare(
    Event(
        name=SENT_AGAIN, meaning="An administrator had refused events sent to the legal log again", has_subject=False
    ),
    Event(name=PUT_ASIDE, meaning="An administrator set events aside that the legal log refused", has_subject=False),
)


class Overtaken(Exception):
    """Another worker ships this centre's chain since; whatever this one did must not be written."""


class ReasonMissing(Exception):
    """Whoever sets events aside says why."""


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The right to ship one centre's chain, until somebody overtakes."""

    centre_id: int
    fence: int


@dataclass(frozen=True, kw_only=True)
class Linked:
    """An event with its place in the chain. `id` is the hash of the link, the event's name in the legal log."""

    number: int
    id: str
    record: JournalRecord


@dataclass(frozen=True, kw_only=True)
class Part:
    """Some links of a chain in one message: what one row of shipments is made of."""

    first_number: int
    last_number: int
    numbers: tuple[int, ...]
    oldest_at: datetime
    text: str
    sha256: str


def connected_since(*, at: datetime) -> datetime:
    """Return since when the log is connected: `at` when this is the first time. Raises NoTransaction."""
    require_transaction()
    defaults = {"connected_at": at, "measured_at": at}
    standing, _is_new = ShippingStanding.objects.get_or_create(pk=THE_ROW, defaults=defaults)
    return standing.connected_at


def has_work(centre_id: int) -> bool:
    """Tell whether there may be something to ship or to ask about. Raises NoTransaction."""
    require_transaction()
    position = ShippingPosition.objects.filter(pk=centre_id).first()
    head = ChainHead.objects.filter(pk=centre_id).first()
    if position is None or (head is not None and head.number > position.number):
        return True
    return Shipment.objects.filter(centre_id=centre_id, state__in=set(OWED) - {ShipmentState.REFUSED}).exists()


def lease(*, centre_id: int, since: datetime, at: datetime) -> Lease | None:
    """Return the right to ship, or None while another worker has it. Raises NoTransaction."""
    require_transaction()
    if not ShippingPosition.objects.filter(pk=centre_id).exists():
        number = _number_before(centre_id, since=since)
        ShippingPosition.objects.get_or_create(centre_id=centre_id, defaults={"number": number})
    position = ShippingPosition.objects.select_for_update(of=("self",)).get(pk=centre_id)
    if position.leased_until is not None and position.leased_until > at:
        return None
    position.fence, position.leased_until = position.fence + 1, at + LEASE
    position.save(update_fields=["fence", "leased_until"])
    # Whoever was sending has ended without writing down how.
    for left in Shipment.objects.filter(centre_id=centre_id, state=ShipmentState.SENDING).order_by("first_number"):
        step(left, ShipmentState.UNKNOWN, fault="the worker ended while it was sending")
    return Lease(centre_id=centre_id, fence=position.fence)


def _number_before(centre_id: int, *, since: datetime) -> int:
    """Return the last link before the first event of this moment or later."""
    later = JournalRecord.objects.filter(centre_id=centre_id, at__gte=since).values("sequence")
    first = ChainLink.objects.filter(centre_id=centre_id, record_sequence__in=later).order_by("number").first()
    if first is not None:
        return first.number - 1
    head = ChainHead.objects.filter(centre_id=centre_id).first()
    return head.number if head else 0


def release(held: Lease) -> None:
    """Let another worker ship; without effect when one does already. Raises NoTransaction."""
    require_transaction()
    ShippingPosition.objects.filter(centre_id=held.centre_id, fence=held.fence).update(leased_until=None)


def locked(held: Lease) -> ShippingPosition:
    """Return the position, locked until the transaction ends. Raises Overtaken, NoTransaction."""
    require_transaction()
    position = ShippingPosition.objects.select_for_update(of=("self",)).get(pk=held.centre_id)
    if position.fence != held.fence:
        raise Overtaken
    return position


def links_after(position: ShippingPosition, *, most: int) -> list[Linked]:
    """Return the next links of the chain with their events, in order. Call it inside a transaction."""
    return _linked(Q(centre_id=position.centre_id, number__gt=position.number), most=most)


def links_of(shipment: Shipment) -> list[Linked]:
    """Return the links whose events are in the shipment, in order. Call it inside a transaction."""
    wanted = Q(centre_id=shipment.centre_id, number__in=shipment.numbers)
    return _linked(wanted, most=len(shipment.numbers))


def _linked(wanted: Q, *, most: int) -> list[Linked]:
    links = list(ChainLink.objects.filter(wanted).order_by("number")[:most])
    records = JournalRecord.objects.in_bulk([one.record_sequence for one in links])
    return [Linked(number=one.number, id=bytes(one.hash).hex(), record=records[one.record_sequence]) for one in links]


def ids_of(shipment: Shipment) -> dict[int, str]:
    """Return the id of every event in the shipment by the number of its link. Call it inside a transaction."""
    links = ChainLink.objects.filter(centre_id=shipment.centre_id, number__in=shipment.numbers).order_by("number")
    return {one.number: bytes(one.hash).hex() for one in links}


def go_on_to(position: ShippingPosition, number: int) -> None:
    """Remember how far the chain was looked at."""
    require_transaction()
    position.number = number
    position.save(update_fields=["number"])


def add(part: Part, *, centre_id: int, state: ShipmentState, at: datetime, of: Shipment | None = None) -> Shipment:
    """Add a row for the part; a piece `of` another row keeps that one's number and times. Raises NoTransaction."""
    require_transaction()
    whole = of or Shipment(made_at=at)
    return Shipment.objects.create(
        centre_id=centre_id,
        state=state,
        uid=whole.uid,
        answer=whole.answer,
        tries=whole.tries,
        sent_at=whole.sent_at,
        made_at=whole.made_at,
        ended_at=at if state == ShipmentState.REGISTERED else None,
        fault=whole.fault,
        **_values(part, is_kept=state != ShipmentState.REGISTERED),
    )


def shrink(shipment: Shipment, part: Part) -> None:
    """Let the row hold only this part of what it held. Raises NoTransaction."""
    require_transaction()
    values = _values(part, is_kept=True)
    for name, value in values.items():
        setattr(shipment, name, value)
    shipment.save(update_fields=list(values))


def _values(part: Part, *, is_kept: bool) -> dict[str, object]:
    return {
        "first_number": part.first_number,
        "last_number": part.last_number,
        "numbers": list(part.numbers),
        "events": len(part.numbers),
        "oldest_at": part.oldest_at,
        "message": part.text if is_kept else "",
        "message_sha256": part.sha256,
    }


def step(shipment: Shipment, to: ShipmentState, **changes: object) -> None:
    """Move the shipment on with these values. A registered one loses its message. Raises StepNotAllowed."""
    require_transaction()
    event = shipment.move_to(to)
    if to == ShipmentState.REGISTERED:
        changes |= {"message": "", "fault": ""}
    for name, value in changes.items():
        setattr(shipment, name, value)
    shipment.save(update_fields=["state", *changes])
    log.info(event, centre_id=shipment.centre_id, count=shipment.events, attempt=shipment.tries)


def send_again(*, shipment_id: int, by_id: int, at: datetime) -> Shipment:
    """Have a refused shipment asked about and, when the log does not have it, sent again.

    Raises Shipment.DoesNotExist, StepNotAllowed, NoTransaction.
    """
    require_transaction()
    shipment = Shipment.objects.select_for_update(of=("self",)).get(pk=shipment_id)
    step(shipment, ShipmentState.UNKNOWN, fault="", next_try_at=None, sent_at=None, judged_by_id=by_id)
    _tell(SENT_AGAIN, shipment, by_id=by_id, at=at)
    return shipment


def set_aside(*, shipment_id: int, reason: str, by_id: int, at: datetime) -> Shipment:
    """Give a refused shipment up: it is owed no more. Raises as `send_again`, and ReasonMissing."""
    require_transaction()
    if not reason.strip():
        raise ReasonMissing
    shipment = Shipment.objects.select_for_update(of=("self",)).get(pk=shipment_id)
    step(shipment, ShipmentState.SET_ASIDE, reason=reason.strip(), judged_by_id=by_id, ended_at=at)
    _tell(PUT_ASIDE, shipment, by_id=by_id, at=at)
    return shipment


def _tell(event: str, shipment: Shipment, *, by_id: int, at: datetime) -> None:
    details = {"first": shipment.first_number, "last": shipment.last_number, "events": shipment.events}
    journal.record_without_subject(event, centre_id=shipment.centre_id, operator_id=by_id, at=at, details=details)
