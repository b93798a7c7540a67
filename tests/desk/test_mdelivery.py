"""MDelivery calls us and a paper goes to the door: the callbacks, the operator's page, and the whole way at once."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from tests.desk.shop import LIDIA, Shop, enter
from tests.support.counter import all_of, case_of, change
from tests.support.waiting import until

from ghiseu.adapters.mdelivery.caller import SERIAL
from ghiseu.adapters.mdelivery.pages import MDeliveryPages
from ghiseu.adapters.mdelivery.parties import known
from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to
from ghiseu.modules.custody.models import PaperDelivery
from ghiseu.modules.custody.ports import COURIERS, couriers
from simulators.common.behaviour import Mode
from simulators.common.process import Running, running

OURS = "5a3f"
PUT = {"status": "AwaytingPayment", "carrierName": "Curier Exemplu", "trackingID": "0001", "carrierCost": 65}


@pytest.fixture
def behind(settings: Settings) -> None:
    settings.BEHIND_INGRESS, settings.MDELIVERY_SERIAL, settings.MDELIVERY_SERVICE_ID = True, OURS, "7"


@pytest.fixture
def pages(behind: None) -> Iterator[None]:
    with couriers.serving(COURIERS, MDeliveryPages(url="http://there.test", service="7", known=known())):
        yield


@pytest.fixture
def to_the_door(shop: Shop, pages: None) -> str:
    """Return the case of the shop, whose result is here and whose paper is to come to the door."""
    with scoped_to(shop.lidia.scope):
        change(case_of(shop.number), state="result_ready", delivery="mdelivery", submitted_at=clock.now())
    return shop.number


@pytest.fixture
def lidia(to_the_door: str) -> Client:
    del to_the_door
    return enter(LIDIA)


@pytest.fixture
def ordered(to_the_door: str, lidia: Client) -> str:
    assert lidia.post(f"/cases/{to_the_door}/delivery", {"act": "order"}).status_code == 302
    return to_the_door


def the_delivery(shop: Shop) -> PaperDelivery:
    with scoped_to(shop.lidia.scope):
        (found,) = all_of(PaperDelivery)
    return found


def address(number: str, what: str, *, prefix: str = "", service: str = "7") -> str:
    return f"{prefix}/api/v1/delivery/services/{service}/orders/{number}/delivery/{what}"


CHANGES = "/api/v1/delivery/services/7/delivery/changes"
SEEN = {SERIAL: OURS}


class TestCaller:
    @pytest.mark.parametrize("headers", [{}, {SERIAL: "5a3e"}, {"X-MPass-Client-ID": OURS}])
    def test_who_is_not_mdelivery_is_refused_and_told_nothing(self, headers, ordered):
        calls = [
            Client().get(address(ordered, "details"), headers=headers),
            Client().put(address(ordered, "status"), json.dumps(PUT), headers=headers),
            Client().get(CHANGES, headers=headers),
        ]

        assert [one.status_code for one in calls] == [401, 401, 401]
        assert {one["Content-Type"] for one in calls} == {"application/problem+json; charset=utf-8"}
        assert "Eugenia" not in "".join(one.content.decode() for one in calls)

    def test_nobody_is_believed_by_default(self, ordered, settings):
        settings.BEHIND_INGRESS = False

        assert Client().get(address(ordered, "details"), headers=SEEN).status_code == 401

    def test_the_operator_is_not_mdelivery(self, ordered, lidia):
        assert lidia.get(address(ordered, "details")).status_code == 401


@pytest.mark.parametrize("prefix", ["", "/auth"])
class TestCalls:
    def test_about_an_order_are_answered(self, prefix, ordered):
        answer = Client().get(address(ordered, "details", prefix=prefix), headers=SEEN)

        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["status"]) == (ordered, "Processing")
        assert answer["Cache-Control"] == "no-store"

    def test_about_the_way_are_taken_and_may_be_repeated(self, prefix, shop, ordered):
        url = address(ordered, "status", prefix=prefix)

        answers = [Client().put(url, json.dumps(PUT), content_type="application/json", headers=SEEN) for _ in range(2)]

        assert [(one.status_code, one.content) for one in answers] == [(204, b""), (204, b"")]
        assert (the_delivery(shop).state, the_delivery(shop).carrier) == ("awaiting_payment", "Curier Exemplu")

    def test_about_changes_are_answered(self, prefix, ordered, lidia):
        lidia.post(f"/cases/{ordered}/delivery", {"act": "call-off"})

        answer = Client().get(prefix + CHANGES, headers=SEEN)

        assert answer.json() == [{"serviceID": "7", "orderID": ordered, "status": "Cancelled"}]


class TestFaults:
    def test_of_a_status_that_is_none_names_the_field(self, ordered):
        answer = Client().put(address(ordered, "status"), json.dumps({"status": "Lost"}), headers=SEEN)

        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["status"])

    @pytest.mark.parametrize("number", ["LOZ-2026-999999-99", "x"])
    def test_of_an_order_that_is_not_there(self, number, ordered):
        answers = [
            Client().get(address(number, "details"), headers=SEEN),
            Client().put(address(number, "status"), json.dumps(PUT), headers=SEEN),
        ]

        assert [one.status_code for one in answers] == [404, 404]

    def test_of_another_service(self, ordered):
        other = CHANGES.replace("/7/", "/8/")

        assert Client().get(other, headers=SEEN).status_code == 404
        assert Client().get(address(ordered, "details", service="8"), headers=SEEN).status_code == 404

    def test_of_another_method(self, ordered):
        assert Client().post(address(ordered, "status"), headers=SEEN).status_code == 405


class TestPage:
    def page(self, lidia: Client, number: str) -> str:
        answer = lidia.get(f"/cases/{number}/delivery")
        assert answer.status_code == 200
        return answer.content.decode()

    def test_is_named_by_the_case_and_offers_to_order(self, to_the_door, lidia):
        assert f"/cases/{to_the_door}/delivery" in lidia.get(f"/cases/{to_the_door}").content.decode()
        assert 'value="order"' in self.page(lidia, to_the_door)

    def test_leads_to_mdelivery_and_back(self, ordered, lidia, settings):
        shown = self.page(lidia, ordered)

        assert f"http://there.test/public/shipping?orderId={ordered}" in shown
        assert "returUrl=" in shown
        assert 'value="order"' not in shown

    def test_says_that_the_paper_is_packed_once(self, shop, ordered, lidia):
        for _ in range(2):
            assert lidia.post(f"/cases/{ordered}/delivery", {"act": "packed"}).status_code == 302

        assert the_delivery(shop).packed_at is not None
        assert 'value="packed"' not in self.page(lidia, ordered)

    @pytest.mark.parametrize("word", ["Delivering", "Problem", "Returned", "Delivered"])
    def test_shows_where_the_paper_is_and_offers_no_more_what_is_too_late(self, word, shop, ordered, lidia):
        for status in ("Delivering", word):
            Client().put(address(ordered, "status"), json.dumps(PUT | {"status": status}), headers=SEEN)

        shown = self.page(lidia, ordered)

        assert "Curier Exemplu" in shown
        assert "65" in shown
        assert 'value="call-off"' not in shown
        assert lidia.post(f"/cases/{ordered}/delivery", {"act": "call-off"}).status_code == 409

    def test_of_a_case_without_mdelivery_offers_nothing(self, shop, lidia):
        with scoped_to(shop.lidia.scope):
            change(case_of(shop.number), delivery="paper_asp")

        assert "/delivery" not in lidia.get(f"/cases/{shop.number}").content.decode()
        assert lidia.post(f"/cases/{shop.number}/delivery", {"act": "order"}).status_code == 409


class TestWholeWay:
    """The simulated MDelivery calls the running product through its ingress, with its certificate."""

    @pytest.fixture
    def mdelivery(self, live_server: object, shop: Shop, tmp_path: Path, settings: Settings) -> Iterator[Running]:
        with running("mdelivery", data=tmp_path, product=str(live_server)) as started:
            settings.BEHIND_INGRESS, settings.MDELIVERY_SERVICE_ID = True, "7"
            settings.MDELIVERY_SERIAL = (started.folder / "serial").read_text()
            with couriers.serving(COURIERS, MDeliveryPages(url=started.url, service="7", known=known())):
                yield started

    @pytest.fixture
    def number(self, shop: Shop, mdelivery: Running) -> str:
        with scoped_to(shop.lidia.scope):
            change(case_of(shop.number), state="result_ready", delivery="mdelivery", submitted_at=clock.now())
        enter(LIDIA).post(f"/cases/{shop.number}/delivery", {"act": "order"})
        return shop.number

    @pytest.fixture
    def choose(self, mdelivery: Running, number: str) -> Callable[[], None]:
        """Return a function: the person chooses address and courier, and pays."""
        asked = {"orderId": number, "serviceId": "7", "lang": "ro", "returUrl": "http://there.test/back"}

        def chosen() -> None:
            form = {**asked, "address": "str. Exemplu 1, Lozova", "carrier": "Curier Exemplu"}
            for path, values in (("/public/shipping", form), ("/public/pay", asked)):
                httpx.post(f"{mdelivery.url}{path}", data=values, timeout=10).raise_for_status()

        return chosen

    def test_ends_at_the_door(self, shop, number, mdelivery, choose):
        page = httpx.get(f"{mdelivery.url}/public/shipping", params={"orderId": number, "serviceId": "7"}, timeout=10)
        assert "Eugenia" in page.text

        choose()
        until(lambda: the_delivery(shop).state == "paid", what="the payment")
        enter(LIDIA).post(f"/cases/{number}/delivery", {"act": "packed"})
        until(lambda: the_delivery(shop).state == "awaiting_pickup", what="the waybill")
        for status in ("Delivering", "Delivered"):
            told = {"order": number, "status": status}
            httpx.post(f"{mdelivery.url}/control/deliveries", json=told, timeout=10).raise_for_status()
        until(lambda: the_delivery(shop).state == "delivered", what="the paper at the door")

        with scoped_to(shop.lidia.scope):
            assert case_of(number).state == "done"
        assert [row["kind"] for row in mdelivery.ledger()["effects"]].count("waybill") == 1

    @pytest.mark.parametrize("mode", [Mode.DUPLICATE, Mode.WRONG_SIGNATURE, Mode.EXPIRED_CERTIFICATE])
    def test_is_right_though_calls_come_wrong_at_first(self, mode, shop, number, mdelivery, choose):
        mdelivery.behave(mode, times=1, operations=["status"])

        choose()

        until(lambda: the_delivery(shop).state == "paid", what="the payment")
        with scoped_to(shop.lidia.scope):
            assert case_of(number).state == "result_ready"

    def test_is_right_though_the_news_comes_in_the_wrong_order(self, shop, number, mdelivery, choose):
        mdelivery.behave(Mode.REORDER, times=1, operations=["status"])

        choose()

        until(lambda: {row["state"] for row in mdelivery.ledger()["notices"]} == {"told"}, what="both notices")
        assert len(mdelivery.ledger()["notices"]) == 2
        assert the_delivery(shop).state == "paid"

    def test_is_refused_to_a_stranger(self, shop, number, mdelivery, choose, settings):
        settings.MDELIVERY_SERIAL = "1"
        page = httpx.get(f"{mdelivery.url}/public/shipping", params={"orderId": number, "serviceId": "7"}, timeout=10)

        assert page.status_code == 502
        assert "Eugenia" not in page.text
