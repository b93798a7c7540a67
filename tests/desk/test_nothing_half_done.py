"""An answer stays where it was given, an incomplete request is not signed, and what was sent stays as it was sent."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.support.counter import all_of, ask_for, case_of, change, come, opened, scan, scan_all, tell

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.confirm_request import texts_of
from ghiseu.modules.cases import timeline
from ghiseu.modules.cases.models import Case, Evidence
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.models import Document, DocumentKind

BIRTH, PAYMENT, EUGENIA = "asp.civil.extract-birth", "mpay.pay-order", "2099010100376"
SERVICES = [BIRTH, PAYMENT]
YES = 'id="answer-order_alive-yes" value="yes" checked'
NO = 'id="answer-order_alive-no" value="no" checked'


def picture() -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (300, 200), "red").save(held, "PNG")
    return SimpleUploadedFile("scan.png", held.getvalue(), content_type="image/png")


@pytest.fixture
def number(lozova: AtDesk) -> str:
    return ask_for(BIRTH, visit=come(EUGENIA, to=lozova, at=clock.now()), to=lozova, at=clock.now())


def check_page(browser: Client, number: str) -> str:
    return browser.get(reverse("desk:check", args=[number])).content.decode()


class TestCompulsoryQuestion:
    @pytest.fixture(autouse=True)
    def person(self, lozova: AtDesk) -> None:
        come(EUGENIA, to=lozova, at=clock.now())

    def test_stays_with_its_answer_and_opens_the_case(self, browser: Client) -> None:
        page = browser.get(reverse("desk:service", args=[PAYMENT]), {"answer-order_alive": "yes"}).content.decode()
        assert " ".join(page.split()).count(YES) == 1

        answer = browser.post(reverse("desk:open-case", args=[PAYMENT]), {"answer-order_alive": "yes"})

        assert answer.status_code == 302
        [case] = all_of(Case)
        assert case.answers == {"order_alive": True}
        shown = browser.get(reverse("desk:case", args=[case.number])).content.decode()
        assert 'name="answer-order_alive" value="yes" checked' in shown

    def test_can_be_answered_otherwise_also_without_scripts(self, browser: Client) -> None:
        refused = browser.post(reverse("desk:open-case", args=[PAYMENT]), {"answer-order_alive": "no"})

        assert refused.status_code == 422
        page = refused.content.decode()
        assert NO in page
        assert "<noscript><button" in page.replace("\n", "")
        taken = browser.post(reverse("desk:open-case", args=[PAYMENT]), {"answer-order_alive": "yes"})
        assert taken.status_code == 302

    def test_is_asked_when_it_was_not_answered(self, browser: Client) -> None:
        refused = browser.post(reverse("desk:open-case", args=[PAYMENT]))

        page = refused.content.decode()
        assert refused.status_code == 422
        assert 'id="answer-order_alive-yes"' in page
        assert 'id="errors"' in page


class TestIncompleteRequest:
    def test_is_neither_printed_nor_scanned_from_the_check_page(self, browser: Client, number: str) -> None:
        page = check_page(browser, number)

        assert f"/cases/{number}/papers/request" not in page
        assert 'name="scan"' not in page
        assert f"/cases/{number}#f-paper-" in page

    def test_that_was_printed_elsewhere_is_not_marked_as_signed(
        self, browser: Client, number: str, lozova: AtDesk
    ) -> None:
        browser.get(reverse("desk:paper", args=[number, "request"]))
        text = texts_of(opened(number, to=lozova, at=clock.now())).request_sha256

        answer = browser.post(reverse("desk:signed", args=[number]), {"text_sha256": text, "scan": picture()})

        assert answer.status_code == 422
        assert [one for one in all_of(Evidence) if one.kind == "explicit_request"] == []
        assert all_of(Document, kind=DocumentKind.SIGNED_SCAN) == []

    def test_offers_both_once_nothing_lacks(self, browser: Client, number: str, lozova: AtDesk) -> None:
        scan_all(number, to=lozova, at=clock.now())

        page = check_page(browser, number)

        assert f"/cases/{number}/papers/request" in page
        assert 'name="scan"' in page


class TestPapersOfTheCheckPage:
    def test_say_which_are_there_and_which_are_not(self, browser: Client, number: str, lozova: AtDesk) -> None:
        needs = {need.id: need for need in opened(number, to=lozova, at=clock.now()).judged.evaluation.attachments}
        assert needs["id_applicant"].certain
        before = check_page(browser, number)
        scan(number, "id_applicant", to=lozova, at=clock.now())
        after = check_page(browser, number)

        assert ("nescanat" in before, "1 scanare atașată" in before) == (True, False)
        assert ("nescanat" in after, "1 scanare atașată" in after) == (False, True)


class TestRefusedSending:
    def test_says_that_the_signed_paper_no_longer_fits_and_takes_the_focus(
        self, browser: Client, number: str, lozova: AtDesk
    ) -> None:
        scan_all(number, to=lozova, at=clock.now())
        browser.get(reverse("desk:paper", args=[number, "request"]))
        text = texts_of(opened(number, to=lozova, at=clock.now())).request_sha256
        signed = browser.post(reverse("desk:signed", args=[number]), {"text_sha256": text, "scan": picture()})
        assert signed.status_code == 302
        tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        answer = browser.post(reverse("desk:submit", args=[number]), {})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "foaia semnată nu se mai potrivește" in page
        assert page.index('id="errors"') < page.index("<h1>")
        assert page.index("data-focus", page.index("<main")) < page.index("</section>", page.index('id="errors"'))


class TestPaperOfASentCase:
    def test_is_not_removed_and_no_button_offers_it(self, browser: Client, number: str, lozova: AtDesk) -> None:
        scan(number, "id_applicant", to=lozova, at=clock.now())
        case_page, [paper] = reverse("desk:case", args=[number]), all_of(Document)
        assert 'name="remove"' in browser.get(case_page).content.decode()
        change(case_of(number), state=CaseState.WITH_INSTITUTION)

        assert 'name="remove"' not in browser.get(case_page).content.decode()
        answer = browser.post(reverse("desk:upload", args=[number]), {"remove": str(paper.key)})

        assert answer.status_code == 409
        assert "Actul nu a fost eliminat" in answer.content.decode()
        assert len(all_of(Document)) == 1

    def test_from_the_institution_is_never_removed(self, browser: Client, number: str, lozova: AtDesk) -> None:
        scan(number, "id_applicant", to=lozova, at=clock.now())
        [paper] = all_of(Document)
        change(paper, kind=DocumentKind.RESULT)

        answer = browser.post(reverse("desk:upload", args=[number]), {"remove": str(paper.key)})

        assert answer.status_code == 409
        assert len(all_of(Document)) == 1


class TestWhatHappened:
    def test_names_nobody_beside_what_the_institution_did(self, browser: Client, number: str, lozova: AtDesk) -> None:
        change(case_of(number), state=CaseState.RESULT_READY)
        page = reverse("desk:case", args=[number])
        before = browser.get(page).content.decode().count(lozova.operator_name)

        for key in ("result-ready", "stopped"):
            with transaction():
                timeline.tell(case_of(number), key, at=clock.now(), by_id=lozova.operator_id)

        after = browser.get(page).content.decode()
        assert "Rezultatul a sosit" in after
        assert after.count(lozova.operator_name) == before

    def test_is_not_expected_any_more_once_it_is_there(self, browser: Client, number: str) -> None:
        page = reverse("desk:case", args=[number])
        assert "Se așteaptă până la" in browser.get(page).content.decode()

        change(case_of(number), state=CaseState.DONE, ended_at=clock.now(), outcome="answered")

        assert "Se așteaptă până la" not in browser.get(page).content.decode()
