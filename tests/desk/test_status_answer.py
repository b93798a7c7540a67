"""An institution's answer is kept: looked at and printed as often as wished, asked for once."""

from datetime import timedelta

import pytest
from tests.journeys.conftest import institution, institution_processes
from tests.support.counter import ask_for, case_of, come, journaled

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.ask_status import ask_status

__all__ = ["institution", "institution_processes"]

SERVICES = ["cnas.pension.reexam-status"]
VALENTINA = "2099220108140"


@pytest.fixture
def cnas(institution):
    return institution("cnas")


@pytest.fixture
def number(lozova, exchange, cnas):
    """Return the number of a case in which CNAS was asked a while ago."""
    at = clock.now() - timedelta(hours=1)
    number = ask_for(SERVICES[0], visit=come(VALENTINA, to=lozova, at=at), to=lozova, at=at)
    ask_status(number=number, at_desk=lozova, at=at)
    return number


def asked():
    with transaction():
        return len(journaled("journeys.status.asked"))


class TestPrintedAnswer:
    @pytest.mark.parametrize("more", ["?paper=1", "?paper=1&size=large"])
    def test_is_the_kept_one(self, browser, number, cnas, more):
        cnas.behave("5xx")

        papers = [browser.get(f"/cases/{number}/answer{more}") for _ in range(2)]

        assert [one["Content-Type"] for one in papers] == ["application/pdf"] * 2
        assert all(one.content.startswith(b"%PDF") for one in papers)
        assert asked() == 1
        assert case_of(number).state == "done"

    def test_looked_at_again_asks_nobody(self, browser, number, cnas):
        cnas.behave("5xx")

        assert browser.get(f"/cases/{number}/answer").status_code == 200
        assert asked() == 1

    def test_is_asked_for_by_a_press_only(self, lozova, browser, exchange, cnas):
        at = clock.now()
        number = ask_for(SERVICES[0], visit=come(VALENTINA, to=lozova, at=at), to=lozova, at=at)

        browser.get(f"/cases/{number}/answer?paper=1")
        before = asked()
        browser.post(f"/cases/{number}/answer")

        assert (before, asked()) == (0, 1)
