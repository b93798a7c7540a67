"""A case whose content was destroyed, or that is restricted: the page says so and shows nothing of it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.desk.shop import DATA_OFFICER, ILINCA, LIDIA, MANAGER, enter
from tests.support.counter import all_of, ask_for, case_of, change, come, journaled

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, CallTask
from ghiseu.modules.centres.at_desk import AtDesk

SERVICES = ["asp.civil.extract-birth"]
GHEORGHE = "2099080102964"
PAGES = ("/cases/{}", "/cases/{}/check", "/cases/{}/payment")


@pytest.fixture
def number(lozova: AtDesk, exchange: object) -> str:
    visit = come(GHEORGHE, to=lozova, at=clock.now())
    return ask_for(SERVICES[0], visit=visit, to=lozova, at=clock.now())


@pytest.mark.parametrize("page", PAGES)
def test_destroyed_content_is_told_with_its_day(page: str, number: str, browser: Client) -> None:
    at = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    change(case_of(number), state="closed", outcome="gone", ended_at=at, destroyed_at=at)

    answer = browser.get(page.format(number))

    assert answer.status_code == 410
    assert "6\N{NO-BREAK SPACE}martie\N{NO-BREAK SPACE}2026" in answer.content.decode()  # by the calendar of the centre
    assert "Gheorghe" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_restricted_case_is_not_shown_to_an_operator(page: str, number: str, browser: Client) -> None:
    change(case_of(number), restricted_at=clock.now(), restricted_by_id=1, restriction_reason="objection 14")

    answer = browser.get(page.format(number))

    assert answer.status_code == 403
    assert "objection 14" not in answer.content.decode()
    assert "Gheorghe" not in answer.content.decode()


def test_the_centre_lead_restricts_a_case_and_lifts_it(number: str, lozova: AtDesk) -> None:
    lead = enter(ILINCA)
    for told, wanted in (({"number": "X", "reason": "r"}, 422), ({"number": number, "reason": " "}, 422)):
        assert lead.post("/restrictions", told).status_code == wanted
    assert case_of(number).restricted_at is None

    lead.post("/restrictions", {"number": number.lower(), "reason": "objection 14"})

    assert case_of(number).restriction_reason == "objection 14"
    assert number in lead.get("/restrictions").content.decode()

    lead.post("/restrictions/lift", {"number": number})

    assert case_of(number).restricted_at is None
    assert [one.case_number for one in journaled("cases.restriction.lifted")] == [number]


def test_an_operator_restricts_nothing(number: str, browser: Client) -> None:
    assert browser.post("/restrictions", {"number": number, "reason": "objection"}).status_code == 403
    assert browser.post("/restrictions/lift", {"number": number}).status_code == 403
    assert case_of(number).restricted_at is None


class TestLists:
    """Of whom a restricted case is, nobody learns from a list."""

    @pytest.fixture(autouse=True)
    def restricted(self, number: str, browser: Client) -> None:
        change(case_of(number), restricted_at=clock.now(), restricted_by_id=1, restriction_reason="objection 14")
        browser.post("/visit/end", {"outcome": "served"})

    def shown_by(self, browser: Client, address: str) -> str:
        page = browser.get(address).content.decode()
        return page[page.index("<main") :]

    def test_of_work_say_that_it_is_restricted(self, number: str, browser: Client) -> None:
        page = self.shown_by(browser, "/work-list?list=drafts")

        assert number in page
        assert "Restricționat" in page
        assert [one for one in ("Bejan", "Gheorghe", "Extras") if one in page] == []
        assert journaled("cases.case.listed") == []

    @pytest.mark.parametrize("words", ["Bejan", GHEORGHE, "number"])
    def test_of_a_search_say_that_it_is_restricted(self, number: str, browser: Client, words: str) -> None:
        found = browser.post("/find", {"q": number if words == "number" else words})["Location"]

        hits = self.shown_by(browser, found)
        hits = hits[hits.index('<ul class="found"') :]

        assert number in hits
        assert "Restricționat" in hits
        assert [one for one in ("Bejan", "Gheorghe", "naștere") if one in hits] == []
        assert journaled("applicants.person.found") == []

    def test_of_calls_name_nobody(self, number: str, browser: Client, lozova: AtDesk) -> None:
        with transaction():
            cases.ask_to_call(case_of(number), CallReason.ALARM, at=clock.now())
        change(all_of(CallTask)[0], note="a sunat fiul, Ion")

        page = self.shown_by(browser, "/work-list?list=calls")

        assert number in page
        assert [one for one in ("Bejan", "Gheorghe", "fiul") if one in page] == []
        assert journaled("cases.call.shown") == []

    def test_name_the_person_to_the_centre_lead(self, number: str) -> None:
        page = self.shown_by(enter(ILINCA, place=1), "/work-list?list=drafts")

        assert "Bejan" in page
        assert "Restricționat" not in page


class TestDataProtectionOfficer:
    PAGE = "/programme/restrictions"

    def test_restricts_a_case_of_any_centre_and_lifts_it(self, number: str, browser: Client) -> None:
        officer = enter(DATA_OFFICER)
        for told in ({"number": "X", "reason": "r"}, {"number": number, "reason": " "}):
            assert officer.post(self.PAGE, told).status_code == 422
        assert case_of(number).restricted_at is None

        assert officer.post(self.PAGE, {"number": number.lower(), "reason": "objection 14"}).status_code == 302

        assert case_of(number).restriction_reason == "objection 14"
        assert number in officer.get(self.PAGE).content.decode()
        assert "Bejan" not in officer.get(self.PAGE).content.decode()
        assert browser.get(f"/cases/{number}").status_code == 403

        assert officer.post(f"{self.PAGE}/lift", {"number": number}).status_code == 302

        assert case_of(number).restricted_at is None

    def test_stands_in_the_journal_of_the_persons_centre(self, number: str, lozova: AtDesk) -> None:
        officer = enter(DATA_OFFICER)
        officer.post(self.PAGE, {"number": number, "reason": "objection 14"})
        officer.post(f"{self.PAGE}/lift", {"number": number})

        [put], [lifted] = journaled("cases.restriction.set"), journaled("cases.restriction.lifted")
        for row in (put, lifted):
            assert (row.centre_id, row.subject_idnp, row.operator_idnp) == (lozova.centre_id, GHEORGHE, DATA_OFFICER)

    def test_leaves_their_own_matter_to_a_colleague(self, number: str) -> None:
        change(case_of(number).holder, idnp=DATA_OFFICER)

        assert enter(DATA_OFFICER).post(self.PAGE, {"number": number, "reason": "mine"}).status_code == 422
        assert case_of(number).restricted_at is None

    def test_is_led_there_from_the_first_page(self, number: str) -> None:
        assert f'href="{self.PAGE}"' in enter(DATA_OFFICER).get("/programme").content.decode()

    @pytest.mark.parametrize("who", [MANAGER, LIDIA, ILINCA])
    def test_is_the_only_one_there(self, number: str, who: str) -> None:
        other = enter(who)

        assert other.get(self.PAGE).status_code == 403
        assert other.post(self.PAGE, {"number": number, "reason": "r"}).status_code == 403
        assert other.post(f"{self.PAGE}/lift", {"number": number}).status_code == 403
        assert case_of(number).restricted_at is None
