"""How many statements a page sends. A number that grows is a decision; one that grows with the rows is a mistake.

Savepoints are left out, and so is telling the database the centre, which every transaction does. Four statements of
every page find the operator: the browser's session, the operator's with its desk, the centre, the roles of today. One
more of pages with a frame finds the visit that is open at the desk.
"""

from collections.abc import Callable

import pytest
from bench.raw import SAYS_THE_CENTRE, captured
from django.test import Client
from tests.support.counter import ask_for, come, leave

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres.at_desk import AtDesk

SERVICES = ["asp.civil.extract-birth"]
GHEORGHE, EUGENIA = "2099080102964", "2099010100376"
BEFORE_THE_VIEW = 4
THE_VISIT = 1
Count = Callable[..., int]


@pytest.fixture
def count(browser: Client) -> Count:
    """Return a function that opens a page, or types in its search, and counts, the second time, what it sends."""

    def counted(path: str, typed: str = "") -> int:
        def ask() -> int:
            answer = browser.post(path, {"q": typed, "fragment": "1"}) if typed else browser.get(path)
            return answer.status_code

        assert ask() == 200
        with captured() as statements:
            ask()
        return len([text for text, _ in statements if "SAVEPOINT" not in text and SAYS_THE_CENTRE not in text])

    return counted


def case_for(idnp: str, *, at: AtDesk) -> str:
    """Let the person come, open a case and leave; return its number."""
    visit = come(idnp, to=at, at=clock.now())
    number = ask_for(SERVICES[0], visit=visit, to=at, at=clock.now())
    leave(visit, to=at, at=clock.now())
    return number


class TestCasePage:
    # Case with all that it hangs on, values, the person's newest record, three registers (none has answered here, so
    # their questions find nothing), papers twice (counted and listed), evidence three times, results, what was agreed,
    # payment, timeline with the names in it; the visit that the journal names, the journal is written and the presence
    # brought up to date.
    def test_sends_this_many(self, lozova: AtDesk, exchange: object, count: Count) -> None:
        number = case_for(GHEORGHE, at=lozova)
        count("/work-list?list=drafts")  # with nobody at the desk a case opens from a list

        assert count(f"/cases/{number}") == BEFORE_THE_VIEW + THE_VISIT + 20


class TestWorkList:
    # Counts of all lists in one, calls, stuck deliveries, witnesses wanted, money to settle, and one for each state
    # that the list shows.
    @pytest.mark.parametrize(("which", "states"), [("drafts", 1), ("institution", 2), ("results", 2)])
    def test_sends_this_many(self, which: str, states: int, lozova: AtDesk, count: Count) -> None:
        assert count(f"/work-list?list={which}") == BEFORE_THE_VIEW + THE_VISIT + 5 + states

    def test_sends_no_more_for_more_cases(self, lozova: AtDesk, exchange: object, count: Count) -> None:
        case_for(GHEORGHE, at=lozova)
        with_one = count("/work-list?list=drafts")

        case_for(EUGENIA, at=lozova)

        assert count("/work-list?list=drafts") == with_one


class TestVisitPage:
    # The person's newest record, and their cases.
    def test_sends_this_many(self, lozova: AtDesk, exchange: object, count: Count) -> None:
        come(GHEORGHE, to=lozova, at=clock.now())

        assert count("/visit") == BEFORE_THE_VIEW + THE_VISIT + 2


class TestSearch:
    # The person, their cases, the visit that the journal names. The same with all that they hang on, one record in
    # the journal for the person shown; the visit in which the cases may now be opened;
    # what is published, to know whether the index of services still holds.
    def test_by_idnp_sends_this_many(self, lozova: AtDesk, exchange: object, count: Count) -> None:
        case_for(GHEORGHE, at=lozova)

        assert count("/find", typed=GHEORGHE) == BEFORE_THE_VIEW + 8

    def test_sends_no_more_for_a_person_with_more_cases(self, lozova: AtDesk, exchange: object, count: Count) -> None:
        number = case_for(GHEORGHE, at=lozova)
        with_one = count("/find", typed=GHEORGHE)

        with transaction():
            copy = Case.objects.get(number=number)
            copy.pk, copy.number = None, "LOZ-2026-900000-00"
            copy.save(force_insert=True)

        assert count("/find", typed=GHEORGHE) == with_one
