"""Where a paper is on its way to the door. The words on the wire are MDelivery's own; these are ours for the same."""

from django.db import models

from ghiseu.foundation.states import Steps


class PaperState(models.TextChoices):
    ORDERED = "ordered"
    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    READY = "ready"
    AWAITING_PICKUP = "awaiting_pickup"
    DELIVERING = "delivering"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    PROBLEM = "problem"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_ = PaperState  # short, for the tables below
# The usual way. News comes over the network and may overtake other news, so each state may be reached from each before.
WAY = (
    _.ORDERED,
    _.AWAITING_PAYMENT,
    _.PAID,
    _.READY,
    _.AWAITING_PICKUP,
    _.DELIVERING,
    _.DELIVERED,
    _.CONFIRMED,
)
UNTIL_PICKED_UP = (_.ORDERED, _.AWAITING_PAYMENT, _.PAID, _.READY, _.AWAITING_PICKUP)
WITH_CARRIER = (_.READY, _.AWAITING_PICKUP, _.DELIVERING)
_PAIRS = {
    *((before, after) for place, before in enumerate(WAY) for after in WAY[place + 1 :]),
    *((before, _.PROBLEM) for before in (_.PAID, *WITH_CARRIER)),
    *((_.PROBLEM, after) for after in (_.DELIVERING, _.DELIVERED, _.CONFIRMED, _.RETURNING, _.RETURNED)),
    *((before, after) for before in (_.PAID, *WITH_CARRIER) for after in (_.RETURNING, _.RETURNED)),
    # It was on its way back and the person met the carrier after all.
    *((_.RETURNING, after) for after in (_.RETURNED, _.DELIVERED, _.CONFIRMED)),
    *((before, _.CANCELLED) for before in UNTIL_PICKED_UP),
    *((before, _.EXPIRED) for before in (_.ORDERED, _.AWAITING_PAYMENT)),
}


def event_of(state: PaperState) -> str:
    """Return the audit event of reaching the state."""
    return f"custody.delivery.{state.value.replace('_', '-')}"


STEPS: Steps[PaperState] = {pair: event_of(pair[1]) for pair in sorted(_PAIRS)}
# News of these is looked at by a person even when no step leads there.
MATTERS = frozenset({_.PROBLEM, _.RETURNING, _.RETURNED, _.CANCELLED})
