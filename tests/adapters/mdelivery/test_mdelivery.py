"""What MDelivery reads of us and tells us, and who may say it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ghiseu.adapters.mdelivery import caller, wire
from ghiseu.adapters.mdelivery.caller import CLIENT_ID, SERIAL, Known, NotMDelivery
from ghiseu.adapters.mdelivery.pages import MDeliveryPages
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.foundation.wire.platforms import Level
from ghiseu.modules.custody.delivery_states import PaperState
from ghiseu.modules.custody.ports import Order, Person

CHISINAU = ZoneInfo("Europe/Chisinau")
NUMBER, OURS = "LOZ-2026-000001-07", "5a3f"
MARIA = Person(idnp="2000000000015", surname="Exemplu", given_name="Maria", email="m@example.md", phone="+37360000001")
KNOWN = Known(is_behind_ingress=True, serial=OURS)


def told(**other: object) -> bytes:
    """Return the status of the guide's sample, with other values for what is told."""
    sample = {
        "status": "AwaitingPayment",
        "message": None,
        "carrierName": "Curier Exemplu",
        "trackingID": "0000000000000001",
        "carrierEstimatedDeliveryStart": "2026-01-26T08:00:00.000Z",
        "carrierEstimatedDeliveryEnd": "2026-01-27T16:00:00.000Z",
        "carrierCost": 65,
    }
    return json.dumps(sample | other).encode()


class TestDetails:
    ORDER = Order(
        number=NUMBER,
        state=PaperState.ORDERED,
        receiver=MARIA,
        holder=MARIA,
        product="CERT",
        description="Certificat",
        price=Decimal(100),
        pickup_point="LOZ",
        submitted_at=datetime(2026, 1, 15, 8, tzinfo=UTC),
        accepted_until=datetime(2026, 1, 20, 22, tzinfo=UTC),
        ready_estimate=datetime(2026, 1, 25, 16, tzinfo=timezone(timedelta(hours=2))),
    )

    def test_hold_what_the_guide_requires_and_moments_are_in_utc(self):
        written = wire.details(self.ORDER)

        assert (written["id"], written["status"], written["isPaid"]) == (NUMBER, "Processing", True)
        assert written["receiver"] == {
            "type": "Person", "id": "2000000000015", "name": "Exemplu", "firstName": "Maria",
            "email": "m@example.md", "phone": "+37360000001",
        }  # fmt: skip
        assert written["estimatedReadyAt"] == "2026-01-25T14:00:00.000Z"
        assert written["orderSubmittedAt"] == "2026-01-15T08:00:00.000Z"
        (product,) = written["products"]
        assert {"price", "quantity", "length", "width", "height", "weight"} <= set(product)

    def test_every_state_of_ours_has_its_word(self):
        assert set(wire.WORDS) == set(PaperState)

    def test_changes_are_one_list(self):
        assert wire.changes([("1", NUMBER, PaperState.READY)]) == [
            {"serviceID": "1", "orderID": NUMBER, "status": "Ready"}
        ]


class TestStatus:
    def test_of_the_sample_is_read(self):
        news = wire.read_news(told(), zone=CHISINAU)

        assert (news.state, news.carrier, news.tracking) == ("awaiting_payment", "Curier Exemplu", "0000000000000001")
        assert (news.cost, news.expected_until) == (Decimal("65.00"), datetime(2026, 1, 27, 16, tzinfo=UTC))
        assert json.loads(news.raw)["carrierCost"] == 65

    @pytest.mark.parametrize("word", ["AwaitingPayment", "AwaytingPayment", "awaitingpayment"])
    def test_is_read_in_both_spellings(self, word):
        assert wire.read_news(told(status=word), zone=CHISINAU).state is PaperState.AWAITING_PAYMENT

    @pytest.mark.parametrize("state", PaperState)
    def test_of_each_word_is_its_state(self, state):
        assert wire.read_news(told(status=wire.WORDS[state]), zone=CHISINAU).state is state

    def test_without_a_carrier_yet_is_read(self):
        assert wire.read_news(b'{"status": "Cancelled"}', zone=CHISINAU).carrier == ""

    def test_with_a_moment_without_zone_is_of_chisinau(self):
        news = wire.read_news(told(carrierEstimatedDeliveryStart="2026-01-26T10:00:00"), zone=CHISINAU)

        assert news.expected_from == datetime(2026, 1, 26, 8, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (b"", "body"),
            (b"[]", "body"),
            (b"<html>", "body"),
            (b"{}", "status"),
            (told(status="Lost"), "status"),
            (told(status=7), "status"),
            (told(status="Unknown"), "status"),
            (told(carrierName=["a"]), "carrierName"),
            (told(carrierCost="much"), "carrierCost"),
            (told(carrierCost=-1), "carrierCost"),
            (told(carrierCost=1e12), "carrierCost"),
            (told(carrierCost="NaN"), "carrierCost"),
            (told(carrierEstimatedDeliveryEnd="soon"), "carrierEstimatedDeliveryEnd"),
        ],
    )
    def test_that_cannot_be_read_names_its_field(self, body, field):
        with pytest.raises(wire.NotUnderstood) as fault:
            wire.read_news(body, zone=CHISINAU)

        assert fault.value.field == field


class TestCaller:
    @pytest.mark.parametrize("serial", ["5a3f", "5A3F", "00:5a:3f", "5A 3F", "0x5a3f"])
    def test_is_known_by_its_serial_however_it_is_written(self, serial):
        assert caller.require({SERIAL: serial}, known=KNOWN) is None

    def test_is_known_by_its_number_at_mpass(self):
        known = Known(is_behind_ingress=True, client_id="3E11A9D0-0000-4000-8000-000000000001")

        assert caller.require({CLIENT_ID: "{3e11a9d0-0000-4000-8000-000000000001}"}, known=known) is None

    @pytest.mark.parametrize("headers", [{}, {SERIAL: ""}, {SERIAL: "5a3e"}, {CLIENT_ID: "5a3f"}, {SERIAL: "0"}])
    def test_that_is_not_named_or_is_another_is_refused(self, headers):
        with pytest.raises(NotMDelivery):
            caller.require(headers, known=KNOWN)

    def test_is_refused_while_no_ingress_proves_anything(self):
        with pytest.raises(NotMDelivery):
            caller.require({SERIAL: OURS}, known=Known(is_behind_ingress=False, serial=OURS))

    def test_is_refused_while_nobody_is_configured(self):
        with pytest.raises(NotMDelivery):
            caller.require({SERIAL: "0", CLIENT_ID: "0"}, known=Known(is_behind_ingress=True))

    def test_of_whom_one_header_speaks_and_another_speaks_against_is_refused(self):
        known = Known(is_behind_ingress=True, serial=OURS, client_id="right")

        with pytest.raises(NotMDelivery):
            caller.require({SERIAL: OURS, CLIENT_ID: "wrong"}, known=known)


class TestPage:
    PAGES = MDeliveryPages(url="http://127.0.0.1:9/", service="7", known=KNOWN, limits=Limits(connect=1, answer=1))

    def test_has_the_parameters_of_the_guide_and_both_spellings_of_the_way_back(self):
        address = self.PAGES.page(NUMBER, language="ro", return_url="https://cups.example.md/cases/1")

        assert address.startswith(f"http://127.0.0.1:9/public/shipping?orderId={NUMBER}&serviceId=7&lang=ro")
        back = "https%3A%2F%2Fcups.example.md%2Fcases%2F1"
        assert f"returUrl={back}" in address
        assert f"returnUrl={back}" in address
        assert "mpass" not in address

    def test_that_does_not_answer_is_found_with_a_next_step(self):
        found = self.PAGES.check(at=datetime(2026, 1, 15, tzinfo=UTC))

        assert [(one.level, bool(one.next_step)) for one in found] == [(Level.ERROR, True), (Level.OK, False)]

    @pytest.mark.parametrize(
        ("known", "setting"),
        [(Known(is_behind_ingress=False, serial=OURS), "GHISEU_BEHIND_INGRESS"),
         (Known(is_behind_ingress=True), "GHISEU_MDELIVERY_SERIAL")],
    )  # fmt: skip
    def test_of_somebody_who_could_not_call_us_names_the_setting(self, known, setting):
        pages = MDeliveryPages(url="http://127.0.0.1:9", service="7", known=known, limits=Limits(connect=1, answer=1))

        assert setting in pages.check(at=datetime(2026, 1, 15, tzinfo=UTC))[-1].next_step
