"""Tudor wants a certificate that costs money. The simulated MPay calls the running product over HTTP."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection
from lxml import etree
from tests.support import paying
from tests.support.paying import (
    DUE,
    TUDOR,
    ask,
    calls,
    case_of,
    confirmations,
    fault_code,
    notice,
    notices,
    pay,
    state_of,
    tell_mpay,
    unassigned,
    wait_until_confirmed,
)
from tests.support.waiting import until

from ghiseu.channels.callbacks.unverified import NOT_KEPT
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.journeys import collect_payment
from ghiseu.journeys.end_case import end_case
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments import messages
from ghiseu.modules.payments.models import Confirmation, PaymentMessage, PaymentOrder, UnassignedPayment
from simulators.common.keys import Identity, identity_of
from simulators.common.process import Running
from simulators.mpay import soap

Owner = Callable[[], AbstractContextManager[None]]
SERVICES = paying.SERVICES
MONTHS_LATER = timedelta(days=90)

pytestmark = pytest.mark.django_db(transaction=True)


class TestPayingByKey:
    def test_wakes_the_case_and_sends_the_file(self, order: PaymentOrder, mpay: Running) -> None:
        payment = pay(mpay, order)
        wait_until_confirmed(mpay, payment)

        assert (state_of(order), case_of(order).state) == ("paid", "sending")
        assert notices(mpay, payment) == [("normal", "confirmed")]

    def test_shows_the_person_what_and_how_much_and_takes_the_money_once(
        self, order: PaymentOrder, mpay: Running
    ) -> None:
        typed = order.key.replace("-", "").lower()
        seen = httpx.post(f"{mpay.url}/service/pay", data={"OrderKey": typed, "ReturnUrl": "https://cups.example.md/"})
        paid = httpx.post(f"{mpay.url}/pay", data={"OrderKey": order.key, "instrument": "card"}, follow_redirects=True)
        payment = mpay.ledger()["payments"][0]["payment_id"]
        wait_until_confirmed(mpay, str(payment))
        again = httpx.get(f"{mpay.url}/service/pay", params={"OrderKey": order.key})

        assert f"Achită {DUE} MDL" in seen.text
        assert "Tudor Grosu" in seen.text
        assert TUDOR not in seen.text
        assert "Plata a fost primită" in paid.text
        assert "Comanda nu se poate achita acum" in again.text
        assert len(mpay.ledger()["payments"]) == 1

    def test_of_an_unknown_key_finds_nothing(self, order: PaymentOrder, mpay: Running) -> None:
        answer = httpx.post(f"{mpay.url}/control/pay", json={"order_key": "7KQM-3XRW-9ABT"})

        assert (answer.status_code, answer.json()) == (409, {"error": "unknown"})

    def test_after_the_end_of_the_order_is_not_offered(
        self, order: PaymentOrder, mpay: Running, lozova: AtDesk
    ) -> None:
        collect_payment.expire(at=clock.now() + MONTHS_LATER)

        answer = httpx.post(f"{mpay.url}/control/pay", json={"order_key": order.key})

        assert (answer.status_code, answer.json()) == (409, {"error": "Expired"})

    def test_keeps_every_message_as_it_came(self, order: PaymentOrder, mpay: Running) -> None:
        wait_until_confirmed(mpay, pay(mpay, order))

        with transaction():
            kept = list(PaymentMessage.objects.order_by("id").values_list("operation", "outcome"))
        assert kept == [("OrderDetailsQuery", "answered"), ("PaymentConfirmation", "answered")]


class TestRepeatedNotice:
    def test_counts_once_when_it_comes_twice(self, order: PaymentOrder, mpay: Running) -> None:
        mpay.behave("duplicate", times=1)

        payment = pay(mpay, order)
        until(lambda: len(notices(mpay, payment)) == 2, what="two notices")

        assert notices(mpay, payment) == [("twice", "confirmed")] * 2
        assert (confirmations(), case_of(order).state) == (1, "sending")

    def test_counts_once_and_is_answered_alike_when_fifty_come_at_once(
        self, order: PaymentOrder, product_url: str, mpay_identity: Identity
    ) -> None:
        message = notice(order, mpay_identity, at=clock.now())

        with ThreadPoolExecutor(50) as together:
            answers = list(together.map(lambda _: ask(product_url, message), range(50)))

        bodies = {etree.tostring(etree.fromstring(one.content)[1][0], method="c14n", exclusive=True) for one in answers}
        assert {one.status_code for one in answers} == {200}
        assert bodies == {
            b'<m:ConfirmOrderPaymentResponse xmlns:m="https://mpay.gov.md"></m:ConfirmOrderPaymentResponse>'
        }
        assert (confirmations(), state_of(order), unassigned()) == (1, "paid", [])

    def test_is_repeated_until_it_is_believed(self, order: PaymentOrder, mpay: Running) -> None:
        tell_mpay(mpay, "tampered_body")

        payment = pay(mpay, order)
        wait_until_confirmed(mpay, payment)

        assert notices(mpay, payment) == [("tampered_body", "AuthenticationFailed"), ("normal", "confirmed")]
        assert confirmations() == 1

    @pytest.mark.parametrize("fault", ["wrong_certificate", "old_timestamp", "sha1"])
    def test_is_refused_when_it_is_not_really_of_mpay_and_of_now(
        self, order: PaymentOrder, mpay: Running, fault: str
    ) -> None:
        tell_mpay(mpay, fault)

        payment = pay(mpay, order)
        until(lambda: notices(mpay, payment), what="the notice")

        assert notices(mpay, payment)[0] == (fault, "AuthenticationFailed")

    def test_with_sha1_is_believed_when_the_settings_say_so(self, settings, order: PaymentOrder, mpay: Running) -> None:
        settings.MPAY_ACCEPTS_SHA1 = True
        tell_mpay(mpay, "sha1")

        payment = pay(mpay, order)
        wait_until_confirmed(mpay, payment)

        assert notices(mpay, payment) == [("sha1", "confirmed")]


class TestMoneyThatDoesNotFit:
    @pytest.mark.parametrize(
        ("fault", "why"), [("wrong_amount", ("amount", "MDL")), ("wrong_currency", ("currency", "USD"))]
    )
    def test_is_kept_for_a_person_and_the_order_stays_open(
        self, order: PaymentOrder, mpay: Running, fault: str, why: tuple[str, str]
    ) -> None:
        tell_mpay(mpay, fault)

        wait_until_confirmed(mpay, pay(mpay, order))

        assert unassigned() == [why]
        assert (state_of(order), case_of(order).state) == ("issued", "awaiting_payment")
        assert calls(order) == ["alarm"]

    def test_for_a_key_that_never_was_is_refused(self, order: PaymentOrder, mpay: Running) -> None:
        tell_mpay(mpay, "unknown_key")

        payment = pay(mpay, order)
        until(lambda: len(notices(mpay, payment)) >= 2, what="the second notice")

        assert {outcome for _, outcome in notices(mpay, payment)} == {"UnknownOrder"}
        assert (state_of(order), unassigned()) == ("issued", [])

    def test_after_the_case_was_withdrawn_is_kept_for_a_person(
        self, order: PaymentOrder, mpay: Running, lozova: AtDesk
    ) -> None:
        tell_mpay(mpay, "held")
        payment = pay(mpay, order)
        end_case(number=case_of(order).number, outcome=Outcome.WITHDRAWN, at_desk=lozova, at=clock.now())

        httpx.post(f"{mpay.url}/control/send-now", json={}).raise_for_status()
        wait_until_confirmed(mpay, payment)

        assert unassigned() == [("not-payable", "MDL")]
        assert (state_of(order), confirmations(), calls(order)) == ("cancelled", 0, ["alarm"])

    def test_in_two_parts_makes_one_whole(self, order: PaymentOrder, mpay: Running) -> None:
        wait_until_confirmed(mpay, pay(mpay, order, amount="30.00"))
        half = state_of(order)
        shown = httpx.get(f"{mpay.url}/service/pay", params={"OrderKey": order.key}).text
        wait_until_confirmed(mpay, pay(mpay, order))

        assert half == "partly_paid"
        assert "Achită 50.00 MDL" in shown
        assert (state_of(order), case_of(order).state, confirmations()) == ("paid", "sending", 2)

    def test_paid_twice_by_mistake_is_kept_for_a_person(self, order: PaymentOrder, mpay: Running) -> None:
        tell_mpay(mpay, "reorder")

        payments = [pay(mpay, order), pay(mpay, order)]
        for payment in payments:
            wait_until_confirmed(mpay, payment)

        with transaction():
            counted = Confirmation.objects.get().payment_id
            unassigned = UnassignedPayment.objects.get()
            (trace,) = JournalRecord.objects.filter(event="payments.payment.unassigned")
        assert (counted, unassigned.payment_id) == (payments[1], payments[0])
        assert (trace.subject_idnp, trace.object_id) == (TUDOR, str(unassigned.pk))

    def test_paid_in_time_but_told_after_the_end_is_counted_and_somebody_looks(
        self, order: PaymentOrder, mpay: Running, lozova: AtDesk
    ) -> None:
        tell_mpay(mpay, "held")
        payment = pay(mpay, order)
        collect_payment.expire(at=clock.now() + MONTHS_LATER)
        given_back = case_of(order).state

        httpx.post(f"{mpay.url}/control/send-now", json={}).raise_for_status()
        wait_until_confirmed(mpay, payment)

        assert given_back == "draft"
        assert (state_of(order), case_of(order).state) == ("paid", "draft")
        assert sorted(calls(order)) == ["alarm", "payment_expired"]


class TestServiceAddress:
    def test_is_described_to_whoever_connects(self, product_url: str, mpay: Running) -> None:
        described = etree.fromstring(httpx.get(f"{product_url}/mpay/service?wsdl").content)

        address = described.find(".//{http://schemas.xmlsoap.org/wsdl/soap/}address")
        assert address is not None
        assert address.get("location") == f"{product_url}/mpay/service"

    def test_refuses_another_service_and_signs_the_refusal(
        self, order: PaymentOrder, product_url: str, mpay_identity: Identity
    ) -> None:
        answer = ask(product_url, notice(order, mpay_identity, at=clock.now(), service="OTHER"))

        content, _ = soap.opened(answer.content, known=None, at=clock.now())
        assert (fault_code(answer), content.findtext("faultcode")) == ("UnknownService", "UnknownService")
        assert state_of(order) == "issued"

    def test_refuses_what_is_no_message_and_keeps_it(self, mpay: Running, product_url: str, lozova: AtDesk) -> None:
        answer = ask(product_url, b"<!DOCTYPE x><x/>")

        with transaction():
            kept = PaymentMessage.objects.get()
        assert (fault_code(answer), kept.outcome, kept.raw) == (
            "InvalidParameter",
            "InvalidParameter",
            b"<!DOCTYPE x><x/>",
        )

    def test_keeps_few_refused_messages_of_a_day_and_every_one_that_is_verified(
        self, order: PaymentOrder, mpay: Running, product_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(messages, "UNVERIFIED_A_DAY", 2)
        before = NOT_KEPT.labels(source="mpay")._value.get()

        refused = {fault_code(ask(product_url, b"<x/>")) for _ in range(4)}
        wait_until_confirmed(mpay, pay(mpay, order))

        with transaction():
            kept = [(row.operation, row.outcome == "answered") for row in PaymentMessage.objects.order_by("id")]
        assert len(refused) == 1
        assert NOT_KEPT.labels(source="mpay")._value.get() - before == 2
        assert kept.count(("", False)) == 2
        assert ("PaymentConfirmation", True) in kept
        assert state_of(order) == "paid"

    def test_reads_no_more_than_a_message_can_be(self, mpay: Running, product_url: str, lozova: AtDesk) -> None:
        answer = ask(product_url, b"x" * 200_000)

        with transaction():
            assert (answer.status_code, PaymentMessage.objects.count()) == (413, 0)

    def test_says_in_a_signed_fault_that_it_could_not_keep_the_message_and_takes_the_next_one(
        self, order: PaymentOrder, product_url: str, mpay_identity: Identity, as_owner: Owner
    ) -> None:
        message = notice(order, mpay_identity, at=clock.now())
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("REVOKE INSERT ON payments_paymentmessage FROM ghiseu_web")
        refused = ask(product_url, message)
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("GRANT INSERT ON payments_paymentmessage TO ghiseu_web")
        before = confirmations()
        taken = ask(product_url, message)

        content, _ = soap.opened(refused.content, known=None, at=clock.now())
        assert (fault_code(refused), content.findtext("faultcode")) == ("InternalError", "InternalError")
        assert (before, taken.status_code, confirmations()) == (0, 200, 1)

    def test_does_not_pretend_to_work_without_certificates(
        self, settings, mpay: Running, product_url: str, lozova: AtDesk
    ) -> None:
        settings.MPAY_CERTIFICATE = ""

        assert ask(product_url, b"<x/>").status_code == 503

    def test_accepts_the_next_certificate_during_a_change_of_key(
        self, settings, order: PaymentOrder, mpay: Running, tmp_path: Path
    ) -> None:
        old = identity_of(tmp_path / "old", common_name="MPay", organisation="", at=clock.now())
        settings.MPAY_CERTIFICATE_NEXT = settings.MPAY_CERTIFICATE
        settings.MPAY_CERTIFICATE = str(old.certificate_path)

        wait_until_confirmed(mpay, pay(mpay, order))

        assert state_of(order) == "paid"
