"""Money that fits no order never disappears: people count it for an order after all, or agree to give it back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from tests.support.counter import NOON, all_of, ask_for, calls, case_of, come, scan, sign, tell

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.foundation.money import Money
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import collect_payment, settle_payment
from ghiseu.journeys.end_case import end_case
from ghiseu.journeys.submit_case import submit_case
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Operator, Role
from ghiseu.modules.payments.models import (
    UNASSIGNED_STEPS,
    Confirmation,
    OrderPlace,
    PaymentOrder,
    UnassignedPayment,
    UnassignedState,
)
from ghiseu.modules.payments.operations import MoneyCame
from simulators.common.process import Running

SERVICES = ["asp.civil.certificate-civil-status"]
TUDOR = "2099230108510"
WHOLE = Decimal("80.00")
SOON = NOON + timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def number(lozova: AtDesk, exchange: Running) -> str:
    """Bring Tudor's request for a certificate to where it waits for 80 lei."""
    number = ask_for(SERVICES[0], visit=come(TUDOR, to=lozova), to=lozova, answers={"foreign_events": False})
    tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20")
    scan(number, "id_applicant", to=lozova)
    sign(number, to=lozova)
    assert submit_case(number=number, command="press-1", at_desk=lozova, at=NOON).state == "awaiting_payment"
    return number


@pytest.fixture
def lead(lozova: AtDesk) -> AtDesk:
    return replace(lozova, roles=frozenset({Role.CENTRE_LEAD}))


@pytest.fixture
def colleague(lozova: AtDesk, as_owner: Callable[[], AbstractContextManager[None]]) -> AtDesk:
    """Return somebody else at the same desk."""
    with as_owner():
        other = Operator.objects.create(idnp="2099310101017", idnp_index=b"other", surname="Test", given_name="Ilinca")
    return replace(lozova, operator_id=other.pk, operator_idnp="2099310101017", operator_name="Ilinca Test")


def order_of(number: str, desk: AtDesk) -> PaymentOrder:
    return collect_payment.issue_order(number=number, at_desk=desk, at=NOON)


def came(amount: Decimal | str, *, payment: str = "1", currency: str = "MDL", at: datetime = NOON) -> MoneyCame:
    money = Money(amount=Decimal(amount), currency=currency)
    return MoneyCame(payment_id=payment, invoice_id=f"N{payment}", money=money, paid_at=at)


def unfit(order: PaymentOrder, money: MoneyCame) -> UnassignedPayment:
    """Let money come that the order does not take; return it as it is kept."""
    collect_payment.confirm(key=order.key, came=money, at=NOON)
    with transaction():
        return UnassignedPayment.objects.get(payment_id=money.payment_id)


def again(kept: UnassignedPayment) -> UnassignedPayment:
    with transaction():
        return UnassignedPayment.objects.get(pk=kept.pk)


def counted() -> list[tuple[str, Decimal]]:
    with transaction():
        return list(Confirmation.objects.order_by("id").values_list("payment_id", "amount"))


def events(kept: UnassignedPayment) -> list[str]:
    with transaction():
        found = JournalRecord.objects.filter(object_type="unassigned-payment", object_id=str(kept.pk))
        return list(found.order_by("sequence").values_list("event", flat=True))


class TestKept:
    @pytest.mark.parametrize(("amount", "currency", "why"), [("81.00", "MDL", "amount"), ("80.00", "EUR", "currency")])
    def test_says_why_and_puts_the_case_before_a_person(
        self, number: str, lozova: AtDesk, amount: str, currency: str, why: str
    ) -> None:
        kept = unfit(order_of(number, lozova), came(amount, currency=currency))

        assert (kept.why, kept.state, kept.money.amount) == (why, "waiting", Decimal(amount))
        assert (counted(), calls(number)) == ([], ["alarm"])

    def test_after_the_order_was_cancelled(self, number: str, lozova: AtDesk) -> None:
        order = order_of(number, lozova)
        end_case(number=number, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=NOON)

        assert unfit(order, came(WHOLE)).why == "not-payable"

    def test_once_however_often_it_is_told(self, number: str, lozova: AtDesk) -> None:
        order = order_of(number, lozova)
        for _ in range(3):
            kept = unfit(order, came("81.00"))

        assert len(all_of(UnassignedPayment)) == 1
        assert events(kept) == ["payments.payment.unassigned"]


class TestToldTooEarly:
    def test_is_refused_until_the_order_is_there_and_then_counted(self, number: str, lozova: AtDesk) -> None:
        early = "7KQM-3XRW-9ABT"
        with pytest.raises(collect_payment.UnknownOrder):
            collect_payment.confirm(key=early, came=came(WHOLE), at=NOON)
        order = order_of(number, lozova)
        with transaction():
            PaymentOrder.objects.filter(pk=order.pk).update(key=early)
            OrderPlace.objects.create(key=early, centre_number=order.centre_id)

        collect_payment.confirm(key=early, came=came(WHOLE), at=NOON)

        assert (counted(), case_of(number).state) == ([("1", WHOLE)], "sending")


class TestCountedAfterAll:
    def test_pays_the_order_and_sends_the_file_and_the_rest_is_left(
        self, number: str, lozova: AtDesk, lead: AtDesk
    ) -> None:
        order = order_of(number, lozova)
        kept = unfit(order, came("81.00"))

        settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=lead, at=SOON)

        assert counted() == [("1", WHOLE)]
        assert case_of(number).state == "sending"
        assert (again(kept).state, again(kept).left.amount) == ("part_assigned", Decimal("1.00"))
        assert events(kept) == ["payments.payment.unassigned", "payments.payment.assigned"]

    def test_told_again_changes_nothing(self, number: str, lozova: AtDesk, lead: AtDesk) -> None:
        order = order_of(number, lozova)
        kept = unfit(order, came("81.00"))
        settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=lead, at=SOON)

        collect_payment.confirm(key=order.key, came=came("81.00"), at=SOON)

        assert counted() == [("1", WHOLE)]
        assert again(kept).state == "part_assigned"

    def test_for_one_order_only(self, number: str, lozova: AtDesk, lead: AtDesk) -> None:
        order = order_of(number, lozova)
        kept = unfit(order, came("81.00"))
        settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=lead, at=SOON)

        with pytest.raises(StepNotAllowed):
            settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=lead, at=SOON)

    def test_but_not_for_an_order_that_is_paid(self, number: str, lozova: AtDesk, lead: AtDesk) -> None:
        old = order_of(number, lozova)
        collect_payment.expire(at=NOON + timedelta(days=40))
        late = NOON + timedelta(days=40)
        collect_payment.confirm(key=old.key, came=came(WHOLE, payment="0"), at=late)
        kept = unfit(old, came("30.00", payment="2"))

        with pytest.raises(settle_payment.DoesNotFit):
            settle_payment.assign(payment=kept.pk, order_key=old.key, at_desk=lead, at=late)

        assert (counted(), again(kept).state) == ([("0", WHOLE)], "waiting")

    def test_is_refused_for_an_order_of_another_currency(self, number: str, lozova: AtDesk, lead: AtDesk) -> None:
        order = order_of(number, lozova)
        kept = unfit(order, came("81.00", currency="EUR"))

        with pytest.raises(settle_payment.DoesNotFit):
            settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=lead, at=SOON)

        assert (counted(), again(kept).state) == ([], "waiting")

    def test_is_refused_for_an_order_that_is_not_there(self, number: str, lozova: AtDesk, lead: AtDesk) -> None:
        kept = unfit(order_of(number, lozova), came("81.00"))

        with pytest.raises(settle_payment.NoSuchOrder):
            settle_payment.assign(payment=kept.pk, order_key="2345-6789-ABCD", at_desk=lead, at=SOON)

        assert (counted(), again(kept).state) == ([], "waiting")

    def test_is_the_leads_decision(self, number: str, lozova: AtDesk) -> None:
        order = order_of(number, lozova)
        kept = unfit(order, came("81.00"))
        operator = replace(lozova, roles=frozenset({Role.OPERATOR}))

        with pytest.raises(settle_payment.NotForYou):
            settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=operator, at=SOON)
        with pytest.raises(settle_payment.NotForYou):
            settle_payment.ask_refund(payment=kept.pk, reason="mistake", at_desk=operator, at=SOON)


class TestGivenBack:
    def test_needs_two_people(self, number: str, lozova: AtDesk, lead: AtDesk, colleague: AtDesk) -> None:
        kept = unfit(order_of(number, lozova), came("81.00"))

        settle_payment.ask_refund(payment=kept.pk, reason="paid twice", at_desk=lead, at=SOON)
        with pytest.raises(settle_payment.SamePerson):
            settle_payment.agree_refund(payment=kept.pk, at_desk=lead, at=SOON)
        settle_payment.agree_refund(payment=kept.pk, at_desk=colleague, at=SOON)

        now = again(kept)
        assert (now.state, now.reason, now.settled_by_id, now.settled_at) == (
            "refund_agreed",
            "paid twice",
            colleague.operator_id,
            SOON,
        )
        assert events(kept)[1:] == ["payments.refund.asked", "payments.refund.agreed"]

    def test_needs_a_reason(self, number: str, lozova: AtDesk, lead: AtDesk) -> None:
        kept = unfit(order_of(number, lozova), came("81.00"))

        with pytest.raises(settle_payment.ReasonMissing):
            settle_payment.ask_refund(payment=kept.pk, reason=" ", at_desk=lead, at=SOON)

    def test_declined_waits_as_before(self, number: str, lozova: AtDesk, lead: AtDesk, colleague: AtDesk) -> None:
        order = order_of(number, lozova)
        kept = unfit(order, came("81.00"))
        settle_payment.assign(payment=kept.pk, order_key=order.key, at_desk=lead, at=SOON)
        settle_payment.ask_refund(payment=kept.pk, reason="too much", at_desk=lead, at=SOON)

        settle_payment.decline_refund(payment=kept.pk, at_desk=colleague, at=SOON)

        assert (again(kept).state, again(kept).reason) == ("part_assigned", None)

    def test_is_kept_from_one_person_by_the_database_too(self, number: str, lozova: AtDesk) -> None:
        kept = unfit(order_of(number, lozova), came("81.00"))
        alone = {"asked_by_id": 1, "settled_by_id": 1, "settled_at": SOON, "state": "refund_agreed"}

        with pytest.raises(IntegrityError, match="agreed_by_another_person"), transaction():
            UnassignedPayment.objects.filter(pk=kept.pk).update(**alone)


class TestSteps:
    @pytest.mark.parametrize("of", UnassignedState)
    def test_lead_nowhere_from_what_is_settled_and_are_all_told_in_the_journal(self, of: UnassignedState) -> None:
        further = {to: event for (start, to), event in UNASSIGNED_STEPS.items() if start == of}

        assert bool(further) is (of not in {UnassignedState.ASSIGNED, UnassignedState.REFUND_AGREED})
        assert all(event.startswith("payments.") for event in further.values())
