"""The list of money that fits no order, and the ways to pay an open one at MPay."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from tests.desk.shop import ILINCA, LIDIA, enter
from tests.support.counter import ask_for, case_of, come, scan, sign, tell

from ghiseu.adapters.mpay.pages import MPayPages
from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.foundation.money import Money
from ghiseu.foundation.outcomes import TryLater
from ghiseu.journeys import collect_payment
from ghiseu.journeys.submit_case import submit_case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments.models import PaymentOrder, UnassignedPayment
from ghiseu.modules.payments.operations import MoneyCame
from ghiseu.modules.payments.ports import THE_ONE, PageFormat, invoices, pay_pages

SERVICES = ["asp.civil.certificate-civil-status"]
TUDOR = "2099230108510"
MPAY = "https://mpay.example.md"


@pytest.fixture
def order(lozova: AtDesk) -> PaymentOrder:
    """Issue the order of Tudor's request: 80 lei."""
    at = clock.now()
    number = ask_for(
        SERVICES[0], visit=come(TUDOR, to=lozova, at=at), to=lozova, answers={"foreign_events": False}, at=at
    )
    tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20", at=at)
    scan(number, "id_applicant", to=lozova, at=at)
    sign(number, to=lozova, at=at)
    submit_case(number=number, command="press-1", at_desk=lozova, at=at)
    return collect_payment.issue_order(number=number, at_desk=lozova, at=at)


@pytest.fixture
def too_much(order: PaymentOrder) -> PaymentOrder:
    """Let 81 lei come for it."""
    money = Money(amount=Decimal("81.00"), currency="MDL")
    came = MoneyCame(payment_id="1", invoice_id="", money=money, paid_at=clock.now())
    collect_payment.confirm(key=order.key, came=came, at=clock.now())
    return order


def number_of(order: PaymentOrder) -> str:
    with transaction():
        return PaymentOrder.objects.select_related("case").get(pk=order.pk).case.number


@pytest.fixture
def lead(lozova: AtDesk) -> Client:
    return enter(ILINCA)


def kept(lozova: AtDesk) -> UnassignedPayment:
    with scoped_to(lozova.scope), transaction():
        return UnassignedPayment.objects.get()


def press(browser: Client, lozova: AtDesk, **form: str) -> tuple[int, str]:
    answer = browser.post(f"/work-list/payments/{kept(lozova).pk}", form, follow=True)
    return answer.status_code, answer.content.decode()


class TestList:
    def test_is_named_on_the_work_list_only_while_something_waits(
        self, browser: Client, order: PaymentOrder, lozova: AtDesk
    ) -> None:
        before = browser.get("/work-list").content.decode()
        money = Money(amount=Decimal("81.00"), currency="MDL")
        came = MoneyCame(payment_id="1", invoice_id="", money=money, paid_at=clock.now())
        with scoped_to(lozova.scope):
            collect_payment.confirm(key=order.key, came=came, at=clock.now())

        assert "/work-list/payments" not in before
        assert "/work-list/payments" in browser.get("/work-list").content.decode()

    def test_shows_what_came_and_where_it_belongs(self, lead: Client, too_much: PaymentOrder, lozova: AtDesk) -> None:
        page = lead.get("/work-list/payments").content.decode()

        with scoped_to(lozova.scope):
            assert number_of(too_much) in page
        assert f'value="{too_much.key}"' in page
        assert TUDOR not in page

    def test_leads_to_the_case(self, lead: Client, too_much: PaymentOrder, lozova: AtDesk) -> None:
        with scoped_to(lozova.scope):
            number = number_of(too_much)
        lead.get("/work-list/payments")

        assert lead.get(f"/cases/{number}").status_code == 200

    def test_offers_an_operator_no_decision(self, browser: Client, too_much: PaymentOrder) -> None:
        page = browser.get("/work-list/payments").content.decode()

        assert 'value="assign"' not in page
        assert 'value="refund"' not in page


class TestSettling:
    def test_counts_the_money_and_leaves_the_rest_to_be_given_back(
        self, lead: Client, too_much: PaymentOrder, lozova: AtDesk
    ) -> None:
        status, page = press(lead, lozova, act="assign", order_key=too_much.key.lower().replace("-", " "))

        assert (status, kept(lozova).state) == (200, "part_assigned")
        assert 'value="refund"' in page
        with scoped_to(lozova.scope):
            assert case_of(number_of(too_much)).state == "sending"

    def test_gives_back_when_a_second_person_agrees(self, lead: Client, too_much: PaymentOrder, lozova: AtDesk) -> None:
        press(lead, lozova, act="refund", reason="paid twice")
        alone, _ = press(lead, lozova, act="agree")
        waits = kept(lozova).state
        press(enter(LIDIA), lozova, act="agree")

        assert (alone, waits, kept(lozova).state) == (422, "refund_asked", "refund_agreed")

    @pytest.mark.parametrize(
        "form",
        [{"act": "assign", "order_key": "2345-6789-ABCD"}, {"act": "assign"}, {"act": "refund", "reason": " "}],
    )
    def test_says_what_is_missing(
        self, lead: Client, too_much: PaymentOrder, lozova: AtDesk, form: dict[str, str]
    ) -> None:
        status, page = press(lead, lozova, **form)

        assert (status, kept(lozova).state) == (422, "waiting")
        assert 'role="alert"' in page

    @pytest.mark.parametrize("act", ["assign", "refund"])
    def test_is_not_an_operators_decision(
        self, browser: Client, too_much: PaymentOrder, lozova: AtDesk, act: str
    ) -> None:
        status, _ = press(browser, lozova, act=act, order_key=too_much.key, reason="why")

        assert (status, kept(lozova).state) == (403, "waiting")

    def test_pressed_twice_changes_nothing_more(self, lead: Client, too_much: PaymentOrder, lozova: AtDesk) -> None:
        for _ in range(2):
            status, _page = press(lead, lozova, act="refund", reason="paid twice")

        assert (status, kept(lozova).state) == (200, "refund_asked")


class Papers:
    """MPay's papers, or why there are none."""

    def __init__(self, content: bytes = b"") -> None:
        self.content = content

    def note(self, *, order_key: str, page: PageFormat) -> bytes:
        if not self.content:
            raise TryLater("MPay was never reached")
        return self.content


class TestPayingAtMPay:
    @pytest.fixture
    def pages(self) -> Iterator[None]:
        with pay_pages.serving(THE_ONE, MPayPages(url=MPAY, service_id="CUPS01")):
            yield

    def payment(self, browser: Client, order: PaymentOrder) -> str:
        return browser.get(f"/cases/{number_of(order)}/payment").content.decode()

    def test_is_not_offered_where_mpay_is_not_connected(self, browser: Client, order: PaymentOrder) -> None:
        page = self.payment(browser, order)

        assert "/service/pay" not in page
        assert "mpay-note" not in page

    def test_sends_the_browser_to_its_page_with_the_documented_fields(
        self, settings, browser: Client, order: PaymentOrder, pages: None
    ) -> None:
        page = self.payment(browser, order)

        assert f'action="{MPAY}/service/pay"' in page
        for name, value in {
            "ServiceID": "CUPS01",
            "OrderKey": order.key,
            "ReturnUrl": f"{settings.PUBLIC_URL}/cases/{number_of(order)}/payment",
        }.items():
            assert f'<input type="hidden" name="{name}" value="{value}">' in page

    def test_at_the_terminal_only_where_the_desks_have_one(
        self, settings, browser: Client, order: PaymentOrder, pages: None
    ) -> None:
        without = self.payment(browser, order)
        settings.MPAY_TERMINALS = True
        with_one = self.payment(browser, order)

        address = f'action="{MPAY}/PosTerminal/Pay/CUPS01/{order.key}"'
        assert address not in without
        assert address in with_one

    def test_prints_its_note(self, browser: Client, order: PaymentOrder) -> None:
        with invoices.serving(THE_ONE, Papers(b"%PDF-1.4")):
            page = self.payment(browser, order)
            answer = browser.get(f"/cases/{number_of(order)}/payment/mpay-note")

        assert f"/cases/{number_of(order)}/payment/mpay-note" in page
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"%PDF-1.4", "application/pdf")

    def test_says_what_to_do_when_it_gives_no_note(self, browser: Client, order: PaymentOrder) -> None:
        with invoices.serving(THE_ONE, Papers()):
            answer = browser.get(f"/cases/{number_of(order)}/payment/mpay-note")

        assert answer.status_code == 502

    def test_leads_back_when_the_note_is_not_connected(self, browser: Client, order: PaymentOrder) -> None:
        answer = browser.get(f"/cases/{number_of(order)}/payment/mpay-note")

        assert answer["Location"] == f"/cases/{number_of(order)}/payment"


class TestTerminalOfADesk:
    def test_is_told_to_mpay_by_the_lead_with_what_is_known(self, settings, lead: Client, lozova: AtDesk) -> None:
        settings.MPAY_TERMINALS = True
        with pay_pages.serving(THE_ONE, MPayPages(url=MPAY, service_id="CUPS01")):
            page = lead.get("/terminal").content.decode()

        assert f'action="{MPAY}/PosTerminal/Configure"' in page
        assert f'name="OrganizationName" value="{lozova.centre_name}"' in page
        for name in ("OrganizationIdno", "OfficeAddress", "Counter", "TerminalId", "VendorName", "IntendedIp"):
            assert f'name="{name}"' in page

    def test_is_not_offered_where_there_is_none(self, lead: Client) -> None:
        assert "PosTerminal" not in lead.get("/terminal").content.decode()
        assert "/terminal" not in lead.get("/work-list").content.decode()
