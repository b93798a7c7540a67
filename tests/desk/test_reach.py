"""Which cases a desk opens: of who is there, of a list or search of this visit, by a press; by no old address."""

import pytest
from tests.support.counter import ask_for, come, leave

from ghiseu.foundation import clock
from ghiseu.modules.centres.at_desk import AtDesk

SERVICES = ["asp.civil.extract-birth"]
EUGENIA, GHEORGHE = "2099010100376", "2099080102964"
NAMES = ("Munteanu", "Eugenia")
PAGES = ("", "/check", "/sent", "/papers/slip", "/answer")


@pytest.fixture
def number(lozova: AtDesk) -> str:
    """Return the number of Eugenia's case; she has been here and has left."""
    visit = come(EUGENIA, to=lozova, at=clock.now())
    found = ask_for(SERVICES[0], visit=visit, to=lozova, at=clock.now())
    leave(visit, to=lozova, at=clock.now())
    return found


class TestOldAddress:
    @pytest.mark.parametrize("page", PAGES)
    def test_opens_nothing_with_nobody_at_the_desk(self, number, browser, page):
        answer = browser.get(f"/cases/{number}{page}")

        assert answer.status_code == 409
        assert [one for one in NAMES if one in answer.content.decode()] == []

    @pytest.mark.parametrize("page", PAGES)
    def test_opens_nothing_while_somebody_else_is_there(self, number, browser, lozova, page):
        come(GHEORGHE, to=lozova, at=clock.now())

        answer = browser.get(f"/cases/{number}{page}")

        assert answer.status_code == 409
        assert [one for one in NAMES if one in answer.content.decode()] == []

    def test_saves_nothing_and_tells_a_script_why(self, number, browser):
        answer = browser.post(f"/cases/{number}/fields/purpose", {"value": "inheritance", "version": "0"})

        assert answer.status_code == 422
        assert set(answer.json()) == {"cause", "next_step"}

    def test_of_a_search_shows_nothing_after_the_next_person_came(self, number, browser):
        results = browser.post("/find", {"q": "Munteanu"})["Location"]
        before = browser.get(results).content.decode()
        browser.post("/visits", {"who": GHEORGHE, "seen": "identity_card"})
        after = browser.get(results).content.decode()

        assert (number in before, number in after, "Munteanu" in after) == (True, False, False)


class TestCase:
    def test_of_the_person_at_the_desk_opens(self, number, browser, lozova):
        come(EUGENIA, to=lozova, at=clock.now())
        assert browser.get(f"/cases/{number}").status_code == 200

    def test_named_by_the_work_list_opens_until_a_visit_begins(self, number, browser):
        browser.get("/work-list?list=drafts")
        named = browser.get(f"/cases/{number}").status_code
        browser.post("/visits", {"who": GHEORGHE, "seen": "identity_card"})

        assert (named, browser.get(f"/cases/{number}").status_code) == (200, 409)

    def test_named_by_a_search_opens_until_the_visit_ends(self, number, browser):
        browser.post("/visits", {"who": GHEORGHE, "seen": "identity_card"})
        browser.post("/find", {"q": number, "fragment": "1"})
        named = browser.get(f"/cases/{number}").status_code
        browser.post("/visit/end", {"outcome": "served"})

        assert (named, browser.get(f"/cases/{number}").status_code) == (200, 409)

    def test_opens_by_one_press(self, number, browser):
        answer = browser.post(f"/cases/{number}/open-nevertheless")

        assert answer["Location"] == f"/cases/{number}"
        assert browser.get(f"/cases/{number}").status_code == 200
