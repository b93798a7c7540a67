"""Each way in which a register can fail ends in the outcome that tells the operator what to do."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.adapters.mconnect.conftest import acting_for
from tests.support.platform_place import certificate_of

from ghiseu.adapters.mconnect import Envelope, MConnectRegisters, SoapService
from ghiseu.foundation import clock
from ghiseu.foundation.outcomes import NotFoundThere, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.applicants.ports import RegisterQuestion

EUGENIA = "2099010100376"
QUESTION = RegisterQuestion(register="RSP", operation="person", subject_idnp=EUGENIA)
ANSWER = {
    "register": "RSP",
    "operation": "person",
    "record_id": "RSP-1",
    "subject": {"idnp": EUGENIA},
    "facts": {"idnp": EUGENIA, "surname": "Munteanu"},
    "read_at": "2026-11-23T08:00:00+00:00",
}
FAR_AWAY = (datetime(2099, 1, 1, tzinfo=UTC)).isoformat()
LONG_AGO = (datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=1)).isoformat()

Send = Callable[[BaseHTTPRequestHandler], None]


def read(registers: MConnectRegisters) -> None:
    registers.read(QUESTION, acting=acting_for(EUGENIA))


class TestSimulatedFaults:
    @pytest.mark.parametrize(
        ("mode", "expected", "read_there"),
        [
            ("5xx", TryLater, 0),
            ("5xx_after_commit", TryLater, 1),
            ("cut_answer", TryLater, 1),
            ("garbage", UnusableAnswer, 1),
            ("wrong_subject", WrongSubject, 1),
            ("wrong_signature", UnusableAnswer, 1),
            ("expired_certificate", TryLater, 0),
        ],
    )
    def test_become_the_outcome(self, registers, platform, mode, expected, read_there):
        platform.behave(mode, times=1)

        with pytest.raises(expected) as outcome:
            read(registers)

        assert type(outcome.value) is expected
        assert len(platform.ledger()["reads"]) == read_there

    @pytest.mark.parametrize("mode", ["slow", "before_commit_timeout", "after_commit_timeout"])
    def test_of_slowness_cost_no_more_than_the_limit(self, hasty_registers, platform, mode):
        platform.behave(mode, times=1, seconds=1.5)
        began = time.monotonic()

        with pytest.raises(TryLater):
            read(hasty_registers)

        assert time.monotonic() - began < 2.0

    def test_of_slowness_within_the_limit_are_none(self, registers, platform):
        platform.behave("slow", times=1, seconds=0.2)

        read(registers)

        assert len(platform.ledger()["reads"]) == 1

    def test_last_until_the_moment_told(self, registers, platform):
        platform.behave("down_until", until=FAR_AWAY)
        with pytest.raises(TryLater):
            read(registers)

        platform.behave("down_until", until=LONG_AGO)
        read(registers)

        assert len(platform.ledger()["reads"]) == 1

    def test_of_one_register_leave_the_others_alone(self, registers, platform):
        platform.behave("5xx", operations=["CNAS"])

        read(registers)
        with pytest.raises(TryLater):
            registers.read(replace(QUESTION, register="CNAS", operation="account"), acting=acting_for(EUGENIA))

    def test_are_over_when_the_register_behaves_again(self, registers, platform):
        platform.behave("garbage", times=1)
        with pytest.raises(UnusableAnswer):
            read(registers)

        answer = registers.read(QUESTION, acting=acting_for(EUGENIA))

        assert answer.subject_idnp == EUGENIA
        assert answer.record_id.startswith("RSP-")
        assert answer.read_at.tzinfo is not None


@contextmanager
def answering(
    send: Send,
    *,
    total_seconds: float = 4.0,
    envelope: Envelope | None = None,
    services: dict[str, SoapService] | None = None,
) -> Iterator[MConnectRegisters]:
    """Serve one way of answering, on a machine that is not ours; plain JSON unless there is an envelope."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            send(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    adapter = MConnectRegisters(url=address, total_seconds=total_seconds, envelope=envelope, services=services)
    try:
        yield adapter
    finally:
        adapter.close()
        server.shutdown()
        server.server_close()
        thread.join()


def whole(body: bytes | str, *, status: int = 200, media_type: str = "application/json") -> Send:
    content = body.encode() if isinstance(body, str) else body

    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(content)))
        handler.send_header("Location", "http://127.0.0.1:9/login")
        handler.end_headers()
        handler.wfile.write(content)

    return send


def altered(**changes: object) -> Send:
    return whole(json.dumps({**ANSWER, **changes}))


class TestStrangeAnswers:
    @pytest.mark.parametrize(
        "send",
        [
            altered(facts=None),
            altered(facts={"idnp": EUGENIA, "amount": 1.5}),
            altered(subject=None),
            altered(subject={}),
            altered(record_id=""),
            altered(read_at="yesterday"),
            altered(read_at="2026-11-23T08:00:00"),
            altered(operation="household"),
            altered(register="SC"),
            whole("{"),
            whole("[]"),
            whole("{}"),
            whole('{"code": "error", "message": "all is well"}'),
            whole(json.dumps(ANSWER), media_type="text/html; charset=utf-8"),
            whole(json.dumps(ANSWER), status=302),
            whole(json.dumps(ANSWER), status=206),
            whole("<html>", status=404, media_type="text/html"),
            whole('{"detail": "no such page"}', status=404),
            whole("<html>log in</html>", status=403, media_type="text/html"),
            whole(json.dumps({**ANSWER, "padding": "x" * 1_100_000})),
        ],
    )
    def test_are_unusable(self, send):
        with answering(send) as registers, pytest.raises(UnusableAnswer) as outcome:
            read(registers)

        assert not isinstance(outcome.value, WrongSubject)

    @pytest.mark.parametrize(
        "send",
        [
            altered(subject={"idnp": "2099020100746"}),
            altered(facts={"idnp": "2099020100746"}),
        ],
    )
    def test_about_somebody_else_stop_everything(self, send):
        with answering(send) as registers, pytest.raises(WrongSubject):
            read(registers)

    @pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
    def test_of_a_busy_or_broken_platform_are_for_later(self, status):
        send = whole("busy", status=status, media_type="text/plain")

        with answering(send) as registers, pytest.raises(TryLater):
            read(registers)

    def test_that_refuse_carry_the_code_and_the_words(self):
        send = whole('{"code": "no_basis", "message": "no contract for this data set"}', status=403)

        with answering(send) as registers, pytest.raises(Refused) as outcome:
            read(registers)

        assert outcome.value.code == "no_basis"
        assert outcome.value.reason == "no contract for this data set"

    def test_that_know_no_record_say_so(self):
        send = whole('{"code": "no_such_record", "message": ""}', status=404)

        with answering(send) as registers, pytest.raises(NotFoundThere):
            read(registers)

    def test_that_drip_in_are_cut_off_at_the_limit(self):
        def drip(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            for _ in range(30):
                time.sleep(0.1)
                try:
                    handler.wfile.write(b" ")
                except OSError:
                    return  # cut off, as it should be

        began = time.monotonic()
        with answering(drip, total_seconds=0.8) as registers:
            with pytest.raises(TryLater):
                read(registers)
            spent = time.monotonic() - began

        assert spent < 2.0

    def test_that_may_hold_more_than_we_know_are_read(self):
        with answering(altered(version=2)) as registers:
            answer = registers.read(QUESTION, acting=acting_for(EUGENIA))

        assert answer.facts["surname"] == "Munteanu"


class TestQuestion:
    def test_whose_names_could_leave_the_address_is_not_asked(self, registers, platform):
        for strange in ("../control/reset", "person?x=1", ""):
            with pytest.raises(ValueError, match="not the name"):
                registers.read(replace(QUESTION, operation=strange), acting=acting_for(EUGENIA))

        assert platform.ledger()["reads"] == []

    def test_has_texts_cut_to_the_lengths_of_the_platform(self, registers, platform):
        acting = acting_for(EUGENIA).because(legal_basis="ș" * 300, legal_reason="ț" * 600)

        registers.read(QUESTION, acting=acting)

        (row,) = platform.ledger()["reads"]
        assert (row["basis"], row["reason"]) == ("ș" * 256, "ț" * 512)

    def test_carries_a_trace_id_even_for_an_id_of_another_form(self, registers, platform):
        registers.read(QUESTION, acting=replace(acting_for(EUGENIA), correlation_id="visit 17"))

        (row,) = platform.ledger()["reads"]
        assert len(str(row["correlation"])) == 32


class TestSignature:
    def test_without_ours_nothing_is_read(self, platform):
        ours = certificate_of(platform.folder.parent)
        adapter = MConnectRegisters(url=platform.system_url, tls=ours.client_context())

        with pytest.raises(UnusableAnswer, match="not JSON but application/jose"):
            read(adapter)

        adapter.close()
        assert platform.ledger()["reads"] == []

    def test_is_demanded_of_every_answer(self, platform):
        ours = certificate_of(platform.folder.parent)
        envelope = Envelope(ours=ours, pinned=(platform.folder / "certificate.pem",), now=clock.now)

        with answering(whole(json.dumps(ANSWER)), envelope=envelope) as registers, pytest.raises(UnusableAnswer) as out:
            read(registers)

        assert out.value.reason == "not signed: application/json"


class TestCheck:
    def test_finds_no_fault_in_a_platform_that_answers(self, registers):
        found = registers.check(at=clock.now())

        assert {one.level for one in found} == {Level.OK}
        assert [one.fact.split(" ends")[0] for one in found] == [
            "certificate of ours",
            "certificate of the issuer of ours",
            "certificate of MConnect",
            "answers",
        ]

    def test_tells_that_nothing_answers_and_what_to_look_at(self):
        adapter = MConnectRegisters(url="http://127.0.0.1:9", connect_seconds=0.5)

        (found,) = adapter.check(at=clock.now())

        adapter.close()
        assert (found.level, found.fact) == (Level.ERROR, "does not answer (ConnectError)")
        assert "GHISEU_MCONNECT_URL" in found.next_step

    def test_tells_that_no_address_is_set(self):
        adapter = MConnectRegisters(url="")

        (found,) = adapter.check(at=clock.now())

        adapter.close()
        assert found.fact == "its address is not set"


def test_nobody_at_the_address_is_for_later():
    adapter = MConnectRegisters(url="http://127.0.0.1:9", connect_seconds=0.5)

    with pytest.raises(TryLater):
        read(adapter)

    adapter.close()
