"""Pages of what is on its way: a delivery that waits can be tried now, and an order is only paid, never signed."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.support.counter import ask_for, case_of, change, come, complete_and_submit, submission_of, tell

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.centres.at_desk import AtDesk

SERVICES = ["asp.civil.extract-birth", "mpay.pay-order"]
BIRTH, PAY = SERVICES
EUGENIA = "2099010100376"


@pytest.fixture
def stuck(lozova: AtDesk) -> str:
    """Leave a delivery that was tried four times and waits; return the number of its case."""
    at = clock.now()
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova, at=at), to=lozova, at=at)
    complete_and_submit(number, to=lozova, at=at)
    with transaction():
        change(submission_of(number), fence=4, next_try_at=at + timedelta(minutes=15))
    return number


class TestStuckDelivery:
    def test_is_listed_with_the_institutions_name_and_is_tried_when_asked(self, browser: Client, stuck: str) -> None:
        listed = browser.get("/work-list?list=deliveries").content.decode()
        assert "Agenția Servicii Publice" in listed
        assert "Încearcă acum" in listed

        browser.post(f"/work-list/deliveries/{submission_of(stuck).number}/ask")

        due = submission_of(stuck).next_try_at
        assert due is not None
        assert due <= clock.now()

    def test_is_not_called_sent(self, browser: Client, stuck: str) -> None:
        page = browser.get(f"/cases/{stuck}").content.decode()

        assert case_of(stuck).state == "sending"
        assert "Se trimite instituției" in page
        assert "Trimisă instituției" not in page


class TestPaymentOrder:
    def test_is_neither_signed_nor_sent(self, browser: Client, lozova: AtDesk) -> None:
        at = clock.now()
        visit = come(EUGENIA, to=lozova, at=at)
        number = ask_for(PAY, visit=visit, to=lozova, answers={"order_alive": True}, at=at)
        tell(number, to=lozova, order_key="CUPS-2026-000001", way="terminal", at=at)

        check = browser.get(f"/cases/{number}/check").content.decode()
        sent = browser.post(f"/cases/{number}/submit", {"command_id": "once"}, follow=True).content.decode()

        assert "Fă fișa de plată" in check
        assert [one for one in ("Scanați hârtia semnată", "Trimite instituției") if one in check] == []
        assert "Persoana știe cum să plătească" in sent
        assert "Predat persoanei" not in sent
        assert "Plătiți la terminal, cu numerar." in sent
