"""What MDelivery reads of us and tells us. Source: the MDelivery guide of egov4dev, API reference and scenarios.

One sample spells AwaitingPayment as AwaytingPayment; both are read, the right one is written.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import orjson

from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.modules.custody.delivery_states import PaperState
from ghiseu.modules.custody.ports import CarrierNews, Order

WORDS = {
    PaperState.ORDERED: "Processing",
    PaperState.AWAITING_PAYMENT: "AwaitingPayment",
    PaperState.PAID: "Paid",
    PaperState.READY: "Ready",
    PaperState.AWAITING_PICKUP: "AwaitingPickup",
    PaperState.DELIVERING: "Delivering",
    PaperState.DELIVERED: "Delivered",
    PaperState.CONFIRMED: "Confirmed",
    PaperState.PROBLEM: "Problem",
    PaperState.RETURNING: "Returning",
    PaperState.RETURNED: "Returned",
    PaperState.CANCELLED: "Cancelled",
    PaperState.EXPIRED: "Expired",
}
_STATES = {word.lower(): state for state, word in WORDS.items()} | {"awaytingpayment": PaperState.AWAITING_PAYMENT}
LARGEST_COST = Decimal("99999999")
# A sheet of paper in an envelope: centimetres and kilograms.
ENVELOPE: Mapping[str, float] = {"length": 30, "width": 22, "height": 1, "weight": 0.1}


class NotUnderstood(UnusableAnswer):
    """The message does not keep the contract; `field` is the one that is wrong."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


def details(order: Order) -> dict[str, object]:
    """Return the body of GET …/delivery/details. What is due to us was paid before the file was sent."""
    product = {
        "code": order.product,
        "description": order.description,
        "price": float(order.price),
        "quantity": 1,
        **ENVELOPE,
        "holderID": order.holder.idnp,
        "holderName": order.holder.surname,
        "holderFirstName": order.holder.given_name,
    }
    receiver = {
        "type": "Person",
        "id": order.receiver.idnp,
        "name": order.receiver.surname,
        "firstName": order.receiver.given_name,
        "email": order.receiver.email or None,
        "phone": order.receiver.phone or None,
    }
    return {
        "id": order.number,
        "isPaid": True,
        "status": WORDS[order.state],
        "message": None,
        "receiver": receiver,
        "pickupPointCode": order.pickup_point,
        "orderSubmittedAt": moment(order.submitted_at),
        "deliveryAcceptedUntil": moment(order.accepted_until),
        "estimatedReadyAt": moment(order.ready_estimate),
        "products": [product],
    }


def changes(rows: list[tuple[str, str, PaperState]]) -> list[dict[str, str]]:
    """Return the body of GET …/delivery/changes from service, order and state of each."""
    return [{"serviceID": service, "orderID": order, "status": WORDS[state]} for service, order, state in rows]


def moment(at: datetime) -> str:
    """Return the moment as the samples write it: UTC with milliseconds and Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def read_news(raw: bytes, *, zone: ZoneInfo) -> CarrierNews:
    """Read the body of PUT …/delivery/status. Moments without a zone are of `zone`. Raises NotUnderstood."""
    given = _object(raw)
    word = given.get("status")
    state = _STATES.get(word.lower()) if isinstance(word, str) else None
    if state is None:
        raise NotUnderstood("status", "is none of the known ones")
    return CarrierNews(
        state=state,
        raw=raw.decode(),
        carrier=_text(given, "carrierName"),
        tracking=_text(given, "trackingID"),
        cost=_cost(given.get("carrierCost")),
        expected_from=_moment(given, "carrierEstimatedDeliveryStart", zone),
        expected_until=_moment(given, "carrierEstimatedDeliveryEnd", zone),
    )


def _object(raw: bytes) -> dict[str, object]:
    try:
        given = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotUnderstood("body", "is not JSON") from error
    if not isinstance(given, dict):
        raise NotUnderstood("body", "is not an object")
    return given


def _text(given: Mapping[str, object], name: str) -> str:
    """Return a text; the contract requires it, and its own samples leave it out before a carrier is chosen."""
    value = given.get(name)
    if value is not None and not isinstance(value, str | int):
        raise NotUnderstood(name, "is not a text")
    return str(value or "").replace("\0", "")


def _cost(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        cost = Decimal(str(value))
    except InvalidOperation as error:
        raise NotUnderstood("carrierCost", "is not a number") from error
    if not cost.is_finite() or not 0 <= cost <= LARGEST_COST:
        raise NotUnderstood("carrierCost", "is out of range")
    return cost.quantize(Decimal("0.01"))


def _moment(given: Mapping[str, object], name: str, zone: ZoneInfo) -> datetime | None:
    value = given.get(name)
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise NotUnderstood(name, "is not a moment") from error
    return at if at.tzinfo else at.replace(tzinfo=zone)
