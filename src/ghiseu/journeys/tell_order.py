"""The payment system asks what an order is about; it is told what it needs to take the money, and nothing more."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.money import Money
from ghiseu.journeys.load_case import package_of
from ghiseu.modules.payments import queries
from ghiseu.modules.payments.models import PaymentOrder, PaymentOrderState


class Payable(StrEnum):
    """What the payment system may do with the order now."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class LineTold:
    """One part of the amount still due."""

    id: str
    reason: str
    due: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderTold:
    """An order in words for the payer. The payer is who asks at the counter; `payer_idnp` may be empty (foreigner)."""

    reason: str
    payable: Payable
    due: Money
    issued_at: datetime
    expires_at: datetime
    payer_idnp: str
    payer_name: str
    lines: tuple[LineTold, ...]


_PAYABLE = {
    PaymentOrderState.ISSUED: Payable.OPEN,
    PaymentOrderState.PARTLY_PAID: Payable.PARTLY_PAID,
    PaymentOrderState.PAID: Payable.PAID,
    PaymentOrderState.EXPIRED: Payable.EXPIRED,
    PaymentOrderState.CANCELLED: Payable.CANCELLED,
}


def tell_order(*, key: str, language: str, at: datetime) -> OrderTold | None:
    """Return the order of this key as it stands at `at`, or None when no order ever had it. Changes nothing."""
    with transaction():
        centre_id = queries.centre_of(key)
    if centre_id is None:
        return None
    with scoped_to(Scope(centre_id=centre_id)), transaction():
        order = PaymentOrder.objects.select_related("case__applicant", "case__package").get(key=key)
        payable = _PAYABLE[PaymentOrderState(order.state)]
        # The job that lets orders expire may not have come by yet.
        if payable in {Payable.OPEN, Payable.PARTLY_PAID} and order.expires_at <= at:
            payable = Payable.EXPIRED
        reason = package_of(order.case).name(language)
        return OrderTold(
            reason=reason,
            payable=payable,
            due=order.remaining,
            issued_at=order.issued_at,
            expires_at=order.expires_at,
            payer_idnp=order.case.applicant.idnp,
            payer_name=order.case.applicant.full_name,
            lines=_lines(order, reason=reason),
        )


def _lines(order: PaymentOrder, *, reason: str) -> tuple[LineTold, ...]:
    """Return the parts of the order, what came already taken off from the first ones. They add up to what is due."""
    came = order.paid_amount
    told = []
    for line in order.lines:
        amount = Decimal(line["amount"] or 0)
        if not amount:
            continue
        taken = min(came, amount)
        came -= taken
        told.append(LineTold(id=line["id"], reason=reason, due=amount - taken))
    if sum(line.due for line in told) != order.remaining.amount or not told:
        return (LineTold(id="1", reason=reason, due=order.remaining.amount),)
    return tuple(told)
