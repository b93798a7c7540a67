"""A price that nobody knows is never asked for."""

import pytest
from tests.support.counter import NOON, all_of, ask_for, case_of, change, come, complete_and_submit, opened, tell

from ghiseu.journeys.collect_payment import PriceUnknown, issue_order
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments.models import PaymentOrder
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth"]
TUDOR = "2099230108510"


@pytest.fixture
def number(lozova: AtDesk, exchange: Running) -> str:
    """Open the case of somebody who pays, in a term whose price is not published."""
    number = ask_for(SERVICES[0], visit=come(TUDOR, to=lozova), to=lozova)
    tell(number, to=lozova, term="t20", purpose="inheritance")
    return number


class TestUnknownPrice:
    def test_is_not_zero(self, lozova: AtDesk, number: str) -> None:
        quote = opened(number, to=lozova).judged.quote

        assert quote.total is None
        assert not quote.is_free

    def test_issues_no_order_when_the_file_is_sent(self, lozova: AtDesk, number: str) -> None:
        complete_and_submit(number, to=lozova)

        assert all_of(PaymentOrder) == []

    def test_issues_no_order_even_of_a_case_that_waits_for_money(self, lozova: AtDesk, number: str) -> None:
        change(case_of(number), state="awaiting_payment")

        with pytest.raises(PriceUnknown):
            issue_order(number=number, at_desk=lozova, at=NOON)

        assert all_of(PaymentOrder) == []
        assert case_of(number).state == "awaiting_payment"
