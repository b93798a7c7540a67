"""MPay's papers about an order, over its system port: every answer that it documents, and every way it may fail."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pikepdf
import pytest
from lxml import etree
from tests.support.platform_place import certificate_of
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from ghiseu.adapters.mpay import names, wire
from ghiseu.adapters.mpay.checks import MPayConnection
from ghiseu.adapters.mpay.client import MPayInvoices
from ghiseu.adapters.mpay.pages import MPayPages
from ghiseu.adapters.mpay.parties import parties
from ghiseu.adapters.mpay.signing import signed
from ghiseu.foundation import clock
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.payments.ports import PageFormat, Terminal
from simulators.common.keys import Identity, identity_of
from simulators.common.process import Running, running

KEY = "7KQM-3XRW-9ABT"
UNKNOWN = "2345-6789-ABCD"
SHORT = Limits(connect=2, answer=1)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve one order under one key, as the product does, and describe the service."""
    own = identity_of(tmp_path_factory.mktemp("service"), common_name="us", organisation="test", at=clock.now())
    server = make_server("127.0.0.1", 0, Request.application(lambda asked: told(asked, own)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def told(asked: Request, own: Identity) -> Response:
    if asked.method == "GET":
        return Response("described", content_type="text/xml")
    key = etree.fromstring(asked.get_data()).findtext(f".//{names.mpay('OrderKey')}") or ""
    at = datetime(2026, 1, 15, 8, tzinfo=UTC)
    order = wire.OrderDetails(
        service_id="CUPS01",
        order_key=key,
        reason="Certificat",
        status="Active",
        issued_at=at,
        due_at=at + timedelta(days=30),
        amount_due=80,
        currency="MDL",
        customer_type="Person",
        customer_id="2000000000004",
        customer_name="Ion Exemplu",
        lines=[wire.OrderLine(line_id="1", reason="Certificat", amount_due=80)],
    )
    zone = ZoneInfo("Europe/Chisinau")
    answer = wire.order_details_answer([order] if key == KEY else [], zone=zone)
    signing = {"key": own.key, "certificate": own.certificate, "with_sha1": False, "at": clock.now()}
    return Response(signed(answer, **signing), content_type="text/xml; charset=utf-8")


@pytest.fixture(scope="module")
def process(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("mpay", data=Path(tmp_path_factory.mktemp("mpay")), product=service) as started:
        yield started


@pytest.fixture
def mpay(process: Running) -> Running:
    process.reset()
    return process


@pytest.fixture
def invoices(mpay: Running) -> Iterator[MPayInvoices]:
    tls = certificate_of(mpay.folder.parent).client_context()
    found = MPayInvoices(url=mpay.system_url, service_id="CUPS01", limits=SHORT, tls=tls)
    yield found
    found.close()


class TestInvoices:
    def test_of_an_order_that_nobody_asked_for_are_none(self, invoices: MPayInvoices) -> None:
        assert invoices.numbers(order_key=KEY) == ()

    def test_are_the_ones_that_notes_were_made_for(self, invoices: MPayInvoices, mpay: Running) -> None:
        invoices.note(order_key=KEY, page=PageFormat.A4)
        invoices.note(order_key=KEY, page=PageFormat.A5)

        assert invoices.numbers(order_key=KEY) == (mpay.ledger()["invoices"][0]["invoice_id"],)

    def test_of_a_stranger_are_refused_in_the_handshake(self, mpay: Running) -> None:
        stranger = MPayInvoices(url=mpay.system_url, service_id="CUPS01", limits=SHORT, tls=None)

        with pytest.raises(OutsideError):
            stranger.numbers(order_key=KEY)
        stranger.close()


class TestNote:
    @pytest.mark.parametrize(("page", "width"), [(PageFormat.A4, 595), (PageFormat.A5, 420)])
    def test_comes_on_the_paper_that_was_asked_for(
        self, invoices: MPayInvoices, tmp_path: Path, page: PageFormat, width: int
    ) -> None:
        (tmp_path / "note.pdf").write_bytes(invoices.note(order_key=KEY, page=page))

        with pikepdf.open(tmp_path / "note.pdf") as pdf:
            assert [int(side) for side in pdf.pages[0].mediabox][2] == width

    def test_has_the_name_that_mpay_gives_it(self, invoices: MPayInvoices) -> None:
        file = invoices.note_file(order_key=KEY)

        assert file.name == f"Nota de plata {invoices.numbers(order_key=KEY)[0]}.pdf"
        assert file.content.startswith(b"%PDF-")

    def test_of_an_unknown_order_is_not_there(self, invoices: MPayInvoices) -> None:
        with pytest.raises(NotFoundThere):
            invoices.note(order_key=UNKNOWN, page=PageFormat.A4)


class TestMisbehaviour:
    @pytest.mark.parametrize(
        ("mode", "ending"),
        [
            ("5xx", TryLater),
            ("5xx_after_commit", TryLater),
            ("down_until", TryLater),
            ("before_commit_timeout", TryLater),
            ("after_commit_timeout", TryLater),
            ("slow", TryLater),
            ("cut_answer", TryLater),
            ("garbage", UnusableAnswer),
            ("expired_certificate", TryLater),
        ],
    )
    def test_ends_in_an_error_that_says_what_to_do_and_the_next_try_succeeds(
        self, invoices: MPayInvoices, mpay: Running, mode: str, ending: type[OutsideError]
    ) -> None:
        until = (clock.now() + timedelta(hours=1)).isoformat() if mode == "down_until" else None
        mpay.behave(mode, times=1, seconds=2, until=until)

        with pytest.raises(ending):
            invoices.note(order_key=KEY, page=PageFormat.A4)

        assert invoices.note(order_key=KEY, page=PageFormat.A4).startswith(b"%PDF-")
        assert len(mpay.ledger()["invoices"]) == 1

    def test_of_the_list_of_invoices_is_not_taken_for_an_empty_one(self, invoices: MPayInvoices, mpay: Running) -> None:
        mpay.behave("garbage", times=1)

        with pytest.raises(UnusableAnswer):
            invoices.numbers(order_key=KEY)


class TestTerminal:
    """The simulated terminal behaves as the guide describes the real one."""

    def told(self) -> dict[str, str]:
        terminal = Terminal(
            organisation="Primăria Lozova",
            idno="1000000000007",
            address="Lozova",
            desk="1",
            number="T-1",
            bank="EXEMPLU",
            internet_address="192.0.2.1",
        )
        return dict(MPayPages(url="http://x", service_id="CUPS01").set_terminal_up(terminal).fields)

    def test_takes_the_money_of_an_order_once_its_computer_is_known(self, mpay: Running) -> None:
        pages = MPayPages(url=mpay.url, service_id="CUPS01")
        with httpx.Client() as computer:
            before = computer.post(pages.pay_at_terminal(order_key=KEY).action).status_code
            computer.post(f"{mpay.url}/PosTerminal/Configure", data=self.told()).raise_for_status()
            paid = computer.post(pages.pay_at_terminal(order_key=KEY).action)
            unknown = computer.post(pages.pay_at_terminal(order_key=UNKNOWN).action).status_code

        (payment,) = mpay.ledger()["payments"]
        assert (before, paid.status_code, unknown) == (409, 200, 409)
        assert (payment["order_key"], payment["instrument"], payment["amount"]) == (KEY, "pos", "80.00")

    def test_takes_the_money_of_an_invoice(self, mpay: Running, invoices: MPayInvoices) -> None:
        invoices.note(order_key=KEY, page=PageFormat.A4)
        (invoice,) = invoices.numbers(order_key=KEY)
        pages = MPayPages(url=mpay.url, service_id="CUPS01")
        with httpx.Client() as computer:
            computer.post(f"{mpay.url}/PosTerminal/Configure", data=self.told())
            paid = computer.post(pages.pay_invoice_at_terminal(invoice=invoice).action).status_code
            unknown = computer.post(pages.pay_invoice_at_terminal(invoice="7").action).status_code

        assert (paid, unknown) == (200, 404)

    @pytest.mark.parametrize("name", ["OrganizationName", "TerminalId", "VendorName", "IntendedIp"])
    def test_is_not_set_up_without_a_required_field(self, mpay: Running, name: str) -> None:
        answer = httpx.post(f"{mpay.url}/PosTerminal/Configure", data={**self.told(), name: ""})

        assert (answer.status_code, name in answer.text, mpay.ledger()["terminals"]) == (400, True, [])


class Scripted:
    """A server that answers each call with the same bytes."""

    def __init__(self, body: bytes, *, media_type: str, status: int = 200) -> None:
        answer = Request.application(lambda _: Response(body, status=status, content_type=media_type))
        self.server = make_server("127.0.0.1", 0, answer, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> MPayInvoices:
        self.thread.start()
        url = f"http://127.0.0.1:{self.server.port}"
        self.client = MPayInvoices(url=url, service_id="CUPS01", limits=SHORT, tls=None)
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class TestAnswerInAnotherShape:
    @pytest.mark.parametrize(
        ("body", "found"),
        [
            (b'["00000000000001"]', ("00000000000001",)),
            (b'[{"invoiceId": "00000000000001"}]', ("00000000000001",)),
            (b'[{"InvoiceID": 7}]', ("7",)),
            (b"[]", ()),
        ],
    )
    def test_of_the_invoices_is_read(self, body: bytes, found: tuple[str, ...]) -> None:
        with Scripted(body, media_type="application/json") as client:
            assert client.numbers(order_key=KEY) == found

    @pytest.mark.parametrize("body", [b"{}", b"[{}]", b"[true]", b'[""]', b'["' + b"9" * 37 + b'"]', b"nonsense"])
    def test_that_says_nothing_is_unusable(self, body: bytes) -> None:
        with Scripted(body, media_type="application/json") as client, pytest.raises(UnusableAnswer):
            client.numbers(order_key=KEY)

    def test_of_a_pdf_may_be_text_in_base64(self) -> None:
        with Scripted(b'"JVBERi0xLjQK"', media_type="application/json; charset=utf-8") as client:
            assert client.note(order_key=KEY, page=PageFormat.A4) == b"%PDF-1.4\n"

    @pytest.mark.parametrize(
        ("body", "media_type"),
        [(b'"?"', "application/json"), (b"7", "application/json"), (b"<html>", "application/octet-stream")],
    )
    def test_that_is_no_pdf_is_unusable(self, body: bytes, media_type: str) -> None:
        with Scripted(body, media_type=media_type) as client, pytest.raises(UnusableAnswer):
            client.note(order_key=KEY, page=PageFormat.A4)

    @pytest.mark.parametrize("status", [400, 401, 403])
    def test_that_turns_us_away_is_no_note(self, status: int) -> None:
        with Scripted(b"no", media_type="text/plain", status=status) as client, pytest.raises(UnusableAnswer):
            client.note(order_key=KEY, page=PageFormat.A4)


class TestCheck:
    @pytest.fixture
    def connected(self, settings, mpay: Running, service: str, tmp_path: Path) -> None:
        own = identity_of(tmp_path, common_name="system", organisation="test", at=clock.now())
        settings.PUBLIC_URL, settings.PAYMENTS_URL = "http://127.0.0.1:9", service
        settings.MPAY_CERTIFICATE = str(mpay.folder / "certificate.pem")
        settings.SAML_KEY, settings.SAML_CERTIFICATE = str(own.key_path), str(own.certificate_path)

    def test_finds_nothing_wrong(self, connected: None, invoices: MPayInvoices) -> None:
        found = MPayConnection(invoices=invoices).check(at=clock.now())

        assert {one.level for one in found} == {Level.OK}
        assert len(found) == 4

    def test_names_the_endpoint_that_is_down(self, settings, connected: None, invoices: MPayInvoices) -> None:
        settings.PAYMENTS_URL = ""

        (wrong,) = [one for one in MPayConnection(invoices=invoices).check(at=clock.now()) if one.level != Level.OK]

        assert wrong.level == Level.ERROR
        assert "http://127.0.0.1:9/mpay/service" in wrong.fact
        assert wrong.next_step

    def test_names_the_system_port_that_is_down(self, connected: None, mpay: Running, invoices: MPayInvoices) -> None:
        mpay.behave("5xx", times=1)

        (wrong,) = [one for one in MPayConnection(invoices=invoices).check(at=clock.now()) if one.level != Level.OK]

        assert (wrong.level, "system port" in wrong.fact, bool(wrong.next_step)) == (Level.WARNING, True, True)

    @pytest.mark.parametrize(("name", "value"), [("MPAY_ACCEPTS_SHA1", True), ("MPAY_SIGNS_WITH", "sha1")])
    def test_warns_of_sha1(self, settings, connected: None, name: str, value: object) -> None:
        setattr(settings, name, value)

        (wrong,) = [one for one in MPayConnection(invoices=None).check(at=clock.now()) if one.level != Level.OK]

        assert (wrong.level, "SHA-1" in wrong.fact) == (Level.WARNING, True)

    def test_warns_before_a_certificate_ends(self, connected: None) -> None:
        in_time = MPayConnection(invoices=None).check(at=clock.now())
        ends = parties_end()
        soon = MPayConnection(invoices=None).check(at=ends - timedelta(days=10))

        assert {one.level for one in in_time} == {Level.OK}
        assert Level.WARNING in {one.level for one in soon}

    @pytest.mark.parametrize("name", ["MPAY_CERTIFICATE", "MPAY_SERVICE_ID", "SAML_KEY"])
    def test_says_which_setting_is_missing(self, settings, connected: None, name: str) -> None:
        setattr(settings, name, "")

        (wrong,) = MPayConnection(invoices=None).check(at=clock.now())

        assert (wrong.level, name in wrong.fact, bool(wrong.next_step)) == (Level.ERROR, True, True)

    @pytest.mark.parametrize("name", ["MPAY_SIGNS_WITH", "MPAY_KEY_NAMED_BY"])
    def test_says_which_setting_is_no_word_of_ours(self, settings, connected: None, name: str) -> None:
        setattr(settings, name, "md5")

        (wrong,) = MPayConnection(invoices=None).check(at=clock.now())

        assert f"{name} is not one of" in wrong.fact


def parties_end() -> datetime:
    sides = parties()
    return min(one.not_valid_after_utc for one in (sides.certificate, *sides.pinned))
