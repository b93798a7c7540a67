"""Issuing orders and recording that money came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError

from ghiseu.foundation.access import ActingContext, require_transaction, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.identifiers.numbers import new_order_key
from ghiseu.foundation.money import Money
from ghiseu.modules.cases.models import Case
from ghiseu.modules.payments.models import (
    OPEN_ORDERS,
    Confirmation,
    OrderPlace,
    PaymentOrder,
    PaymentOrderState,
)

VALID_FOR = timedelta(days=30)


class ReceiptDoesNotMatch(Exception):
    """The confirmation does not fit the order. `why` is amount, currency, or payment-id (counted for another one)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, kw_only=True)
class MoneyCame:
    """One confirmation of the payment system, already verified."""

    payment_id: str
    invoice_id: str
    money: Money
    paid_at: datetime


def issue_order(*, case: Case, money: Money, acting: ActingContext, at: datetime) -> PaymentOrder:
    """Issue the order of a case; while one is open, return that one. Raises NoTransaction."""
    require_transaction()
    known = PaymentOrder.objects.filter(case=case, state__in=OPEN_ORDERS).first()
    if known is not None:
        return known
    key = new_order_key()
    OrderPlace.objects.create(key=key, centre_number=case.centre_id)
    order = PaymentOrder.objects.create(
        centre_id=case.centre_id,
        case=case,
        key=key,
        amount=money.amount,
        currency=money.currency,
        lines=case.quote.get("lines", []),
        quote=case.quote,
        issued_at=at,
        expires_at=at + VALID_FOR,
    )
    journal.record("payments.order.issued", acting=acting, at=at, object_type="payment-order", object_id=str(order.pk))
    return order


def record_payment(*, key: str, came: MoneyCame, acting: ActingContext, at: datetime) -> PaymentOrder:
    """Count the money once. The same payment again changes nothing.

    Raises PaymentOrder.DoesNotExist, ReceiptDoesNotMatch, StepNotAllowed (cancelled, paid already), NoTransaction.
    """
    require_transaction()
    order = PaymentOrder.objects.select_for_update(of=("self",)).get(key=key)
    known = Confirmation.objects.filter(payment_id=came.payment_id).first()
    if known is not None and known.order_id == order.pk:
        return order
    if known is not None:
        raise ReceiptDoesNotMatch("payment-id")
    if came.money.currency != order.currency:
        raise ReceiptDoesNotMatch("currency")
    if came.money.amount <= Decimal(0) or came.money.amount > order.remaining.amount:
        raise ReceiptDoesNotMatch("amount")
    is_whole = came.money.amount == order.remaining.amount
    to = PaymentOrderState.PAID if is_whole else PaymentOrderState.PARTLY_PAID
    # A part moves an open order once; a cancelled order takes nothing, and the refused step says so.
    takes_a_step = is_whole or order.state in {PaymentOrderState.ISSUED, PaymentOrderState.CANCELLED}
    if takes_a_step:
        order.event_of_step(to)  # refuses before anything is written
    _count(order, came, at)
    order.paid_amount += came.money.amount
    if takes_a_step:
        event = order.move_to(to)
        order.paid_at = at if is_whole else None
        journal.record(event, acting=acting, at=at, object_type="payment-order", object_id=str(order.pk))
    order.save()
    return order


def _count(order: PaymentOrder, came: MoneyCame, at: datetime) -> None:
    try:
        with transaction():
            Confirmation.objects.create(
                centre_id=order.centre_id,
                order=order,
                payment_id=came.payment_id,
                invoice_id=came.invoice_id,
                amount=came.money.amount,
                currency=came.money.currency,
                paid_at=came.paid_at,
                received_at=at,
            )
    except IntegrityError as error:  # counted for an order of another centre, whose rows are not seen here
        raise ReceiptDoesNotMatch("payment-id") from error


def cancel_open_orders(*, case: Case, acting: ActingContext, at: datetime) -> None:
    """Withdraw orders of the case that are not paid in full: no more money is wanted. Raises NoTransaction.

    What came for a part stays counted; who cancels asks a person to settle it.
    """
    require_transaction()
    for order in PaymentOrder.objects.select_for_update(of=("self",)).filter(case=case, state__in=OPEN_ORDERS):
        event = order.move_to(PaymentOrderState.CANCELLED)
        order.save()
        journal.record(event, acting=acting, at=at, object_type="payment-order", object_id=str(order.pk))


def expire_order(order_id: int, *, acting: ActingContext, at: datetime) -> PaymentOrder | None:
    """Move the order to expired, or return None when it was paid or cancelled meanwhile. Raises NoTransaction.

    The caller holds the lock of the case, as everybody who changes an order does.
    """
    require_transaction()
    order = PaymentOrder.objects.select_for_update(of=("self",)).get(pk=order_id)
    if order.state not in OPEN_ORDERS or order.expires_at > at:
        return None
    event = order.move_to(PaymentOrderState.EXPIRED)
    order.save()
    journal.record(event, acting=acting, at=at, object_type="payment-order", object_id=str(order.pk))
    return order
