"""On the case's page: what was agreed, whether it is sealed, its record to print, and the way to withdraw it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.support.counter import LATER, all_of, as_worker, ask_for, case_of, come, journaled, scan_all, sign
from tests.support.trust import seal_beside

from ghiseu.journeys import seal_agreement
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.bundle_models import AgreementContent
from ghiseu.modules.documents.models import Document
from ghiseu.modules.documents.ports import PLATFORM, seals
from simulators.common.process import Running, running

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA = "2099010100376"


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("trust", data=Path(tmp_path_factory.mktemp("trust"))) as started:
        yield started


@pytest.fixture
def number(lozova: AtDesk, browser: Client) -> str:
    """Let Eugenia sign her request; the operator works in English."""
    browser.cookies["language"] = "en"
    found = ask_for(BIRTH, visit=come(EUGENIA, to=lozova), to=lozova)
    scan_all(found, to=lozova)
    sign(found, to=lozova)
    return found


def seal_all(trust: Running) -> None:
    waiting = all_of(AgreementContent)
    with seal_beside(trust) as seal, seals.serving(PLATFORM, seal), as_worker():
        made = [seal_agreement.seal(content_id=one.pk, at=LATER, ended=lambda: LATER) for one in waiting]
    assert set(made) == {True}


def shown(browser: Client, number: str) -> str:
    return browser.get(f"/cases/{number}").content.decode()


class TestCasePage:
    def test_says_that_an_agreement_waits_for_the_seal(self, browser: Client, number: str) -> None:
        page = shown(browser, number)

        assert "waits for the seal" in page
        assert "Print the record" not in page

    def test_lets_the_sealed_record_be_printed_and_writes_down_who_looked(
        self, browser: Client, number: str, trust: Running
    ) -> None:
        seal_all(trust)
        [record, *_] = all_of(Document, case__number=number, kind="evidence")

        assert "waits for the seal" not in shown(browser, number)
        answer = browser.get(f"/cases/{number}/documents/{record.key}")

        assert answer.content.startswith(b"%PDF-")
        assert [one.object_id for one in journaled("documents.document.opened")] == [str(record.key)]


class TestWithdrawing:
    def test_asks_for_the_reason_first(self, browser: Client, number: str) -> None:
        page = browser.get(f"/cases/{number}/withdraw")
        answer = browser.post(f"/cases/{number}/withdraw", {"reason": " "})

        assert "Nothing was sent" in page.content.decode()
        assert answer.status_code == 422
        assert case_of(number).state == "draft"

    def test_closes_the_case_and_says_so_on_its_page(self, browser: Client, number: str, trust: Running) -> None:
        browser.post(f"/cases/{number}/withdraw", {"reason": "no more wanted"})

        page = shown(browser, number)
        assert case_of(number).state == "closed"
        assert "withdrawn, waits for the seal" in page
        assert f"/cases/{number}/withdraw" not in page

        seal_all(trust)
        assert "Print the withdrawal" in shown(browser, number)

    def test_with_nobody_at_the_desk_is_refused_in_plain_words(self, browser: Client, number: str) -> None:
        browser.post("/visit/end", {"outcome": "served"})
        browser.post(reverse("desk:open-nevertheless", args=[number]))

        page = browser.get(f"/cases/{number}/withdraw")
        answer = browser.post(f"/cases/{number}/withdraw", {"reason": "no more wanted"})

        assert "Nobody who may withdraw it is here" in page.content.decode()
        assert 'name="reason"' not in page.content.decode()
        assert answer.status_code == 409
        assert "Open a visit of the person" in answer.content.decode()
        assert case_of(number).state == "draft"

    def test_of_an_ended_case_changes_nothing(self, browser: Client, number: str) -> None:
        for _ in range(2):
            answer = browser.post(f"/cases/{number}/withdraw", {"reason": "no more wanted"})
            assert answer.status_code == 302

        assert len(journaled("documents.agreement.withdrawn")) == len(all_of(AgreementContent, kind="revocation"))
        assert "has ended" in browser.get(f"/cases/{number}/withdraw").content.decode()
