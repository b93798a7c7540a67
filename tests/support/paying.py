"""Paying at MPay: the running simulator, Tudor's order of 80 lei, and what the simulator and the product hold of it.

A test module says `SERVICES = paying.SERVICES`; the fixtures are those of every journey.
"""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from django.conf import settings as settings_of_tests
from django.core.handlers.wsgi import WSGIHandler
from lxml import etree
from tests.support.counter import NOON, ask_for, come, scan, sign, tell
from tests.support.waiting import until
from werkzeug.serving import make_server

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import collect_payment
from ghiseu.journeys.submit_case import submit_case
from ghiseu.modules.cases.models import CallTask, Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments.models import Confirmation, PaymentOrder, UnassignedPayment
from simulators.common.keys import Identity, identity_of
from simulators.common.process import Running, running
from simulators.mpay import soap
from simulators.mpay.book import Payment
from simulators.mpay.caller import confirmation_of

SERVICES = ["asp.civil.certificate-civil-status"]
TUDOR = "2099230108510"
DUE = "80.00"


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
