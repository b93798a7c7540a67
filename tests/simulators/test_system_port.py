"""The system port of a platform: who may call, and what our side of the handshake says when something is wrong."""

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.platform_place import certificate_of

from ghiseu.foundation.outcomes import TryLater
from ghiseu.foundation.wire.certificates import NotThere, NotUsable
from ghiseu.foundation.wire.exchange import Exchange, Limits
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from simulators.common.authority import authority_in
from simulators.common.behaviour import Instruction, Mode
from simulators.common.server import new_simulator
from simulators.common.simulator import Launch, Simulator
from simulators.common.system_port import caller_certificate, system_server

AT = datetime.now(UTC)  # noqa: TID251 - certificates are judged by the machine's clock
Place = tuple[Simulator, str, SystemCertificate]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data = tmp_path_factory.mktemp("simulators")
    launch = Launch(name="example", host="127.0.0.1", port=0, data=data, product="")
    launch.folder.mkdir()
    simulator = new_simulator(launch, title="Example")
    simulator.system.add_url_rule("/who", "who", lambda: {"serial": str(caller_certificate().serial_number)})
    server = system_server(simulator)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield simulator, f"https://localhost:{server.port}", certificate_of(data)
    server.shutdown()
    server.server_close()
    thread.join(10)
    simulator.ledger.close()


@pytest.fixture(autouse=True)
def behaved(place: Place) -> Iterator[None]:
    yield
    place[0].behaviour.tell(Instruction())


def exchange(url: str, tls: ssl.SSLContext | None) -> Exchange:
    return Exchange("Example", url=url, limits=Limits(connect=5, answer=10), tls=tls)


def test_sees_the_system_certificate_of_the_product(place):
    _, url, certificate = place
    calls = exchange(url, certificate.client_context())

    answer = calls.read(calls.request("GET", "who"))

    assert json.loads(answer.body) == {"serial": str(certificate.chain()[0].serial_number)}
    assert len(certificate.chain()) == 2


def test_refuses_a_caller_without_certificate(place):
    _, url, certificate = place
    tls = ssl.create_default_context(cafile=str(certificate.trust))
    calls = exchange(url, tls)

    with pytest.raises(TryLater, match=r"handshake|whole answer"):
        calls.read(calls.request("GET", "who"))


def test_refuses_a_system_that_is_not_registered(place):
    simulator, url, certificate = place
    other = authority_in(simulator.launch.data, at=AT).issue("another-system", at=AT)
    stranger = SystemCertificate(key=other.key, certificate=other.certificate, trust=certificate.trust)
    calls = exchange(url, stranger.client_context())

    assert calls.read(calls.request("GET", "who")).status == 403


def test_an_ended_certificate_of_the_platform_is_named(place):
    simulator, url, certificate = place
    simulator.behaviour.tell(Instruction(mode=Mode.EXPIRED_CERTIFICATE))
    calls = exchange(url, certificate.client_context())

    with pytest.raises(TryLater, match=r"Example was never reached: its certificate is not accepted \(.*expired"):
        calls.write(calls.request("POST", "who"))


def test_a_platform_of_another_authority_is_not_believed(place, tmp_path):
    _, url, certificate = place
    foreign = authority_in(tmp_path, at=AT)
    wrong = SystemCertificate(key=certificate.key, certificate=certificate.certificate, trust=foreign.root)
    calls = exchange(url, wrong.client_context())

    with pytest.raises(TryLater, match="its certificate is not accepted"):
        calls.read(calls.request("GET", "who"))


class TestSystemCertificate:
    def test_names_the_file_that_is_missing(self, place, tmp_path):
        *_, right = place
        absent = SystemCertificate(key=tmp_path / "no.pem", certificate=right.certificate, trust=right.trust)

        with pytest.raises(NotThere, match=r"no\.pem"):
            absent.client_context()

    def test_names_the_files_that_are_no_pair(self, place, tmp_path):
        *_, right = place
        other = authority_in(tmp_path, at=AT).product
        mixed = SystemCertificate(key=Path(other.key), certificate=right.certificate, trust=right.trust)

        with pytest.raises(NotUsable, match="are no pair"):
            mixed.client_context()
