"""A visit that was left open: the next operator at that desk finds nobody and nothing; what was typed stays."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.desk.conftest import BrowserOfTheCentre
from tests.desk.shop import ILINCA, LIDIA, enter
from tests.support.counter import again, all_of, ask_for, come, journaled, opened, tell

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys import leave_desk
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import OperatorSession
from ghiseu.modules.visits.models import Visit, VisitState

BIRTH, EUGENIA, GHEORGHE = "asp.civil.extract-birth", "2099010100376", "2099080102964"
SERVICES = [BIRTH]
NAMES = ("Munteanu", "Eugenia")
PAGES = ("/", "/visit", "/services", "/visit/looks")


@pytest.fixture
def visit(lozova: AtDesk) -> Visit:
    return come(EUGENIA, to=lozova, at=clock.now())


@pytest.fixture
def number(visit: Visit, lozova: AtDesk) -> str:
    number = ask_for(BIRTH, visit=visit, to=lozova, at=clock.now())
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")
    return number


def sitting(idnp: str, *, desk: int) -> Client:
    found = BrowserOfTheCentre()
    found.cookies = enter(idnp, place=desk).cookies
    with transaction():
        return found


def take_desk_of(lozova: AtDesk, browser: Client) -> None:
    place = f"{lozova.centre_id}-{lozova.desk_id}"
    assert browser.post(reverse("callbacks:choose-desk"), {"place": place, "next": "/"}).status_code == 302


def told(browser: Client, number: str) -> list[str]:
    """Return which of the person's names any page says to this operator."""
    pages = (*PAGES, f"/cases/{number}", f"/cases/{number}/check")
    found = " ".join(browser.get(page, follow=True).content.decode() for page in pages)
    return [one for one in NAMES if one in found]


class TestSignOut:
    def test_ends_the_visit_and_keeps_the_draft(
        self, browser: Client, visit: Visit, number: str, lozova: AtDesk
    ) -> None:
        browser.post(reverse("callbacks:sign-out"))

        ended = again(visit)
        assert (ended.state, ended.outcome) == (VisitState.ENDED, "left")
        assert [one.operator_id for one in journaled("visits.visit.ended")] == [lozova.operator_id]
        assert opened(number, to=lozova, at=clock.now()).values["applicant_phone"].value == "+37369123456"

    def test_leaves_nothing_to_the_next_operator_at_the_desk(self, browser: Client, number: str) -> None:
        browser.post(reverse("callbacks:sign-out"))

        assert told(sitting(ILINCA, desk=0), number) == []

    def test_of_one_operator_leaves_the_visit_of_another(self, visit: Visit, lozova: AtDesk) -> None:
        del lozova

        sitting(ILINCA, desk=0).post(reverse("callbacks:sign-out"))

        assert again(visit).state == VisitState.OPEN


class TestLogOutThatMPassBegan:
    @pytest.fixture(autouse=True)
    def logged_out(self, browser: Client, number: str) -> None:
        del browser, number
        assert leave_desk.end_named_by_mpass(name_id=LIDIA, session_indexes=("1",), at=clock.now()) == 1

    def test_leaves_nothing_to_another_operator(self, number: str) -> None:
        assert told(sitting(ILINCA, desk=0), number) == []

    def test_ends_the_visit_when_another_operator_sits_down(self, visit: Visit, number: str, lozova: AtDesk) -> None:
        colleague = sitting(ILINCA, desk=1)

        take_desk_of(lozova, colleague)

        assert again(visit).state == VisitState.ENDED
        assert told(colleague, number) == []
        [ended] = journaled("visits.visit.ended")
        assert ended.operator_id == lozova.operator_id  # whose visit it was

    def test_gives_the_visit_back_to_its_own_operator(self, visit: Visit, number: str, lozova: AtDesk) -> None:
        back = sitting(LIDIA, desk=1)

        take_desk_of(lozova, back)

        assert again(visit).state == VisitState.OPEN
        assert back.get(f"/cases/{number}").status_code == 200


class TestDeskOfAnother:
    def test_that_is_taken_serves_the_next_person(self, visit: Visit, lozova: AtDesk) -> None:
        colleague = sitting(ILINCA, desk=1)
        take_desk_of(lozova, colleague)

        colleague.post("/visits", {"who": GHEORGHE, "seen": "identity_card"})

        [open_one] = all_of(Visit, state=VisitState.OPEN)
        assert open_one.pk != visit.pk
        assert "Bejan" in colleague.get("/visit").content.decode()

    def test_is_refused_without_a_name_while_the_other_serves(self, visit: Visit) -> None:
        answer = sitting(ILINCA, desk=0).post("/visits", {"who": GHEORGHE, "seen": "identity_card"})

        assert answer.status_code == 409
        assert [one for one in NAMES if one in answer.content.decode()] == []
        assert again(visit).state == VisitState.OPEN

    def test_that_is_left_for_another_desk_keeps_nothing_open(
        self, browser: Client, visit: Visit, lozova: AtDesk
    ) -> None:
        ilincas = OperatorSession.objects.get(pk=sitting_session(ILINCA, desk=1))
        other_desk = f"{lozova.centre_id}-{ilincas.desk_id}"

        browser.post(reverse("callbacks:choose-desk"), {"place": other_desk, "next": "/"})

        assert again(visit).state == VisitState.ENDED


def sitting_session(idnp: str, *, desk: int) -> int:
    sitting(idnp, desk=desk)
    return max(one.pk for one in all_of(OperatorSession))
