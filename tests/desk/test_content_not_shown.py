"""A case whose content was destroyed, or that is restricted: the page says so and shows nothing of it."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.desk.shop import ILINCA, enter
from tests.support.counter import ask_for, case_of, change, come, journaled

from ghiseu.foundation import clock
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
