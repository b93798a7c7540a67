"""Callbacks of a running institution, caught as they come over the wire."""

import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from cryptography import x509
from tests.adapters.institution_api.conftest import EUGENIA, acting_for, api_of, parcel_of

from ghiseu.foundation.outcomes import UnusableAnswer
from simulators.common.process import Running, running

Callback = tuple[str, bytes, dict[str, str]]


class Catcher:
    """Stands where the product would: keeps what comes, answers as told."""

    def __init__(self) -> None:
        self.caught: queue.Queue[Callback] = queue.Queue()
        self.answers: list[int] = []
        catcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                catcher.caught.put((self.path, raw, dict(self.headers.items())))
                self.send_response(catcher.answers.pop(0) if catcher.answers else 204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()

    def next(self) -> Callback:
        return self.caught.get(timeout=15)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    started = Catcher()
    yield started
    started.stop()


@pytest.fixture
def institution(catcher: Catcher, tmp_path) -> Iterator[Running]:
    with running("cadastre", data=tmp_path, product=catcher.url) as started:
        yield started


def deliver(institution: Running, number: str = "GH-1") -> None:
    api = api_of(institution)
    parcel = parcel_of(number, institution="cadastre", service_code="cbi.extract-register")
    api.deliver(parcel, acting=acting_for())
    api.close()


class TestReadPush:
    def test_reads_what_the_institution_signed(self, institution, catcher):
        deliver(institution)

        path, raw, headers = catcher.next()
        record = api_of(institution).read_push(raw, headers)

        assert path == "/callbacks/institutions/cadastre"
        assert (record.number, record.subject_idnp, record.status) == ("GH-1", EUGENIA, "submitted")

    def test_refuses_changed_bytes_a_missing_and_a_foreign_signature(self, institution, catcher, tmp_path):
        deliver(institution)
        _path, raw, headers = catcher.next()
        api = api_of(institution)
        signature = {"Institution-Signature": headers["Institution-Signature"]}

        with pytest.raises(UnusableAnswer):
            api.read_push(raw.replace(b"submitted", b"completed"), signature)
        with pytest.raises(UnusableAnswer):
            api.read_push(raw, {})
        with pytest.raises(UnusableAnswer):
            api.read_push(raw, {"Institution-Signature": "rsa-pss-sha256 !!"})
        (institution.folder / "certificate.pem").write_bytes((institution.folder / "signer.pem").read_bytes())
        with pytest.raises(UnusableAnswer):
            api_of(institution).read_push(raw, signature)

    def test_does_not_count_a_certificate_that_is_not_valid_then(self, institution, catcher):
        deliver(institution)
        _path, raw, headers = catcher.next()
        certificate = x509.load_pem_x509_certificate((institution.folder / "certificate.pem").read_bytes())
        api = api_of(institution)

        with pytest.raises(UnusableAnswer):
            api.read_push(raw, headers, at=certificate.not_valid_after_utc.replace(year=2099))

        assert api.read_push(raw, headers, at=certificate.not_valid_before_utc).number == "GH-1"

    def test_a_signed_log_in_page_is_still_no_record(self, institution, catcher):
        institution.behave("garbage", times=1, operations=["push"])
        deliver(institution)
        _path, raw, headers = catcher.next()

        with pytest.raises(UnusableAnswer):
            api_of(institution).read_push(raw, headers)


class TestPushes:
    def test_are_repeated_until_they_are_taken(self, institution, catcher):
        catcher.answers = [503, 404, 204]
        deliver(institution)

        bodies = [catcher.next()[1] for _ in range(3)]

        assert bodies[0] == bodies[1] == bodies[2]

    def test_come_twice_when_told(self, institution, catcher):
        institution.behave("duplicate", times=1)
        deliver(institution)

        assert catcher.next()[1] == catcher.next()[1]

    def test_come_backwards_when_told(self, institution, catcher):
        institution.behave("reorder", times=1)
        deliver(institution, "GH-1")
        deliver(institution, "GH-2")
        api = api_of(institution)

        numbers = [api.read_push(raw, headers).number for _path, raw, headers in (catcher.next(), catcher.next())]

        assert numbers == ["GH-2", "GH-1"]

    def test_survive_a_restart_of_the_institution(self, catcher, tmp_path):
        with running("cadastre", data=tmp_path) as alone:
            deliver(alone)
        with running("cadastre", data=tmp_path, product=catcher.url) as again:
            _path, raw, headers = catcher.next()

            assert api_of(again).read_push(raw, headers).number == "GH-1"
            assert httpx.get(f"{again.url}/control/ledger").json()["dossiers"][0]["number"] == "GH-1"
