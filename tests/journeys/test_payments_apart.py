"""The endpoint of MPay is a process of its own: the pages may be stopped, and money still finds its case."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from django.db import connection
from tests.support import paying
from tests.support.installation import free_port
from tests.support.paying import case_of, confirmations, notices, pay, state_of, wait_until_confirmed
from tests.support.waiting import processes_with, until

from ghiseu.foundation import clock
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.runtime import payments_service
from ghiseu.runtime import plan as plans
from ghiseu.runtime.plan import Plan
from ghiseu.runtime.supervisor import Service, spawn
from simulators.common.keys import identity_of
from simulators.common.process import Running, running

FIFTY = 50
SERVICES = paying.SERVICES
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return Plan(port=free_port(), data=Path(tmp_path_factory.mktemp("apart")), with_simulators=False)


@pytest.fixture(scope="module")
def mpay_process(plan: Plan, simulators_folder: Path) -> Iterator[Running]:
    """Run MPay; it calls the endpoint's own process."""
    with running("mpay", data=simulators_folder, product=plan.payments_url) as started:
        yield started


@pytest.fixture
def environment(settings, plan: Plan, mpay_process: Running, tmp_path: Path) -> dict[str, str]:
    """Return what the product's processes are given; they use the database of the tests."""
    own = identity_of(tmp_path, common_name="system", organisation="test", at=clock.now())
    server = urlsplit(os.environ["GHISEU_TEST_SERVER"])
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GHISEU_", "DATABASE_"))},
        "DATABASE_URL": urlunsplit(server._replace(path=f"/{connection.settings_dict['NAME']}")),
        "DJANGO_SETTINGS_MODULE": "ghiseu.config.settings",
        "GHISEU_SECRET_KEY": "of-this-test-and-of-nothing-else-" + "7" * 40,
        "GHISEU_DATA_DIR": str(plan.data),
        "GHISEU_KEYS_FILE": str(settings.KEYS_FILE),
        "GHISEU_MPAY_CERTIFICATE": str(mpay_process.folder / "certificate.pem"),
        "GHISEU_SAML_KEY": str(own.key_path),
        "GHISEU_SAML_CERTIFICATE": str(own.certificate_path),
        "GHISEU_PAYMENTS_URL": plan.payments_url,
        "WEB_WORKERS": "1",
    }


@contextmanager
def served(service: Service, url: str) -> Iterator[None]:
    """Run the service for the block, from when it says that it is ready; a killed one is not started again."""
    process = spawn(service)
    try:
        until(lambda: status(f"{url}/readyz") == 200 or process.poll() is not None, what=service.name, limit=60)
        assert process.poll() is None, service.log.read_text()
        yield
    finally:
        process.terminate()
        process.wait(30)


def status(url: str, method: str = "GET") -> int:
    """Return the status of the answer, 0 when nobody answers."""
    try:
        return httpx.request(method, url, timeout=10, trust_env=False).status_code
    except httpx.TransportError:
        return 0


def kill_whatever_listens_on(port: int) -> None:
    """Kill the server of the port and its workers, as a crash would."""
    for pid in processes_with(f"--port\0{port}\0"):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not processes_with(f"--port\0{port}\0"), what="the end of the server")


class TestEndpointOfItsOwn:
    def test_takes_confirmations_while_the_pages_are_stopped(
        self, plan: Plan, environment: dict[str, str], order: PaymentOrder, mpay_process: Running
    ) -> None:
        endpoint, desk = plan.payments_url, plan.address
        with served(payments_service.payments(plan, environment), endpoint):
            with served(plans.web(plan, environment), desk):
                at_the_desk = status(f"{desk}/mpay/service", "POST")
                kill_whatever_listens_on(plan.port)
            gone = status(f"{desk}/livez")
            paying.tell_mpay(mpay_process, "fifty_times")
            payment = pay(mpay_process, order)
            until(lambda: len(notices(mpay_process, payment)) == FIFTY, what="fifty answers")
            elsewhere = [status(f"{endpoint}{path}") for path in ("/", "/livez", "/sign-in", "/metrics")]

        assert (at_the_desk, gone) == (404, 0)
        assert notices(mpay_process, payment) == [("fifty_times", "confirmed")] * FIFTY
        assert (confirmations(), state_of(order), case_of(order).state) == (1, "paid", "sending")
        assert elsewhere == [404, 200, 404, 404]

    def test_counts_what_came_while_it_was_killed_itself(
        self, plan: Plan, environment: dict[str, str], order: PaymentOrder, mpay_process: Running
    ) -> None:
        endpoint = plan.payments_url
        with served(payments_service.payments(plan, environment), endpoint):
            paying.tell_mpay(mpay_process, "held")
            payment = pay(mpay_process, order)
            kill_whatever_listens_on(plan.payments_port)
            httpx.post(f"{mpay_process.url}/control/send-now", json={}).raise_for_status()
            until(lambda: notices(mpay_process, payment), what="a notice that nobody took")
            before = state_of(order)

        with served(payments_service.payments(plan, environment), endpoint):
            wait_until_confirmed(mpay_process, payment)

        assert before == "issued"
        assert (confirmations(), state_of(order)) == (1, "paid")
        assert notices(mpay_process, payment)[0] == ("normal", "ConnectError")
