"""On the page of a case a fact of a register is locked, and what it only proposes can be changed."""

import re

import pytest
from tests.support.counter import ask_for, case_of, change, come, opened

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction

SERVICES = ["cnas.family.paternity"]
DENIS, YOUNGEST, OTHER = "2099200107406", "2099160105922", "2099170106296"


@pytest.fixture
def number(lozova, exchange):
    at = clock.now()
    number = ask_for(SERVICES[0], visit=come(DENIS, to=lozova, at=at), to=lozova, at=at)
    change(case_of(number).holder, phone="+37360000012")
    return number


@pytest.fixture
def page(browser, number):
    return browser.get(f"/cases/{number}").content.decode()


def box(page, field):
    """Return how the field stands on the page: from its box to the next one."""
    return re.search(rf'data-field="{field}"(.*?)(?=data-field=|</form>)', page, re.DOTALL).group(1)


def save(browser, number, field, value, version="1"):
    return browser.post(f"/cases/{number}/fields/{field}", {"value": value, "version": version})


class TestFact:
    def test_is_locked_and_can_be_disputed(self, page):
        shown = box(page, "applicant_surname")

        assert '<output class="locked"' in shown
        assert "data-save-url" not in shown
        assert "applicant_surname/dispute" in shown
        assert "registrul populației" in shown

    def test_is_not_saved_by_the_server_either(self, lozova, browser, number):
        answer = save(browser, number, "applicant_surname", "Alta")

        assert answer.status_code == 422
        assert opened(number, to=lozova, at=clock.now()).judged.evaluation.answers["applicant_surname"] == "Sîrbu"


class TestProposal:
    def test_can_be_changed_and_says_where_it_comes_from(self, page):
        shown = box(page, "child_idnp")

        assert f'value="{YOUNGEST}"' in shown
        assert "data-save-url" in shown
        assert 'data-version="1"' in shown
        assert "registrul populației" in shown
        assert "dispute" not in shown

    def test_on_which_questions_hang_stands_among_the_asked(self, page):
        assert page.index('data-field="child_idnp"') < page.index('class="known"')

    def test_from_an_earlier_form_is_not_said_to_be_a_registers(self, page):
        shown = box(page, "applicant_phone")

        assert "cunoscut la acest centru" in shown
        assert "registrul populației" not in shown
        assert "data-save-url" in shown

    def test_is_replaced_and_has_no_source_any_more(self, browser, number):
        answer = save(browser, number, "child_idnp", OTHER)

        assert answer.status_code == 200
        assert answer.json() == {"version": 2, "reload": True}
        shown = box(browser.get(f"/cases/{number}").content.decode(), "child_idnp")
        assert f'value="{OTHER}"' in shown
        assert "source__text" not in shown

    def test_sent_again_as_it_is_stays_a_proposal(self, browser, number):
        assert save(browser, number, "child_idnp", YOUNGEST).status_code == 200

        assert "source__text" in box(browser.get(f"/cases/{number}").content.decode(), "child_idnp")

    def test_is_not_replaced_by_who_saw_an_older_value(self, browser, number):
        save(browser, number, "child_idnp", OTHER)

        answer = save(browser, number, "child_idnp", "2099420115548", version="1")

        assert (answer.status_code, answer.json()["value"]) == (409, OTHER)


class TestSentCase:
    def test_shows_everything_locked(self, browser, number):
        with transaction():
            change(case_of(number), state="with_institution")

        shown = browser.get(f"/cases/{number}").content.decode()

        assert "data-save-url" not in shown
        assert "/dispute" not in shown
