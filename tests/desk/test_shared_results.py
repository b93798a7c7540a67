"""The case page says where the result is electronically, and its two buttons do what they say."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from tests.desk.shop import LIDIA, Shop, enter
from tests.support.counter import all_of, case_of, change

from ghiseu.foundation import clock
from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.documents.models import Document, SharedResult
from ghiseu.modules.documents.ports import STORE, DocumentSharing, document_sharing


class NobodyCalls(DocumentSharing):
    """Stands where the store is connected; a page never calls it."""


@pytest.fixture
def connected() -> Iterator[None]:
    with document_sharing.serving(STORE, NobodyCalls()):
        yield


@pytest.fixture
def ready(shop: Shop) -> str:
    """Let a result of the case be here."""
    with scoped_to(shop.lidia.scope), transaction():
        case = case_of(shop.number)
        Document.objects.create(
            centre_id=case.centre_id,
            case=case,
            kind="result",
            title="Extras",
            sha256="a" * 64,
            received_sha256="a" * 64,
            size=4,
            media_type="application/pdf",
            page_count=1,
            origin="institution",
            created_at=clock.now(),
            created_by_id=1,
        )
        change(case, state="result_ready")
    return shop.number


@pytest.fixture
def lidia(ready: str) -> Client:
    del ready
    return enter(LIDIA)


def page(browser: Client, number: str) -> str:
    answer = browser.get(f"/cases/{number}", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def rows(shop: Shop) -> list[SharedResult]:
    with scoped_to(shop.lidia.scope):
        return all_of(SharedResult)


def stand(shop: Shop, state: str, **more: object) -> None:
    with scoped_to(shop.lidia.scope):
        (row,) = all_of(SharedResult)
        ids = {"store_id": "d", "share_id": "" if state == "withdrawn" else "s"}
        change(row, state=state, **ids, **more)


@pytest.fixture
def asked(shop: Shop, ready: str, lidia: Client, connected: None) -> str:
    """Let the operator have pressed the button."""
    assert lidia.post(f"/cases/{ready}/share-results").status_code == 302
    return ready


class TestButton:
    def test_is_not_there_without_mdocs(self, ready, lidia):
        assert "share-results" not in page(lidia, ready)

    def test_is_there_with_mdocs_and_its_key(self, ready, lidia, connected):
        shown = page(lidia, ready)

        assert f"/cases/{ready}/share-results" in shown
        assert 'data-key="Alt+M"' in shown

    def test_pressed_twice_asks_once(self, shop, asked, lidia):
        lidia.post(f"/cases/{asked}/share-results")

        assert [one.state for one in rows(shop)] == ["waiting"]

    def test_without_mdocs_says_so(self, ready, lidia):
        assert lidia.post(f"/cases/{ready}/share-results").status_code == 409

    def test_takes_it_back_and_pressed_twice_once(self, shop, asked, lidia):
        stand(shop, "shared")

        for _ in range(2):
            assert lidia.post(f"/cases/{asked}/withdraw-results").status_code == 302

        assert [one.state for one in rows(shop)] == ["withdrawing"]


class TestPage:
    def test_says_that_it_is_on_its_way(self, asked, lidia):
        shown = page(lidia, asked)

        assert "MDocs" in shown
        assert "withdraw-results" in shown
        assert "share-results" not in shown

    def test_says_until_when_it_is_there(self, shop, asked, lidia):
        stand(shop, "shared", ends_at=clock.now() + timedelta(days=400))

        assert str((clock.now() + timedelta(days=400)).year) in page(lidia, asked)

    def test_says_that_it_was_there_until(self, shop, asked, lidia):
        stand(shop, "shared", begins_at=clock.now() - timedelta(days=3), ends_at=clock.now() - timedelta(days=2))

        assert "tag--muted" in page(lidia, asked)

    @pytest.mark.parametrize("state", ["refused", "withdrawn"])
    def test_offers_it_again(self, state, shop, asked, lidia):
        stand(shop, state, refusal="MDocs: no room")

        shown = page(lidia, asked)

        assert "share-results" in shown
        assert "withdraw-results" not in shown
        assert "MDocs: no room" in shown
