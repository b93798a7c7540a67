"""Nobody agrees to a request with gaps, by whatever address: not on paper, not on the citizen's screen, not aloud."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.desk.conftest import BrowserOfTheCentre
from tests.desk.shop import ILINCA, enter
from tests.desk.test_citizen_screen import Later, later, pair, press, show, text_on
from tests.support.counter import all_of, ask_for, change, come, opened, scan_all, tell

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.confirm_request import How, keep_agreed, texts_of
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.load_case import acting_on
from ghiseu.modules.cases.agreeing_models import ScreenOrder, WitnessTask
from ghiseu.modules.cases.models import CaseField, Evidence, EvidenceMethod, PrintedRequest
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.models import Document, DocumentKind

__all__ = ["later"]

CERTIFICATE, TUDOR = "asp.civil.certificate-civil-status", "2099230108510"
SERVICES = [CERTIFICATE]
TOLD = {"declared_status": "single", "purpose": "other", "country_of_use": "Italia", "term": "t20"}


@pytest.fixture
def number(lozova: AtDesk, browser: Client) -> str:
    """Return the number of a request of which only the country was told."""
    browser.cookies["language"] = "en"
    visit = come(TUDOR, to=lozova, at=clock.now())
    found = ask_for(CERTIFICATE, visit=visit, to=lozova, at=clock.now(), answers={"foreign_events": False})
    scan_all(found, to=lozova, at=clock.now())
    tell(found, to=lozova, at=clock.now(), country_of_use="Italia")
    return found


@pytest.fixture
def screen(browser: Client) -> Client:
    """Return the browser that faces the citizen, bound to the desk."""
    found = BrowserOfTheCentre()
    assert pair(found, browser).status_code == 302
    return found


@pytest.fixture
def colleague(lozova: AtDesk) -> Client:
    del lozova
    found = BrowserOfTheCentre()
    found.cookies = enter(ILINCA, place=1).cookies
    with transaction():
        return found


def complete(number: str, desk: AtDesk) -> None:
    tell(number, to=desk, at=clock.now(), **TOLD)
    scan_all(number, to=desk, at=clock.now())


def take_out(number: str, field: str) -> None:
    """Take an answer out of the case behind the back of whoever agrees."""
    for row in all_of(CaseField, case__number=number, field=field):
        change(row, value='""')


def requests(number: str) -> list[Evidence]:
    return all_of(Evidence, case__number=number, kind="explicit_request")


def check_names_what_lacks(answer: HttpResponse, number: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not answered: " in page
    assert f"/cases/{number}#f-" in page  # the next step: the first place to complete it


class TestIncompleteRequest:
    def test_is_not_printed_by_its_address(self, browser: Client, number: str) -> None:
        answer = browser.get(reverse("desk:paper", args=[number, "request"]))

        check_names_what_lacks(answer, number)
        assert all_of(PrintedRequest) == []

    def test_is_not_put_on_the_citizens_screen(self, browser: Client, screen: Client, number: str) -> None:
        check_names_what_lacks(show(browser, number), number)

        assert all_of(ScreenOrder) == []

    def test_is_not_witnessed(self, browser: Client, number: str) -> None:
        check_names_what_lacks(browser.post(reverse("desk:ask-witness", args=[number])), number)

        assert all_of(WitnessTask) == []

    def test_is_not_signed_by_hand(self, browser: Client, number: str, lozova: AtDesk) -> None:
        text = texts_of(opened(number, to=lozova, at=clock.now())).request_sha256
        scan = SimpleUploadedFile("scan.png", b"whatever", content_type="image/png")

        answer = browser.post(reverse("desk:signed", args=[number]), {"text_sha256": text, "scan": scan})

        check_names_what_lacks(answer, number)
        assert all_of(Document, kind=DocumentKind.SIGNED_SCAN) == []
        assert requests(number) == []

    def test_keeps_what_was_typed(self, browser: Client, screen: Client, number: str, lozova: AtDesk) -> None:
        show(browser, number)
        browser.post(reverse("desk:ask-witness", args=[number]))
        browser.get(reverse("desk:paper", args=[number, "request"]))

        assert opened(number, to=lozova, at=clock.now()).values["country_of_use"].value == "Italia"

    @pytest.mark.parametrize("method", ["hand_signature", "citizen_touch", "spoken_before_witness"])
    def test_becomes_no_evidence_by_any_way(self, number: str, lozova: AtDesk, method: str) -> None:
        with transaction():
            file = opened(number, to=lozova, at=clock.now())
            acting = acting_on(file.case, at_desk=lozova, package=file.package, reason="request signed by hand")
            with pytest.raises(NotReady):
                keep_agreed(
                    file, texts=texts_of(file), how=How(method=EvidenceMethod(method)), acting=acting, at=clock.now()
                )

        assert requests(number) == []

    def test_that_was_completed_is_printed_shown_and_witnessed(
        self, browser: Client, screen: Client, number: str, lozova: AtDesk
    ) -> None:
        complete(number, lozova)

        assert browser.get(reverse("desk:paper", args=[number, "request"])).content.startswith(b"%PDF-")
        assert show(browser, number)["Location"] == reverse("desk:check", args=[number])
        assert browser.post(reverse("desk:ask-witness", args=[number])).status_code == 302
        assert (len(all_of(ScreenOrder)), len(all_of(WitnessTask))) == (1, 1)


class TestAnswerThatWasTakenOut:
    """Between the beginning of an agreement and its end."""

    def test_lets_no_touch_count_and_is_shown_no_more(
        self, browser: Client, screen: Client, number: str, lozova: AtDesk, later: Later
    ) -> None:
        complete(number, lozova)
        show(browser, number)
        page = text_on(screen)
        assert 'name="text_sha256"' in page
        take_out(number, "purpose")
        later(4)

        press(screen, page=page)

        assert requests(number) == []
        assert 'name="text_sha256"' not in text_on(screen)

    def test_lets_nobody_witness(self, browser: Client, colleague: Client, number: str, lozova: AtDesk) -> None:
        complete(number, lozova)
        browser.post(reverse("desk:ask-witness", args=[number]))
        [task] = all_of(WitnessTask)
        take_out(number, "purpose")
        colleague.get("/work-list?list=witness")

        answer = colleague.post(reverse("desk:witness", args=[task.pk]), {"text_sha256": task.text_sha256})

        assert answer.status_code == 409
        assert requests(number) == []
