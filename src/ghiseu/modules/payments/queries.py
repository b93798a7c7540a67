"""Reading orders."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from ghiseu.foundation.money import Money
from ghiseu.modules.cases.models import Case
from ghiseu.modules.payments.models import (
    OPEN_ORDERS,
    SETTLED,
    UNSETTLED,
    OrderPlace,
    PaymentOrder,
    UnassignedPayment,
)


def newest_order(case: Case) -> PaymentOrder | None:
    """Return the case's newest order."""
    return PaymentOrder.objects.filter(case=case).order_by("-id").first()


def has_open_order(case: Case) -> bool:
    """Tell whether an order of the case can be paid now."""
    return PaymentOrder.objects.filter(case=case, state__in=OPEN_ORDERS).exists()


def paid_for(case: Case, *, currency: str) -> Money:
    """Return what came for the case so far, by all of its orders in this currency."""
    came = PaymentOrder.objects.filter(case=case, currency=currency).aggregate(sum=Sum("paid_amount"))["sum"]
    return Money(amount=came or Decimal(0), currency=currency)


def still_due(case: Case, *, total: Money) -> Money:
    """Return what is still to be paid of the whole price; nothing when enough came already."""
    came = paid_for(case, currency=total.currency)
    return Money(amount=max(total.amount - came.amount, Decimal(0)), currency=total.currency)


def late(*, at: datetime) -> list[tuple[int, int]]:
    """Return this centre's open orders whose time ran out, as (order, case)."""
    found = PaymentOrder.objects.filter(state__in=OPEN_ORDERS, expires_at__lte=at)
    return list(found.order_by("id").values_list("id", "case_id"))


def centre_of(key: str) -> int | None:
    """Return the id of the centre that issued the order, before any scope is set."""
    return OrderPlace.objects.filter(key=key).values_list("centre_number", flat=True).first()


def unsettled(*, centre_id: int) -> list[UnassignedPayment]:
    """Return the centre's money that fits no order and waits for a person, the oldest first."""
    found = UnassignedPayment.objects.filter(centre_id=centre_id, state__in=UNSETTLED)
    return list(found.select_related("order__case", "assigned_to").order_by("id"))


def unsettled_count(*, centre_id: int) -> int:
    """Return how many of them there are."""
    return UnassignedPayment.objects.filter(centre_id=centre_id, state__in=UNSETTLED).count()


def lately_settled(*, centre_id: int, most: int = 20) -> list[UnassignedPayment]:
    """Return the centre's payments that a person settled, the latest first."""
    found = UnassignedPayment.objects.filter(centre_id=centre_id, state__in=SETTLED)
    return list(found.select_related("order__case", "assigned_to").order_by("-settled_at", "-id")[:most])
