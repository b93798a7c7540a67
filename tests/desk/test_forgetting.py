"""The browser forgets a visit when it ends; whoever works there stays signed in."""

from tests.desk.shop import LIDIA, Shop, enter

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.modules.visits.queries import open_visit_at

VALENTINA = "2099220108140"
FORGET = '"cache", "storage"'


class TestEndOfAVisit:
    def test_empties_cache_and_storage_but_not_the_cookies(self, shop: Shop):
        lidia = enter(LIDIA)

        answer = lidia.post("/visit/end", {"outcome": "served"})

        assert answer.headers["Clear-Site-Data"] == FORGET
        assert lidia.get("/").status_code == 200

    def test_by_beginning_the_next_one_empties_them_too(self, shop: Shop):
        with scoped_to(shop.lidia.scope), transaction():
            number = open_visit_at(shop.lidia.desk_id).number

        answer = enter(LIDIA).post("/visits", {"who": VALENTINA, "seen": "passport", "ends": number})

        assert answer.status_code == 302
        assert answer.headers["Clear-Site-Data"] == FORGET

    def test_is_the_only_page_of_the_desk_that_does(self, shop: Shop):
        lidia = enter(LIDIA)

        assert "Clear-Site-Data" not in lidia.get("/visit").headers
        assert "Clear-Site-Data" not in lidia.get("/work-list").headers
