"""Tudor wants a certificate that costs money. The simulated MPay calls the running product over HTTP."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings as settings_of_tests
from django.core.handlers.wsgi import WSGIHandler
from lxml import etree
from tests.support.counter import NOON, ask_for, come, scan, sign, tell
from tests.support.waiting import until
from werkzeug.serving import make_server

from ghiseu.channels.callbacks.unverified import NOT_KEPT
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit.models import JournalRecord
from ghiseu.journeys import collect_payment
from ghiseu.journeys.submit_case import submit_case
from ghiseu.modules.cases.models import CallTask, Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments import messages
from ghiseu.modules.payments.models import Confirmation, PaymentMessage, PaymentOrder, UnassignedPayment
from simulators.common.keys import Identity, identity_of
from simulators.common.process import Running, running
from simulators.mpay import soap
from simulators.mpay.book import Payment
from simulators.mpay.caller import confirmation_of

SERVICES = ["asp.civil.certificate-civil-status"]
TUDOR = "2099230108510"
DUE = "80.00"
MONTHS_LATER = timedelta(days=90)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def product_url() -> Iterator[str]:
    """Serve the product on a free port of this machine, many requests at once."""
    Path(settings_of_tests.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    server = make_server("127.0.0.1", 0, WSGIHandler(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def mpay_process(product_url: str, simulators_folder: Path) -> Iterator[Running]:
    with running("mpay", data=simulators_folder, product=product_url) as started:
        yield started


@pytest.fixture(scope="module")
def mpay_identity(mpay_process: Running) -> Identity:
    """Return the key of the simulated MPay, to make messages that it would make."""
    return identity_of(mpay_process.folder, common_name="MPay", organisation="", at=clock.now())


@pytest.fixture
def mpay(settings, product_url: str, mpay_process: Running, tmp_path: Path) -> Iterator[Running]:
    """Connect the product and MPay; the product has a system certificate of its own."""
    mpay_process.reset()
    own = identity_of(tmp_path, common_name="system", organisation="test", at=clock.now())
    settings.PUBLIC_URL = product_url
    settings.MPAY_CERTIFICATE = str(mpay_process.folder / "certificate.pem")
    settings.SAML_KEY, settings.SAML_CERTIFICATE = str(own.key_path), str(own.certificate_path)
    yield mpay_process
    mpay_process.reset()


@pytest.fixture
def order(lozova: AtDesk, exchange: Running, mpay: Running) -> PaymentOrder:
    """Issue the order of Tudor's request: 80 lei, the price of the certificate in twenty working days."""
    number = ask_for(SERVICES[0], visit=come(TUDOR, to=lozova), to=lozova, answers={"foreign_events": False})
    tell(number, to=lozova, declared_status="single", purpose="other", country_of_use="Italia", term="t20")
    scan(number, "id_applicant", to=lozova)
    sign(number, to=lozova)
    assert submit_case(number=number, command="press-1", at_desk=lozova, at=NOON).state == "awaiting_payment"
    return collect_payment.issue_order(number=number, at_desk=lozova, at=clock.now())


def tell_mpay(mpay: Running, fault: str, **more: object) -> None:
    """Let the next payment or notice be wrong in this way."""
    httpx.post(f"{mpay.url}/control/mpay", json={"fault": fault, "times": 1, **more}).raise_for_status()


def pay(mpay: Running, order: PaymentOrder, **more: object) -> str:
    """Pay at MPay as a person would; return the number of the payment."""
    answer = httpx.post(f"{mpay.url}/control/pay", json={"order_key": order.key, **more}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()["payment_id"]


def notices(mpay: Running, payment: str) -> list[tuple[str, str]]:
    """Return fault and outcome of every notice about the payment."""
    return [(row["fault"], row["outcome"]) for row in mpay.ledger()["notices"] if row["payment_id"] == payment]


def wait_until_confirmed(mpay: Running, payment: str) -> None:
    until(lambda: "confirmed" in [outcome for _, outcome in notices(mpay, payment)], what="the confirmation")


def state_of(order: PaymentOrder) -> str:
    with transaction():
        return PaymentOrder.objects.get(pk=order.pk).state


def case_of(order: PaymentOrder) -> Case:
    with transaction():
        return Case.objects.get(pk=order.case_id)


def calls(order: PaymentOrder) -> list[str]:
    """Return why the person is on the call list."""
    with transaction():
        return list(CallTask.objects.filter(case_id=order.case_id).values_list("reason", flat=True))


def confirmations() -> int:
    with transaction():
        return Confirmation.objects.count()


def unassigned() -> list[tuple[str, str]]:
    with transaction():
        return list(UnassignedPayment.objects.values_list("why", "currency"))


def ask(product_url: str, message: bytes) -> httpx.Response:
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '"ignored"'}
    return httpx.post(f"{product_url}/mpay/service", content=message, headers=headers, timeout=60)


def notice(order: PaymentOrder, identity: Identity, *, at: datetime, key: str = "", service: str = "CUPS01") -> bytes:
    payment = Payment(
        payment_id="000000000077",
        invoice_id="00000000000077",
        at=at.isoformat(),
        order_key=key or order.key,
        service_id=service,
        amount=DUE,
        currency="MDL",
        instrument="bank",
    )
    return soap.message(confirmation_of(payment), soap.Signing(identity=identity, at=at))


def fault_code(answer: httpx.Response) -> str:
    assert answer.status_code == 500
    return etree.fromstring(answer.content).findtext(".//faultcode") or ""


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
        assert (fault_code(answer), kept.outcome, bytes(kept.raw)) == (
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
