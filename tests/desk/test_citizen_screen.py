"""The screen that faces the citizen: paired by a code, blank without a visit, and touched only by the citizen."""

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from bench.raw import SAYS_THE_CENTRE, captured
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.desk.conftest import BrowserOfTheCentre
from tests.desk.shop import LIDIA, enter
from tests.support.counter import (
    act_for,
    all_of,
    ask_for,
    case_of,
    change,
    come,
    journaled,
    leave,
    opened,
    scan_all,
    sign,
    tell,
)

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.confirm_request import signed_text_stands, texts_of
from ghiseu.journeys.submit_case import what_lacks
from ghiseu.modules.cases.agreeing_models import ScreenOrder, ShownText
from ghiseu.modules.cases.models import Evidence
from ghiseu.modules.catalogue.models import ServicePackage
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import CitizenScreen, OperatorSession
from ghiseu.modules.documents.bundle_models import AgreementContent
from ghiseu.modules.mandates.models import MandateKind

BIRTH = "asp.civil.extract-birth"
SERVICES = [BIRTH]
EUGENIA, VASILE, DARIA = "2099010100376", "2099050101850", "2099040101480"
Owner = Callable[[], AbstractContextManager[None]]
Later = Callable[[float], None]
PRESSED = re.compile(r'name="(order|text_sha256)" value="(\w+)"')


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """Return a function that lets so many seconds pass."""
    real, passed = clock.now, [0.0]
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=passed[0]))

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


@pytest.fixture
def screen(lozova: AtDesk) -> Client:
    """Return the browser that faces the citizen; nobody is signed in there."""
    del lozova
    return BrowserOfTheCentre()


@pytest.fixture
def paired(screen: Client, browser: Client) -> Client:
    assert pair(screen, browser).status_code == 302
    return screen


@pytest.fixture
def number(lozova: AtDesk) -> str:
    visit = come(EUGENIA, to=lozova, at=clock.now())
    return ask_for(BIRTH, visit=visit, to=lozova, at=clock.now())


def code_on(screen: Client) -> str:
    page = screen.get(reverse("citizen:screen"), follow=True).content.decode()
    found = re.search(r"<span>(\w{3})</span> <span>(\w{3})</span>", page)
    assert found
    return found[1] + found[2]


def pair(screen: Client, browser: Client) -> HttpResponse:
    return browser.post(reverse("desk:pair-screen"), {"code": code_on(screen)})


def show(browser: Client, number: str, act: str = "show") -> HttpResponse:
    return browser.post(reverse("desk:case-screen", args=[number]), {"act": act})


def text_on(screen: Client) -> str:
    answer = screen.get(reverse("citizen:screen"))
    assert answer.status_code == 200
    return answer.content.decode()


def press(screen: Client, which: str = "agree", page: str = "") -> HttpResponse:
    """Press a button of the page that the screen shows (or showed)."""
    sent = dict(PRESSED.findall(page or text_on(screen)))
    return screen.post(reverse(f"citizen:screen-{which}"), sent)


def requests(number: str) -> list[Evidence]:
    return all_of(Evidence, case__number=number, kind="explicit_request")


def text_now(number: str, desk: AtDesk) -> str:
    return texts_of(opened(number, to=desk, at=clock.now())).request_sha256


class TestPairing:
    def test_binds_the_browser_to_the_desk_by_a_secret_of_which_only_the_hash_is_kept(
        self, screen: Client, browser: Client, lozova: AtDesk
    ) -> None:
        assert pair(screen, browser).status_code == 302

        [made] = all_of(CitizenScreen)
        secret = screen.cookies[settings.SCREEN_COOKIE_NAME].value
        assert made.desk_id == lozova.desk_id
        assert made.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
        assert len(secret) >= 43  # 256 bits
        assert [one.details["screen"] for one in journaled("centres.screen.paired")] == [made.pk]

    def test_gives_the_cookie_to_nobody_else(self, screen: Client) -> None:
        screen.get(reverse("citizen:screen-code"))

        kept = screen.cookies[settings.SCREEN_COOKIE_NAME]
        assert kept["httponly"]
        assert kept["samesite"] == "Lax"
        assert kept["path"] == "/"

    def test_takes_small_letters_and_spaces(self, screen: Client, browser: Client) -> None:
        code = code_on(screen).lower()

        assert browser.post(reverse("desk:pair-screen"), {"code": f"{code[:3]} {code[3:]}"}).status_code == 302

    def test_shows_the_same_code_until_it_is_two_minutes_old(
        self, screen: Client, browser: Client, later: Later
    ) -> None:
        first = code_on(screen)
        later(60)
        assert code_on(screen) == first
        later(61)

        assert browser.post(reverse("desk:pair-screen"), {"code": first}).status_code == 422
        assert code_on(screen) != first

    def test_counts_once(self, screen: Client, browser: Client) -> None:
        code = code_on(screen)
        assert browser.post(reverse("desk:pair-screen"), {"code": code}).status_code == 302

        assert browser.post(reverse("desk:pair-screen"), {"code": code}).status_code == 422

    def test_lets_the_former_screen_of_the_desk_go(self, paired: Client, browser: Client) -> None:
        other = BrowserOfTheCentre()

        pair(other, browser)

        assert [one.ended_at is None for one in all_of(CitizenScreen)] == [False, True]
        assert paired.get(reverse("citizen:screen")).status_code == 302
        assert other.get(reverse("citizen:screen")).status_code == 200

    def test_lasts_until_the_desk_ends_it(self, paired: Client, browser: Client, later: Later) -> None:
        later(3600)
        assert paired.get(reverse("citizen:screen")).status_code == 200

        enter(LIDIA, at=clock.now()).post(reverse("desk:end-screen"))

        assert paired.get(reverse("citizen:screen")).status_code == 302

    def test_is_not_to_be_guessed(self, screen: Client, browser: Client) -> None:
        code = code_on(screen)
        wrong = [f"{letter}22222" for letter in "23456789ABCD" if f"{letter}22222" != code]

        statuses = [browser.post(reverse("desk:pair-screen"), {"code": one}).status_code for one in wrong]

        assert statuses[: settings.PAIRINGS_PER_MINUTE] == [422] * settings.PAIRINGS_PER_MINUTE
        assert set(statuses[settings.PAIRINGS_PER_MINUTE :]) == {429}
        assert browser.post(reverse("desk:pair-screen"), {"code": code}).status_code == 429
        assert all_of(CitizenScreen) == []

    def test_makes_codes_only_so_often_for_one_address(self, screen: Client) -> None:
        statuses = []
        for _ in range(settings.CODES_PER_MINUTE + 20):
            screen.cookies.clear()
            statuses.append(screen.get(reverse("citizen:screen-code")).status_code)

        assert 429 in statuses
        assert statuses.index(429) >= settings.CODES_PER_MINUTE


class TestOperatorsBrowser:
    def test_is_no_screen_and_says_so(self, browser: Client) -> None:
        answer = browser.get(reverse("citizen:screen"))

        assert answer.status_code == 403
        assert "Acesta este browserul operatorului" in answer.content.decode()
        assert settings.SCREEN_COOKIE_NAME not in answer.cookies

    def test_cannot_press_for_the_citizen_even_with_the_screens_cookie(
        self, paired: Client, browser: Client, number: str, later: Later
    ) -> None:
        show(browser, number)
        page = text_on(paired)
        later(5)
        browser.cookies[settings.SCREEN_COOKIE_NAME] = paired.cookies[settings.SCREEN_COOKIE_NAME].value

        answer = press(browser, page=page)

        assert answer.status_code == 403
        assert requests(number) == []


class TestScreen:
    def test_of_an_open_visit_says_who_is_looking_and_what_was_read_and_why(
        self, paired: Client, number: str, lozova: AtDesk
    ) -> None:
        page = text_on(paired)

        assert f"nr. {lozova.operator_id}" in page
        assert "Lozova" in page
        assert "S-au citit datele dvs." in page
        assert "ca să știm cine a venit" in page
        assert lozova.operator_surname not in page

    def test_covers_every_personal_number(self, paired: Client, browser: Client, number: str) -> None:
        show(browser, number)

        page = text_on(paired)

        assert EUGENIA not in page
        assert EUGENIA[-3:] in page
        assert "Eugenia" in page

    def test_of_a_request_shows_the_exact_text_and_what_is_paid_and_when(
        self, paired: Client, browser: Client, number: str, lozova: AtDesk
    ) -> None:
        show(browser, number)

        page = text_on(paired)

        file = opened(number, to=lozova, at=clock.now())
        assert texts_of(file).agreement.splitlines()[0] in page
        assert number in page
        assert "De plătit" in page
        assert "Gata" in page
        assert [one.text_sha256 for one in all_of(ShownText)] == [texts_of(file).request_sha256]

    @pytest.mark.parametrize(("language", "words"), [("ru", "Всё верно?"), ("en", "Is everything right?")])
    def test_speaks_the_citizens_language(
        self, paired: Client, browser: Client, lozova: AtDesk, language: str, words: str
    ) -> None:
        visit = come(EUGENIA, to=lozova, at=clock.now(), language=language)
        number = ask_for(BIRTH, visit=visit, to=lozova, at=clock.now())
        show(browser, number)

        answer = paired.get(reverse("citizen:screen"))

        assert answer.headers["Content-Language"] == language
        assert f'<html lang="{language}">' in answer.content.decode()
        assert words in answer.content.decode()

    def test_is_never_kept_and_its_address_tells_nothing(self, paired: Client, browser: Client, number: str) -> None:
        show(browser, number)

        answer = paired.get(reverse("citizen:screen"))

        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.request["PATH_INFO"] == "/screen"
        assert answer.request["QUERY_STRING"] == ""
        assert "localStorage" not in answer.content.decode()

    def test_loads_itself_again_where_scripts_are_off(self, paired: Client) -> None:
        assert '<meta http-equiv="refresh" content="5; url=/screen">' in text_on(paired)


class TestBlank:
    """Nothing of anybody is on the screen unless their visit is open and the operator at work."""

    def test_without_a_visit(self, paired: Client) -> None:
        page = text_on(paired)

        assert "Bine ați venit" in page
        assert "Cine se uită" not in page

    def test_after_the_visit_and_with_the_next_person(
        self, paired: Client, browser: Client, lozova: AtDesk, number: str, later: Later
    ) -> None:
        show(browser, number)
        asked = text_on(paired)
        assert "Eugenia" in asked
        later(5)
        browser.post("/visit/end", {"outcome": "served"})
        assert "Eugenia" not in text_on(paired)
        assert press(paired, page=asked).status_code == 302

        visit = come(VASILE, to=lozova, at=clock.now())

        page = text_on(paired)
        assert "Vasile" in page
        assert "Eugenia" not in page
        assert number not in page
        assert 'name="order"' not in page
        assert press(paired, page=asked).status_code == 302
        assert requests(number) == []
        leave(visit, to=lozova, at=clock.now())
        assert "Vasile" not in text_on(paired)

    def test_while_the_desk_is_locked(self, paired: Client, browser: Client, number: str) -> None:
        show(browser, number)

        browser.post("/lock")

        assert "Eugenia" not in text_on(paired)

    def test_when_the_operator_is_gone_for_too_long(
        self, paired: Client, browser: Client, number: str, later: Later
    ) -> None:
        show(browser, number)
        asked = text_on(paired)

        later(settings.IDLE_LOCK_AFTER + 1)

        assert "Eugenia" not in text_on(paired)
        press(paired, page=asked)
        assert requests(number) == []

    def test_when_the_operator_signed_out(self, paired: Client, browser: Client, number: str) -> None:
        with transaction():
            OperatorSession.objects.update(ended_at=clock.now(), ended_because="signed_out")

        assert "Eugenia" not in text_on(paired)

    def test_of_the_request_when_the_operator_takes_it_off(self, paired: Client, browser: Client, number: str) -> None:
        show(browser, number)

        show(browser, number, act="hide")

        assert number not in text_on(paired)


class TestTouch:
    def test_is_evidence_of_the_exact_text_with_screen_and_time(
        self, paired: Client, browser: Client, number: str, lozova: AtDesk, later: Later
    ) -> None:
        show(browser, number)
        page = text_on(paired)
        later(7)

        assert press(paired, page=page).status_code == 302

        [taken] = requests(number)
        [screen] = all_of(CitizenScreen)
        assert (taken.method, taken.screen_id, taken.language) == ("citizen_touch", screen.pk, "ro")
        assert taken.text == texts_of(opened(number, to=lozova, at=clock.now())).request
        assert taken.text_sha256 == text_now(number, lozova)
        assert int(taken.details["seconds_shown"]) >= 7
        assert (taken.details["shown_in"], taken.details["covered"]) == ("ro", "idnp")
        [consent] = all_of(Evidence, case__number=number, kind="processing_consent")
        assert (consent.method, consent.screen_id) == ("citizen_touch", screen.pk)
        assert "Ați fost de acord" in text_on(paired)
        assert {
            one.channel for one in journaled("cases.evidence.taken", case_number=number, object_type=taken.kind)
        } == {"citizen"}

    def test_is_in_the_sealed_record(self, paired: Client, browser: Client, number: str, later: Later) -> None:
        show(browser, number)
        page = text_on(paired)
        later(4)
        press(paired, page=page)

        contents = [one.content for one in all_of(AgreementContent, case__number=number)]

        assert len(contents) == 2
        for content in contents:
            assert '"method":"citizen_touch"' in content
            assert f'"screen":{{"desk":"{all_of(CitizenScreen)[0].desk.name}","number":' in content
            assert '"seconds_shown":' in content

    def test_in_the_first_three_seconds_does_not_count(
        self, paired: Client, browser: Client, number: str, later: Later
    ) -> None:
        show(browser, number)
        page = text_on(paired)
        later(1)

        answer = press(paired, page=page)

        assert answer.status_code == 422
        assert "Citiți mai întâi" in answer.content.decode()
        assert requests(number) == []
        later(3)
        assert press(paired, page=page).status_code == 302
        assert len(requests(number)) == 1

    def test_twice_counts_once(self, paired: Client, browser: Client, number: str, later: Later) -> None:
        show(browser, number)
        page = text_on(paired)
        later(4)

        press(paired, page=page)
        press(paired, page=page)

        assert len(requests(number)) == 1

    def test_of_a_text_that_changed_does_not_count_and_the_new_one_is_shown(
        self, paired: Client, browser: Client, number: str, lozova: AtDesk, later: Later
    ) -> None:
        show(browser, number)
        old = text_on(paired)
        later(5)
        tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        press(paired, page=old)

        assert requests(number) == []
        new = text_on(paired)
        assert "Textul s-a schimbat" in new
        assert "+37369123456" in new
        assert press(paired, page=new).status_code == 422  # it has only just appeared
        later(4)
        press(paired, page=new)
        assert [one.text_sha256 for one in requests(number)] == [text_now(number, lozova)]

    def test_on_a_screen_that_was_silent_for_a_minute_does_not_count(
        self, paired: Client, browser: Client, number: str, later: Later
    ) -> None:
        show(browser, number)
        page = text_on(paired)
        later(75)

        press(paired, page=page)

        assert requests(number) == []
        text_on(paired)
        press(paired, page=page)
        assert len(requests(number)) == 1

    def test_after_the_screen_was_let_go_does_not_count(
        self, paired: Client, browser: Client, number: str, later: Later
    ) -> None:
        show(browser, number)
        page = text_on(paired)
        later(5)
        browser.post(reverse("desk:end-screen"))

        press(paired, page=page)

        assert requests(number) == []

    def test_that_something_is_wrong_is_told_to_the_operator_and_settled_by_a_new_text(
        self, paired: Client, browser: Client, number: str, lozova: AtDesk, later: Later
    ) -> None:
        show(browser, number)
        page = text_on(paired)
        before = browser.get(reverse("desk:case-screen", args=[number])).content
        later(1)

        press(paired, "wrong", page=page)

        assert browser.get(reverse("desk:case-screen", args=[number])).content != before
        assert "ceva nu e bine" in browser.get(reverse("desk:check", args=[number])).content.decode()
        assert "Operatorul știe" in text_on(paired)
        assert len(journaled("cases.screen.objected")) == 1
        later(1)
        tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")
        assert "Operatorul știe" not in text_on(paired)


class TestWhatTheTouchIsWorth:
    def test_where_ink_is_asked_for_it_stands_for_the_agreement_alone(
        self, paired: Client, browser: Client, number: str, lozova: AtDesk, later: Later
    ) -> None:
        scan_all(number, to=lozova, at=clock.now())
        show(browser, number)
        page = text_on(paired)
        later(4)
        press(paired, page=page)

        with transaction():
            lacks = what_lacks(opened(number, to=lozova, at=clock.now()))

        assert "request" in lacks
        assert "agreement" not in lacks
        assert "Semnați cererea și pe hârtie" in page

    def test_a_later_one_does_not_hide_the_signature(
        self, paired: Client, browser: Client, number: str, lozova: AtDesk, later: Later
    ) -> None:
        sign(number, to=lozova, at=clock.now())
        show(browser, number)
        page = text_on(paired)
        later(4)
        press(paired, page=page)

        with transaction():
            assert signed_text_stands(opened(number, to=lozova, at=clock.now()))

        assert [one.method for one in requests(number)] == ["hand_signature", "citizen_touch"]

    def test_where_the_package_says_so_the_file_goes_without_paper(
        self, paired: Client, browser: Client, lozova: AtDesk, as_owner: Owner, later: Later
    ) -> None:
        publish_without_ink(as_owner)
        number = ask_for(BIRTH, visit=come(EUGENIA, to=lozova, at=clock.now()), to=lozova, at=clock.now())
        scan_all(number, to=lozova, at=clock.now())
        show(browser, number)
        page = text_on(paired)
        later(4)
        press(paired, page=page)

        assert "Semnați cererea și pe hârtie" not in page
        answer = browser.post(reverse("desk:submit", args=[number]), {"command_id": "press-1"})

        assert answer.status_code == 302
        assert case_of(number).state != "draft"


class TestGuardian:
    def test_agrees_on_the_recorded_mandate(
        self, paired: Client, browser: Client, lozova: AtDesk, later: Later
    ) -> None:
        visit = come(VASILE, to=lozova, at=clock.now())
        mandate = act_for(visit, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="P-1", at=clock.now())
        number = ask_for(BIRTH, visit=visit, to=lozova, role="representative", at=clock.now())
        show(browser, number)
        page = text_on(paired)
        later(4)

        press(paired, page=page)

        [taken] = requests(number)
        assert (taken.method, taken.mandate_id) == ("guardian", mandate.pk)
        assert taken.screen_id is not None
        assert taken.details["by"] == "citizen_touch"

    def test_signs_by_hand_on_it_too(self, lozova: AtDesk) -> None:
        visit = come(VASILE, to=lozova, at=clock.now())
        mandate = act_for(visit, EUGENIA, MandateKind.NOTARISED_POWER, to=lozova, paper="P-1", at=clock.now())
        number = ask_for(BIRTH, visit=visit, to=lozova, role="representative", at=clock.now())

        sign(number, to=lozova, at=clock.now())

        [taken] = requests(number)
        assert (taken.method, taken.mandate_id, taken.details["by"]) == ("guardian", mandate.pk, "hand_signature")
        assert taken.document_sha256


class TestPutOnScreen:
    def test_needs_the_person_at_this_desk(self, paired: Client, browser: Client, lozova: AtDesk, number: str) -> None:
        browser.post("/visit/end", {"outcome": "served"})
        come(VASILE, to=lozova, at=clock.now())

        answer = show(browser, number)

        assert answer.status_code == 409
        assert all_of(ScreenOrder) == []

    def test_leads_to_the_code_when_no_screen_is_there(self, browser: Client, number: str) -> None:
        assert show(browser, number)["Location"] == reverse("desk:screen")


def publish_without_ink(as_owner: Owner) -> None:
    """Publish the service anew; its institution takes any recorded agreement now."""
    with as_owner():
        row = ServicePackage.objects.get(code=BIRTH)
        row.pk, row.version = None, 2
        row.canonical = row.canonical.replace('"handwritten_on_printed_request"', '"recorded_agreement"')
        row.canonical = re.sub(r'"version":\s*1\b', '"version": 2', row.canonical)
        row.sha256 = hashlib.sha256(row.canonical.encode()).hexdigest()
        row.save(force_insert=True)


class TestAskingAgain:
    """The screen asks every two seconds; while nothing changes it is told so without judging the request anew."""

    @pytest.fixture
    def shown(self, paired: Client, browser: Client, number: str, later: Later) -> str:
        """Put the request on the screen; return the mark of the answer, at the beginning of a half minute."""
        show(browser, number)
        later(30 - clock.now().timestamp() % 30)
        return str(paired.get(reverse("citizen:screen"))["ETag"])

    def ask(self, screen: Client, mark: str) -> HttpResponse:
        return screen.get(reverse("citizen:screen"), headers={"If-None-Match": mark})

    def test_judges_nothing_while_nothing_has_changed(
        self, paired: Client, shown: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ghiseu.journeys.citizen_screen.load_case", None)
        with captured() as statements:
            answer = self.ask(paired, shown)

        assert (answer.status_code, answer.content) == (304, b"")
        sent = [text for text, _ in statements if "SAVEPOINT" not in text and SAYS_THE_CENTRE not in text]
        assert len(sent) <= 8

    def test_tells_of_a_change_of_the_text(self, paired: Client, shown: str, number: str, lozova: AtDesk) -> None:
        tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        answer = self.ask(paired, shown)

        assert answer.status_code == 200
        assert answer["ETag"] != shown
        assert "+37369123456" in answer.content.decode()

    def test_tells_of_what_the_operator_and_the_person_press(
        self, paired: Client, browser: Client, shown: str, number: str, later: Later
    ) -> None:
        later(4)
        press(paired)
        agreed = self.ask(paired, shown)
        show(browser, number, act="hide")
        hidden = self.ask(paired, agreed["ETag"])
        browser.post("/visit/end", {"outcome": "served"})
        ended = self.ask(paired, hidden["ETag"])

        assert [one.status_code for one in (agreed, hidden, ended)] == [200, 200, 200]
        assert "Eugenia" not in ended.content.decode()

    def test_tells_of_a_desk_that_was_locked(self, paired: Client, shown: str) -> None:
        change(all_of(OperatorSession)[-1], locked_at=clock.now())

        answer = self.ask(paired, shown)

        assert answer.status_code == 200
        assert "Eugenia" not in answer.content.decode()

    def test_judges_anew_after_half_a_minute(self, paired: Client, shown: str, later: Later) -> None:
        later(31)

        assert self.ask(paired, shown).status_code == 200

    def test_keeps_the_screen_from_being_taken_for_silent(self, paired: Client, shown: str, later: Later) -> None:
        before = all_of(CitizenScreen)[0].seen_at
        later(15)

        self.ask(paired, shown)

        assert all_of(CitizenScreen)[0].seen_at > before

    def test_shows_nothing_of_a_case_that_was_restricted(self, paired: Client, shown: str, number: str) -> None:
        page = text_on(paired)
        change(case_of(number), restricted_at=clock.now(), restricted_by_id=1, restriction_reason="objection 14")

        answer = self.ask(paired, shown)

        assert answer.status_code == 200
        assert number not in answer.content.decode()
        assert press(paired, page=page).status_code == 302
        assert requests(number) == []
