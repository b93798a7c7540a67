"""Who may open what: the list of addresses times the people who might try."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client
from tests.desk.addresses import PUBLIC, Address, Values, every_address
from tests.desk.shop import ADMINISTRATOR, AUDITOR, DATA_OFFICER, DIMITAR, ILINCA, LIDIA, MANAGER, OFFICER, Shop, enter

from ghiseu.foundation.wire.platforms import Finding, Level, platforms

METHODS = ("get", "post", "put")
NOBODYS = "LOZ-2026-999999-00"
OF_THE_LEAD = {"/access-grants", "/restrictions", "/terminal"}
OF_ROLE = {"programme": {MANAGER, AUDITOR, ADMINISTRATOR, DATA_OFFICER}, "office": {OFFICER}}


def closed(shop: Shop) -> list[Address]:
    """Return the addresses that need somebody signed in."""
    return [one for one in every_address(Values(number=shop.number)) if one.channel not in PUBLIC]


def tried(browser: Client, address: Address) -> dict[str, int]:
    """Return the answers to every method that the address takes."""
    answers = {method: getattr(browser, method)(address.path).status_code for method in METHODS}
    return {method: status for method, status in answers.items() if status != 405}


def refused(browser: Client, shop: Shop) -> set[str]:
    """Return the pages of the desk that fail, or are closed to whoever sits at it."""
    pages = {one.path for one in closed(shop) if one.channel == "desk"}
    return {path for path in pages if (status := browser.get(path).status_code) >= 500 or status in {401, 403}}


class TestStranger:
    def test_is_led_to_the_sign_in_from_every_address(self, shop):
        stranger, open_to_all = Client(), []
        for address in closed(shop):
            for method in METHODS:
                answer = getattr(stranger, method)(address.path)
                led = answer.status_code == 302 and answer["Location"].startswith("/sign-in")
                if not led and answer.status_code != 405:
                    open_to_all.append(f"{method} {address.path}: {answer.status_code}")
        assert open_to_all == []

    def test_learns_nothing_of_a_case_at_the_public_pages(self, shop):
        assert shop.number not in Client().get("/s/AAAA").content.decode()


class TestOwner:
    def test_every_page_of_the_desk_answers_its_lead(self, shop):
        assert refused(enter(ILINCA), shop) == set()

    def test_every_page_but_those_of_the_lead_answers_an_operator(self, shop):
        assert refused(enter(LIDIA), shop) == OF_THE_LEAD


class TestColleagueOfAnotherCentre:
    def test_is_answered_as_if_our_case_did_not_exist_whatever_is_tried(self, shop):
        dimitar, told_apart = enter(DIMITAR), []
        ours = [one for one in closed(shop) if one.is_of_a_case]
        for address in ours:
            nobodys = replace(address, path=address.path.replace(shop.number, NOBODYS))
            answers = tried(dimitar, address)
            is_refused = set(answers.values()) <= {400, 404}  # 400: the request itself was not understood
            if not is_refused or answers != tried(dimitar, nobodys):
                told_apart.append(f"{address.path}: {answers}")
        assert told_apart == []

    def test_finds_nothing_of_ours(self, shop):
        found = enter(DIMITAR).post("/find", {"q": shop.number}, follow=True).content.decode()
        assert f"/cases/{shop.number}" not in found

    def test_sees_an_empty_work_list(self, shop):
        assert shop.number not in enter(DIMITAR).get("/work-list").content.decode()


class Ailing:
    """A shared platform that is down."""

    def check(self, *, at: datetime) -> list[Finding]:
        return [Finding(level=Level.ERROR, fact="does not answer", next_step="Is the address right?")]


class TestPeopleWithoutADesk:
    @pytest.mark.parametrize("person", [OFFICER, MANAGER, AUDITOR, ADMINISTRATOR, DATA_OFFICER])
    def test_are_kept_from_the_pages_of_the_desk(self, shop, person):
        browser, opened = enter(person), []
        for address in closed(shop):
            if address.channel != "desk" or address.name == "home":
                continue
            answers = tried(browser, address)
            opened += [f"{method} {address.path}: {status}" for method, status in answers.items() if status != 403]
        assert opened == []

    @pytest.mark.parametrize("person", [OFFICER, MANAGER, AUDITOR, ADMINISTRATOR, DATA_OFFICER])
    def test_are_led_to_their_own_first_page(self, shop, person):
        answer = enter(person).get("/")
        assert answer["Location"] == ("/office" if person == OFFICER else "/programme")

    @pytest.mark.parametrize("person", [LIDIA, OFFICER, MANAGER, AUDITOR, ADMINISTRATOR, DATA_OFFICER])
    @pytest.mark.parametrize("channel", ["programme", "office"])
    def test_open_only_what_is_theirs(self, shop, person, channel):
        status = enter(person).get(f"/{channel}").status_code
        assert status == (200 if person in OF_ROLE[channel] else 403)

    def test_the_manager_sees_centres_and_no_case(self, shop):
        page = enter(MANAGER).get("/programme").content.decode()
        assert "Lozova" in page
        assert shop.number not in page

    def test_the_auditor_sees_connections_and_published_services(self, shop):
        with platforms.serving("MExample", Ailing()):
            page = enter(AUDITOR).get("/programme").content.decode()
        assert all(word in page for word in ("MExample", "does not answer", "Is the address right?"))
        assert "asp.civil.extract-birth" in page

    def test_the_officer_sees_the_services_of_the_institution_alone(self, shop):
        page = enter(OFFICER).get("/office").content.decode()
        assert "asp.civil.extract-birth" in page
        assert "mai.criminal-record" not in page
