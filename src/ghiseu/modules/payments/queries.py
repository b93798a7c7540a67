"""Reading orders."""

from ghiseu.modules.cases.models import Case
from ghiseu.modules.payments.models import OrderPlace, PaymentOrder


def newest_order(case: Case) -> PaymentOrder | None:
    """Return the case's newest order."""
    return PaymentOrder.objects.filter(case=case).order_by("-id").first()


def centre_of(key: str) -> int | None:
    """Return the id of the centre that issued the order, before any scope is set."""
    return OrderPlace.objects.filter(key=key).values_list("centre_number", flat=True).first()
