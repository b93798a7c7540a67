"""Only the newest printed request may be signed: what the person had in hand is what is sent."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from tests.support.counter import all_of, ask_for, case_of, change, come, opened, scan_all, tell

from ghiseu.foundation import clock
from ghiseu.journeys.confirm_request import texts_of
from ghiseu.modules.cases.models import Evidence, PrintedRequest
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.models import Document, DocumentKind

BIRTH, EUGENIA = "asp.civil.extract-birth", "2099010100376"
SERVICES = [BIRTH]
PRINT_FIRST = "Cererea nu a fost încă tipărită."
PRINT_AGAIN = "Tipăriți din nou și dați la semnat din nou."
SCAN_THE_NEW_ONE = "Aceasta este scanarea unei cereri anterioare."
Sign = Callable[[str], HttpResponse]


def picture(colour: str) -> SimpleUploadedFile:
    held = BytesIO()
    Image.new("RGB", (300, 200), colour).save(held, "PNG")
    return SimpleUploadedFile("scan.png", held.getvalue(), content_type="image/png")


@pytest.fixture
def number(lozova: AtDesk) -> str:
    number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova, at=clock.now()), to=lozova, at=clock.now())
    scan_all(number, to=lozova, at=clock.now())
    return number


@pytest.fixture
def sign(browser: Client, number: str) -> Sign:
    """Return a function that opens the check page anew and gives it a scan of this colour."""

    def signed(colour: str) -> HttpResponse:
        page = browser.get(reverse("desk:check", args=[number]))
        shown = page.content.decode().partition('name="text_sha256" value="')[2][:64]
        sent = {"text_sha256": shown, "scan": picture(colour)}
        return browser.post(reverse("desk:signed", args=[number]), sent)

    return signed


def press_f8(browser: Client, number: str) -> None:
    answer = browser.get(reverse("desk:paper", args=[number, "request"]))
    assert answer.content.startswith(b"%PDF-")


def signed_texts(number: str) -> list[str]:
    return [one.text_sha256 for one in all_of(Evidence, case__number=number, kind="explicit_request")]


def standing_scans() -> list[Document]:
    return all_of(Document, kind=DocumentKind.SIGNED_SCAN, replaced_by=None)


def text_now(number: str, desk: AtDesk) -> str:
    return texts_of(opened(number, to=desk, at=clock.now())).request_sha256


def test_is_remembered_with_its_text_and_time(browser: Client, number: str, lozova: AtDesk) -> None:
    before = clock.now()

    press_f8(browser, number)

    [printed] = all_of(PrintedRequest)
    assert (printed.text_sha256, printed.printed_by_id) == (text_now(number, lozova), lozova.operator_id)
    assert printed.printed_at >= before


def test_of_a_file_that_was_sent_is_a_copy(browser: Client, number: str) -> None:
    change(case_of(number), state=CaseState.SENDING)

    press_f8(browser, number)

    assert all_of(PrintedRequest) == []


def test_has_to_exist_before_a_signed_one_is_taken(sign: Sign, number: str) -> None:
    answer = sign("red")

    assert answer.status_code == 422
    assert signed_texts(number) == []
    assert standing_scans() == []


def test_is_not_the_one_that_was_signed_when_a_value_changed_after_it(
    browser: Client, sign: Sign, number: str, lozova: AtDesk
) -> None:
    press_f8(browser, number)
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

    refused = sign("red")

    assert refused.status_code == 422
    assert signed_texts(number) == []
    assert standing_scans() == []

    press_f8(browser, number)
    taken = sign("red")

    assert taken.status_code == 302
    assert signed_texts(number) == [text_now(number, lozova)]


def test_in_hand_counts_even_when_the_value_went_back(browser: Client, sign: Sign, number: str, lozova: AtDesk) -> None:
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369111111")
    press_f8(browser, number)
    first = text_now(number, lozova)
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369222222")
    press_f8(browser, number)
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369111111")

    refused = sign("red")

    assert text_now(number, lozova) == first
    assert refused.status_code == 422
    assert signed_texts(number) == []


def test_is_not_signed_by_the_scan_of_an_earlier_one(browser: Client, sign: Sign, number: str, lozova: AtDesk) -> None:
    press_f8(browser, number)
    sign("red")
    first = text_now(number, lozova)
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")
    press_f8(browser, number)

    refused = sign("red")

    assert refused.status_code == 422
    assert signed_texts(number) == [first]
    assert sign("blue").status_code == 302
    assert sign("blue").status_code == 302  # the same paper, the same text: nothing is wrong with it
    assert sign("red").status_code == 422
    assert signed_texts(number) == [first, text_now(number, lozova)]
    assert len(standing_scans()) == 1


def test_and_the_page_says_what_to_do(browser: Client, sign: Sign, number: str, lozova: AtDesk) -> None:
    assert PRINT_FIRST in sign("red").content.decode()
    press_f8(browser, number)
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")
    assert PRINT_AGAIN in sign("red").content.decode()
    press_f8(browser, number)
    sign("red")
    tell(number, to=lozova, at=clock.now(), applicant_phone="+37369222222")
    press_f8(browser, number)
    assert SCAN_THE_NEW_ONE in sign("red").content.decode()
