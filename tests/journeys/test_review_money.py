"""Money and the file that it pays for: nobody pays twice, and nothing leaves for less than its price."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.support.counter import (
    NOON,
    all_of,
    ask_for,
    calls,
    case_of,
    change,
    come,
    complete_and_submit,
    deliver,
    sign,
    submission_of,
    submit,
    tell,
)

from ghiseu.foundation.money import Money
from ghiseu.journeys import collect_payment
from ghiseu.journeys.end_case import end_case
from ghiseu.journeys.tell_order import Payable, tell_order
from ghiseu.modules.cases.models import CallTask
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Assignment
from ghiseu.modules.payments.models import PaymentOrder, UnassignedPayment
from ghiseu.modules.payments.operations import MoneyCame
from simulators.common.process import Running

SERVICES = ["asp.civil.certificate-civil-status"]
TUDOR = "2099230108510"
WHOLE, URGENT = "80.00", "320.00"
MONTHS_LATER = NOON + timedelta(days=90)


@pytest.fixture
def number(lozova: AtDesk, exchange: Running) -> str:
    """Send Tudor's request: 80 lei, the price in twenty working days. It waits for the money."""
    number = ask_for(SERVICES[0], visit=come(TUDOR, to=lozova), to=lozova, answers={"foreign_events": False})
    tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20")
    assert complete_and_submit(number, to=lozova).state == "awaiting_payment"
    return number


def order_of(number: str, lozova: AtDesk, *, at: datetime = NOON) -> PaymentOrder:
    return collect_payment.issue_order(number=number, at_desk=lozova, at=at)


def pay(order: PaymentOrder, amount: str, *, payment: str = "1", at: datetime = NOON) -> None:
    """Let the payment system confirm this much for the order."""
    money = Money(amount=Decimal(amount), currency="MDL")
    came = MoneyCame(payment_id=payment, invoice_id=payment, money=money, paid_at=at)
    collect_payment.confirm(key=order.key, came=came, at=at)


def orders(number: str) -> list[tuple[str, str]]:
    """Return state and amount of every order of the case, oldest first."""
    return [(one.state, str(one.amount)) for one in all_of(PaymentOrder, case__number=number)]


def expire(number: str, order: PaymentOrder) -> None:
    assert collect_payment.expire(at=MONTHS_LATER) == 1
    assert case_of(number).state == "draft"


class TestFileGivenBack:
    def test_that_was_paid_is_sent_again_without_a_second_order(
        self, number: str, lozova: AtDesk, institution: Callable[[str], Running]
    ) -> None:
        institution("asp")
        pay(order_of(number, lozova), WHOLE)
        change(submission_of(number), payload_sha256="0" * 64)  # the institution checks what it gets, and declines
        deliver(number)
        assert case_of(number).state == "draft"

        assert submit(number, to=lozova).state == "sending"

        assert orders(number) == [("paid", WHOLE)]

    def test_that_now_costs_more_asks_only_the_rest(
        self, number: str, lozova: AtDesk, institution: Callable[[str], Running]
    ) -> None:
        institution("asp")
        pay(order_of(number, lozova), WHOLE)
        change(submission_of(number), payload_sha256="0" * 64)
        deliver(number)
        tell(number, to=lozova, term="t1")
        sign(number, to=lozova)

        assert submit(number, to=lozova).state == "awaiting_payment"
        rest = order_of(number, lozova)
        pay(rest, "240.00", payment="2")

        assert orders(number) == [("paid", WHOLE), ("paid", "240.00")]
        assert case_of(number).state == "sending"
        assert calls(number) == []


class TestOldOrder:
    def test_of_a_lower_price_does_not_pay_for_the_new_one(self, number: str, lozova: AtDesk) -> None:
        old = order_of(number, lozova)
        expire(number, old)
        tell(number, to=lozova, term="t1")
        sign(number, to=lozova)
        submit(number, to=lozova)
        order_of(number, lozova, at=MONTHS_LATER)

        pay(old, WHOLE, at=MONTHS_LATER)

        assert orders(number) == [("paid", WHOLE), ("issued", URGENT)]
        assert case_of(number).state == "awaiting_payment"
        assert "alarm" in calls(number)

    def test_of_a_higher_price_is_left_to_a_person(self, number: str, lozova: AtDesk) -> None:
        expire(number, order_of(number, lozova))
        tell(number, to=lozova, term="t1")
        sign(number, to=lozova)
        submit(number, to=lozova)
        dear = order_of(number, lozova, at=NOON)
        expire(number, dear)
        tell(number, to=lozova, term="t10")
        sign(number, to=lozova)
        submit(number, to=lozova)
        order_of(number, lozova, at=MONTHS_LATER)

        pay(dear, URGENT, at=MONTHS_LATER)

        assert case_of(number).state == "awaiting_payment"
        assert "alarm" in calls(number)

    def test_of_the_same_price_pays_and_the_new_one_is_withdrawn(self, number: str, lozova: AtDesk) -> None:
        old = order_of(number, lozova)
        expire(number, old)
        submit(number, to=lozova)
        order_of(number, lozova, at=MONTHS_LATER)

        pay(old, WHOLE, at=MONTHS_LATER)

        assert orders(number) == [("paid", WHOLE), ("cancelled", WHOLE)]
        assert case_of(number).state == "sending"


class TestPart:
    def test_whose_rest_never_comes_runs_out_and_a_person_is_asked(self, number: str, lozova: AtDesk) -> None:
        order = order_of(number, lozova)
        pay(order, "30.00")
        told = tell_order(key=order.key, language="ro", at=MONTHS_LATER)
        assert told is not None
        assert told.payable is Payable.EXPIRED

        expire(number, order)

        assert orders(number) == [("expired", WHOLE)]
        assert calls(number) == ["alarm", "payment_expired"]

    def test_counts_when_the_file_is_sent_again(self, number: str, lozova: AtDesk) -> None:
        order = order_of(number, lozova)
        pay(order, "30.00")
        expire(number, order)
        submit(number, to=lozova)

        pay(order_of(number, lozova, at=MONTHS_LATER), "50.00", payment="2", at=MONTHS_LATER)

        assert orders(number) == [("expired", WHOLE), ("paid", "50.00")]
        assert case_of(number).state == "sending"


class TestCaseWithdrawn:
    def test_while_it_waits_for_money_takes_its_order_back(self, number: str, lozova: AtDesk) -> None:
        order = order_of(number, lozova)

        end_case(number=number, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=NOON)

        assert orders(number) == [("cancelled", WHOLE)]
        assert calls(number) == []
        for payment, amount in enumerate((WHOLE, "30.00")):
            pay(order, amount, payment=str(payment))
        assert len(all_of(UnassignedPayment)) == 2
        assert calls(number) == ["alarm"]

    def test_with_a_part_paid_asks_a_person_to_settle_it(self, number: str, lozova: AtDesk) -> None:
        pay(order_of(number, lozova), "30.00")

        end_case(number=number, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=NOON)

        assert orders(number) == [("cancelled", WHOLE)]
        assert calls(number) == ["alarm"]


class TestMoney:
    def test_is_counted_when_its_operator_works_there_no_more(
        self, number: str, lozova: AtDesk, as_owner: Callable[[], object]
    ) -> None:
        order = order_of(number, lozova)
        with as_owner():
            Assignment.objects.all().delete()

        pay(order, WHOLE)

        assert orders(number) == [("paid", WHOLE)]
        assert case_of(number).state == "sending"

    def test_that_came_already_lowers_the_next_order(self, number: str, lozova: AtDesk) -> None:
        old = order_of(number, lozova)
        expire(number, old)
        tell(number, to=lozova, term="t1")
        sign(number, to=lozova)
        submit(number, to=lozova)
        pay(old, WHOLE, at=MONTHS_LATER)

        pay(order_of(number, lozova, at=MONTHS_LATER), "240.00", payment="2", at=MONTHS_LATER)

        assert orders(number) == [("paid", WHOLE), ("paid", "240.00")]
        assert case_of(number).state == "sending"

    def test_more_than_the_price_is_told_to_a_person(self, number: str, lozova: AtDesk) -> None:
        old = order_of(number, lozova)
        expire(number, old)
        submit(number, to=lozova)
        new = order_of(number, lozova, at=MONTHS_LATER)
        pay(old, "30.00", at=MONTHS_LATER)
        for task in all_of(CallTask):
            change(task, done_at=NOON, done_by_id=1)

        pay(new, WHOLE, payment="2", at=MONTHS_LATER)

        assert case_of(number).state == "sending"
        assert calls(number) == ["alarm"]
