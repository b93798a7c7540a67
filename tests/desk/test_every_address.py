"""What holds for every address, read from the product's own lists: methods, forms of other sites, types of answers."""

import pytest
from django.test import Client
from django.urls import resolve
from tests.desk.addresses import Address, Values, every_address
from tests.desk.shop import LIDIA, Shop, enter

# Machines call them: the message itself proves who sent it, or it is only written into the log.
WITHOUT_FORM = frozenset(
    {
        "delivery-changes",
        "delivery-details",
        "delivery-status",
        "institution-push",
        "mpay-service",
        "msign-return",
        "policy-report",
        "saml-acs",
        "saml-slo",
    }
)
STRANGE = ("TRACE", "OPTIONS", "DELETE", "PATCH", "CONNECT", "PROPFIND", "X-OWN")


def addresses(shop: Shop) -> list[Address]:
    return every_address(Values(number=shop.number))


class TestFolders:
    @pytest.mark.parametrize(
        "path", ["/static/", "/static", "/.git/config", "/static/../keys.json", "/.env", "/documents/"]
    )
    def test_are_not_listed_and_nothing_else_is_served(self, db, path: str):
        assert Client().get(path).status_code in {400, 404}


class TestEveryAddress:
    def test_takes_no_form_that_another_site_sent(self, shop: Shop):
        lidia = enter(LIDIA)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = lidia.cookies
        taken = []
        for address in addresses(shop):
            view = resolve(address.path).func
            answer = strict.post(address.path, {"who": "2099010100376"})
            exempt = getattr(view, "csrf_exempt", False)
            if exempt != (address.name in WITHOUT_FORM) or (not exempt and answer.status_code not in {403, 405}):
                taken.append((address.path, answer.status_code, exempt))

        assert taken == []

    @pytest.mark.parametrize("method", STRANGE)
    def test_refuses_methods_that_nobody_agreed(self, shop: Shop, method: str):
        browser = Client()
        found = {one.path: browser.generic(method, one.path).status_code for one in addresses(shop)}

        assert {path: status for path, status in found.items() if status != 405} == {}

    def test_says_what_its_answer_is_and_in_which_letters(self, shop: Shop):
        lidia, wrong = enter(LIDIA), []
        for address in addresses(shop):
            answer = lidia.get(address.path)
            kind = answer.headers.get("Content-Type", "")
            if not answer.content:
                continue
            told = kind.startswith(("application/pdf", "image/", "application/json", "application/samlmetadata+xml"))
            if not told and "charset=utf-8" not in kind.lower():
                wrong.append((address.path, kind))

        assert wrong == []

    def test_changes_nothing_when_it_is_only_looked_at(self, shop: Shop):
        lidia = enter(LIDIA)
        writing = {"end-visit", "submit", "open-case", "issue-order", "save-field", "sign-out", "book"}

        found = {one.name: lidia.get(one.path).status_code for one in addresses(shop) if one.name in writing}

        assert set(found) == writing
        assert set(found.values()) == {405}

    def test_of_the_desk_shows_the_way_out(self, shop: Shop):
        lidia, without = enter(LIDIA), []
        for address in addresses(shop):
            answer = lidia.get(address.path)
            is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
            if address.channel == "desk" and is_page and b'action="/sign-out"' not in answer.content:
                without.append(address.name)

        assert set(without) <= {"service-hits", "presence"}

    def test_lets_no_other_site_read_its_answers(self, shop: Shop):
        lidia = enter(LIDIA)
        for address in addresses(shop):
            answer = lidia.get(address.path, headers={"origin": "https://evil.example"})

            assert "Access-Control-Allow-Origin" not in answer.headers
