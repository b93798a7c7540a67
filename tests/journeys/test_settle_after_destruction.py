"""The content of a case is gone, and money of it is still to be settled: it can be, and its words go with the rest."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.support import retention
from tests.support.counter import NOON, case_of
from tests.support.retention import KEPT, ended, night, own_keys

from ghiseu.foundation.access import transaction
from ghiseu.foundation.money import Money
from ghiseu.journeys import collect_payment, settle_payment
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.payments.models import OrderPlace, PaymentOrder, UnassignedPayment
from ghiseu.modules.payments.operations import MoneyCame

SERVICES = retention.SERVICES
__all__ = ["ended", "own_keys"]
KEY = "7KQM-3XRW-9ABT"
AFTER = NOON + KEPT + timedelta(days=1)


@pytest.fixture
def lead(lozova: AtDesk) -> AtDesk:
    return replace(lozova, roles=frozenset({Role.CENTRE_LEAD}))


def money_of(number: str) -> int:
    """Let money come for a cancelled order of the case; return the payment as it is kept."""
    case = case_of(number)
    with transaction():
        OrderPlace.objects.create(key=KEY, centre_number=case.centre_id)
        of_money = {"amount": "80.00", "currency": "MDL", "lines": [], "quote": {}}
        times = {"issued_at": NOON, "expires_at": NOON + timedelta(days=30)}
        PaymentOrder.objects.create(
            centre_id=case.centre_id, case=case, key=KEY, state="cancelled", **of_money, **times
        )
    money = Money(amount=Decimal("80.00"), currency="MDL")
    came = MoneyCame(payment_id="1", invoice_id="", money=money, paid_at=NOON)
    collect_payment.confirm(key=KEY, came=came, at=NOON)
    return kept().pk


def kept() -> UnassignedPayment:
    with transaction():
        return UnassignedPayment.objects.get()


class TestMoneyOfADestroyedCase:
    def test_loses_the_words_about_it_and_stays_itself(self, ended: str, lead: AtDesk) -> None:
        settle_payment.ask_refund(payment=money_of(ended), reason="Eugenia paid twice", at_desk=lead, at=NOON)
        written = kept().reason

        night(KEPT)

        assert case_of(ended).destroyed_at is not None
        assert (written, kept().reason, kept().state) == ("Eugenia paid twice", None, "refund_asked")

    def test_can_still_be_given_back(self, ended: str, lead: AtDesk) -> None:
        payment = money_of(ended)
        night(KEPT)

        settle_payment.ask_refund(payment=payment, reason="paid twice", at_desk=lead, at=AFTER)

        assert (kept().reason, kept().state) == ("paid twice", "refund_asked")
