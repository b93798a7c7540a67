"""Which cases a desk opens: of who is there, of a list or search of this visit, by a press; by no old address."""

import pytest
from django.test import Client
from tests.desk.conftest import BrowserOfTheCentre
from tests.desk.shop import ILINCA, enter
from tests.support.counter import all_of, ask_for, come, journaled, leave

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.cases.agreeing_models import WitnessTask
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.privacy.models import CorrectionRequest

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


class TestCorrection:
    TOLD = {
        "register": "RSP",
        "field": "adresa",
        "register_says": "s. Colibași",
        "person_says": "s. Lozova",
        "evidence": "buletin nr. 0123",
    }

    @pytest.fixture
    def correction(self, browser: Client, lozova: AtDesk) -> str:
        """Return the number of Eugenia's request; she is still there."""
        come(EUGENIA, to=lozova, at=clock.now())
        browser.post("/visit/correction", self.TOLD)
        return all_of(CorrectionRequest)[0].number

    def test_of_the_person_at_the_desk_opens(self, browser: Client, correction: str) -> None:
        assert browser.get(f"/corrections/{correction}").status_code == 200
        assert browser.get(f"/corrections/{correction}/paper").content.startswith(b"%PDF-")

    @pytest.mark.parametrize("page", ["", "/paper"])
    @pytest.mark.parametrize("who_is_there", ["", GHEORGHE])
    def test_of_somebody_else_tells_nothing_and_leaves_no_trace_of_a_reading(
        self, browser: Client, correction: str, lozova: AtDesk, page: str, who_is_there: str
    ) -> None:
        browser.post("/visit/end", {"outcome": "served"})
        if who_is_there:
            come(who_is_there, to=lozova, at=clock.now())

        answer = browser.get(f"/corrections/{correction}{page}")

        assert answer.status_code == 409
        assert [one for one in (*NAMES, "Colibași") if one in answer.content.decode()] == []
        assert journaled("privacy.correction.shown") + journaled("privacy.correction.printed") == []

    def test_of_somebody_else_takes_no_answer(self, browser: Client, correction: str) -> None:
        browser.post("/visit/end", {"outcome": "served"})

        answer = browser.post(f"/corrections/{correction}/answer", {"state": "answered", "answer": "scrisoarea 17"})

        assert answer.status_code == 409
        assert all_of(CorrectionRequest)[0].state == "asked"

    def test_named_by_the_list_opens_until_a_visit_begins(self, browser: Client, correction: str) -> None:
        browser.post("/visit/end", {"outcome": "served"})
        browser.get("/corrections")
        named = browser.get(f"/corrections/{correction}").status_code
        browser.post("/visits", {"who": GHEORGHE, "seen": "identity_card"})

        assert (named, browser.get(f"/corrections/{correction}").status_code) == (200, 409)

    def test_that_does_not_exist_is_not_told_apart_from_another_centres(self, browser: Client, correction: str) -> None:
        assert browser.get("/corrections/LOZ-2026-999999-00").status_code == 404


class TestWitnessTask:
    @pytest.fixture
    def address(self, browser: Client, lozova: AtDesk) -> str:
        """Return the address at which a colleague is to confirm what Eugenia agreed to."""
        visit = come(EUGENIA, to=lozova, at=clock.now())
        number = ask_for(SERVICES[0], visit=visit, to=lozova, at=clock.now())
        browser.post(f"/cases/{number}/witness")
        return f"/work-list/witness/{all_of(WitnessTask)[0].pk}"

    @pytest.fixture
    def colleague(self, lozova: AtDesk) -> Client:
        del lozova
        found = BrowserOfTheCentre()
        found.cookies = enter(ILINCA, place=1).cookies
        with transaction():
            return found

    def test_opens_from_the_list_alone(self, colleague: Client, address: str) -> None:
        typed = colleague.get(address)
        colleague.get("/work-list?list=witness")

        assert (typed.status_code, colleague.get(address).status_code) == (409, 200)
        assert [one for one in NAMES if one in typed.content.decode()] == []
        assert len(journaled("cases.witness.shown")) == 1

    def test_is_closed_again_when_a_person_comes_to_the_colleague(self, colleague: Client, address: str) -> None:
        colleague.get("/work-list?list=witness")
        colleague.post("/visits", {"who": GHEORGHE, "seen": "identity_card"})

        assert colleague.get(address).status_code == 409

    def test_that_does_not_exist_is_answered_as_such(self, colleague: Client) -> None:
        assert colleague.get("/work-list/witness/999999").status_code == 404
