"""Signing with MSign at the desk: there and back, shown on the check page, waiting in the work list."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from tests.support.counter import all_of, ask_for, come, leave, scan_all, tell
from tests.support.signing import act, served, sign_so

from ghiseu.foundation import clock
from ghiseu.modules.cases.models import Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.signatures.models import SignatureRequest
from ghiseu.modules.visits.models import Visit
from simulators.common.process import Running, running

BIRTH, EUGENIA, VASILE = "asp.civil.extract-birth", "2099010100376", "2099050101850"
SERVICES = [BIRTH]
HIDDEN = re.compile(r'name="(ReturnUrl|RelayState|lang|RequestID)" value="([^"]*)"')


@pytest.fixture(scope="module")
def msign_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("msign", data=Path(tmp_path_factory.mktemp("msign"))) as started:
        yield started


@pytest.fixture
def msign(msign_process: Running, settings: Settings) -> Iterator[Running]:
    msign_process.reset()
    settings.MSIGN_TRUST = str(msign_process.folder / "trust")
    settings.MSIGN_PAGE_URL = msign_process.url
    with served(msign_process):
        yield msign_process


@pytest.fixture
def present(lozova: AtDesk) -> Visit:
    return come(EUGENIA, to=lozova, at=clock.now())


@pytest.fixture
def number(lozova: AtDesk, present: Visit) -> str:
    made = ask_for(BIRTH, visit=present, to=lozova, at=clock.now())
    scan_all(made, to=lozova, at=clock.now())
    return made


def press(browser: Client, number: str, what: str = "sign") -> HttpResponse:
    return browser.post(reverse("desk:case-msign", args=[number]), {"act": what})


def there(page: HttpResponse, msign: Running) -> tuple[str, dict[str, str]]:
    """Return the address at MSign and what the browser takes along."""
    text = page.content.decode()
    address = re.search(r'action="([^"]+)" id="to-msign"', text)
    assert address is not None
    assert address[1].startswith(msign.url)
    return address[1], dict(HIDDEN.findall(text))


def sign_there(page: HttpResponse, msign: Running, *, button: str = "sign", **chosen: str) -> dict[str, str]:
    """Press a button on MSign's page as a person; return what its page posts back to us."""
    address, values = there(page, msign)
    assert httpx.post(address, data=values, timeout=10).status_code == 200
    answer = httpx.post(f"{address}/{button}", data={"who": EUGENIA, **values, **chosen}, timeout=10)
    return dict(HIDDEN.findall(answer.text))


def come_back(posted: dict[str, str]) -> HttpResponse:
    """Let MSign's page post to us: another site, without the session's cookie."""
    return Client().post(reverse("callbacks:msign-return"), posted)


def check_page(browser: Client, number: str) -> str:
    answer = browser.get(reverse("desk:check", args=[number]))
    assert answer.status_code == 200
    return answer.content.decode()


def newest() -> SignatureRequest:
    return all_of(SignatureRequest)[-1]


class TestTheWayToMSign:
    def test_TC_FUNCT_01_leads_there_and_back_to_the_signed_case(self, browser, number, msign):
        assert "Sign with MSign" in in_english(browser, number)
        page = press(browser, number)
        posted = sign_there(page, msign)

        back = come_back(posted)

        assert (back.status_code, back.headers["Location"]) == (303, reverse("desk:check", args=[number]))
        shown = in_english(browser, number)
        assert "Signed with MSign" in shown
        assert "the document is unchanged" in shown
        assert "Sign with MSign" not in shown
        assert [one.method for one in all_of(Evidence, case__number=number, kind="explicit_request")] == [
            "electronic_signature"
        ]

    def test_shows_the_signed_document(self, browser, number, msign):
        come_back(sign_there(press(browser, number), msign))
        link = re.search(
            r'href="([^"]+)"[^>]*>\s*(?:<span[^>]*>)?Show the signed document', in_english(browser, number)
        )
        assert link is not None

        answer = browser.get(link[1])

        assert hashlib.sha256(answer.content).hexdigest() == newest().signed_sha256
        assert answer.headers["Content-Type"] == "application/pdf"

    @pytest.mark.parametrize("instrument", ["mobile", "nationalid", "moldsign", "securesign", "tax"])
    def test_TC_FUNCT_01_with_each_instrument(self, browser, number, msign, instrument):
        come_back(sign_there(press(browser, number), msign, **{"with": instrument}))

        assert newest().state == "signed"
        assert instrument in str(msign.ledger()["effects"][-1]["body"])

    def test_takes_nothing_personal_along_and_posts_only_there(self, browser, number, msign):
        page = press(browser, number)

        address, values = there(page, msign)
        assert set(values) == {"ReturnUrl", "RelayState", "lang"}
        assert values["RelayState"] == str(newest().key)
        assert number not in page.content.decode()
        assert EUGENIA not in page.content.decode() + address
        assert f"form-action 'self' {msign.url};" in page.headers["Content-Security-Policy"] + ";"
        assert page.headers["Cache-Control"] == "no-store"

    def test_TC_FUNCT_03_pressed_again_it_leads_to_the_same_page(self, browser, number, msign):
        assert there(press(browser, number), msign) == there(press(browser, number), msign)
        assert len(msign.ledger()["requests"]) == 1
        assert "Open MSign again" in in_english(browser, number)

    def test_TC_FUNCT_04_without_an_answer_says_so_and_leads_nowhere(self, browser, number, msign):
        msign.behave("5xx", times=1)

        page = press(browser, number)

        assert page.status_code == 409
        assert "to-msign" not in page.content.decode()
        assert newest().state == "failed"

    def test_is_closed_while_something_lacks(self, browser, lozova, present, msign):
        made = ask_for(BIRTH, visit=present, to=lozova, at=clock.now())
        leave(present, to=lozova, at=clock.now())

        page = press(browser, made)

        assert page.status_code in {409, 302}
        assert msign.ledger()["requests"] == []

    def test_is_not_offered_when_msign_is_not_connected(self, browser, number):
        shown = in_english(browser, number)

        assert "MSign" not in shown
        assert press(browser, number).status_code == 409
        assert "MSign" not in browser.get(reverse("desk:work")).content.decode()


class TestComingBack:
    def test_TC_FUNCT_02_shows_clearly_that_it_was_not_signed(self, browser, number, msign):
        posted = sign_there(press(browser, number), msign, button="cancel")

        come_back(posted)

        shown = in_english(browser, number)
        assert "It was not signed." in shown
        assert "Semnarea a fost anulată" in shown
        assert "Sign with MSign" in shown
        assert not all_of(Evidence, case__number=number, kind="explicit_request")

    def test_is_believed_in_nothing(self, browser, number, msign):
        there(press(browser, number), msign)
        key = str(newest().key)

        for said in ({"RequestID": "0" * 32}, {"RequestID": newest().platform_id, "Status": "Success"}, {}):
            answer = come_back({"RelayState": key, **said})
            assert answer.headers["Location"] == reverse("desk:check", args=[number])

        assert newest().state == "pending"
        assert not all_of(Evidence, case__number=number, kind="explicit_request")

    @pytest.mark.parametrize("key", ["", "x", "2099010100376", "1db21097-e07d-43a7-a0c3-c6298415281d"])
    def test_with_an_unknown_key_leads_to_the_first_page(self, browser, number, msign, key):
        answer = come_back({"RelayState": key, "RequestID": "0" * 32})

        assert (answer.status_code, answer.headers["Location"]) == (303, reverse("desk:home"))
        assert msign.ledger()["calls"] == []

    @pytest.mark.parametrize(
        ("how", "told"),
        [
            ("other_bytes", "Another document was signed."),
            ("changed_before", "The document was changed before it was signed."),
            ("changed_after", "The document was changed after it was signed."),
            ("broken", "The signature does not fit the document."),
            ("unknown_authority", "The certificate is not of a trusted provider"),
        ],
    )
    def test_TC_FUNCT_06_shows_clearly_what_is_wrong(self, browser, number, msign, how, told):
        sign_so(msign, how)
        come_back(sign_there(press(browser, number), msign))

        shown = in_english(browser, number)
        assert "The signature does not count." in shown
        assert told in shown

    def test_msign_lets_nobody_else_sign(self, browser, number, msign):
        address, values = there(press(browser, number), msign)

        answer = httpx.post(f"{address}/sign", data={**values, "who": VASILE}, timeout=10)

        assert answer.status_code == 409
        assert msign.ledger()["requests"][0]["status"] == "Pending"

    def test_a_wrong_signer_is_seen_by_ourselves_too(self, browser, number, msign):
        sign_so(msign, "wrong_signer")
        come_back(sign_there(press(browser, number), msign, who=VASILE))

        assert "Another person signed." in in_english(browser, number)
        assert newest().state == "unverifiable"


class TestSigningLater:
    def test_waits_in_the_work_list_until_it_is_signed(self, browser, number, msign):
        there(press(browser, number), msign)
        waits = browser.get(f"{reverse('desk:work')}?list=signatures").content.decode()
        assert number in waits

        act(msign, newest().platform_id, "sign")
        come_back({"RelayState": str(newest().key)})

        assert number not in browser.get(f"{reverse('desk:work')}?list=signatures").content.decode()

    def test_is_told_to_the_page_that_is_open(self, browser, number, msign):
        there(press(browser, number), msign)
        address = reverse("desk:case-msign", args=[number])
        before = browser.get(address).content

        act(msign, newest().platform_id, "sign")
        come_back({"RelayState": str(newest().key)})

        assert browser.get(address).content != before

    def test_can_be_given_up(self, browser, number, msign):
        there(press(browser, number), msign)

        press(browser, number, "cancel")

        assert newest().state == "cancelled"
        assert "Sign with MSign" in in_english(browser, number)

    def test_says_that_the_text_changed_meanwhile(self, browser, number, msign, lozova):
        there(press(browser, number), msign)
        tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        assert "It has to be signed anew." in in_english(browser, number)


def in_english(browser: Client, number: str) -> str:
    """Return the check page in English, whatever is translated by now."""
    browser.cookies["language"] = "en"
    return check_page(browser, number)
