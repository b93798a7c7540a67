"""Questions stay where they are asked, nothing typed is cut or lost, and every edit shows in the work list."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.support.counter import ask_for, case_of, change, come, tell

from ghiseu.foundation import clock

BIRTH, PROPERTY = "asp.civil.extract-birth", "cbi.extract-register"
CERTIFICATE = "asp.civil.certificate-civil-status"
SERVICES = [BIRTH, PROPERTY, CERTIFICATE]
EUGENIA, TUDOR = "2099010100376", "2099230108510"


def scan():
    held = BytesIO()
    Image.new("RGB", (300, 200), "red").save(held, "PNG")
    return SimpleUploadedFile("card.png", held.getvalue(), content_type="image/png")


@pytest.fixture
def birth(lozova, exchange):
    at = clock.now()
    return ask_for(BIRTH, visit=come(EUGENIA, to=lozova, at=at), to=lozova, at=at)


@pytest.fixture
def property_(lozova, exchange):
    at = clock.now()
    return ask_for(PROPERTY, visit=come(TUDOR, to=lozova, at=at), to=lozova, at=at)


def save(browser, number, field, value):
    return browser.post(f"/cases/{number}/fields/{field}", {"value": value, "version": "0"})


def asked(shown):
    """Return the fields that stand before the part with what may be told."""
    form = shown[shown.index('id="questions"') :].partition("<details")[0]
    return re.findall(r'data-field="([a-z_]+)"', form)


def page(browser, number):
    return browser.get(f"/cases/{number}").content.decode()


class TestAnAddress:
    @pytest.mark.parametrize("typed", ["abc!!", "6490203.077.99"])
    def test_stays_among_the_questions_whatever_number_is_typed(self, property_, browser, typed):
        before = asked(page(browser, property_))

        save(browser, property_, "cadastral_number", typed)

        assert "property_address" in before
        assert "property_address" in asked(page(browser, property_))

    def test_that_is_too_long_is_refused_in_words_and_kept_whole(self, property_, browser):
        long = "strada " + "x" * 400

        answer = save(browser, property_, "property_address", long)

        assert answer.status_code == 422
        assert "prea lung" in answer.json()["cause"]
        shown = page(browser, property_)
        assert f'value="{long}"' in shown
        assert "maxlength" not in shown


class TestAQuestionThatOnlyTheOperatorCanAnswer:
    def test_takes_the_focus_before_the_case_opens(self, lozova, exchange, browser):
        visit = come(TUDOR, to=lozova, at=clock.now())

        shown = browser.get(f"/services/{CERTIFICATE}").content.decode()
        told = {"command_id": "first", "visit": visit.number}
        refused = browser.post(f"/services/{CERTIFICATE}/open", told)
        opened = browser.post(f"/services/{CERTIFICATE}/open", {**told, "answer-foreign_events": "no"})

        assert re.findall(r'id="([a-z_-]+)"[^>]*data-focus', shown) == ["answer-foreign_events-yes"]
        assert refused.status_code == 422
        assert opened.status_code == 302

    def test_takes_the_focus_in_the_case_too_while_it_is_open(self, lozova, exchange, browser):
        at = clock.now()
        visit = come(TUDOR, to=lozova, at=at)
        number = ask_for(CERTIFICATE, visit=visit, to=lozova, at=at, answers={"foreign_events": False})
        answered = page(browser, number)

        change(case_of(number), answers={})
        waiting = page(browser, number)

        assert re.findall(r'id="([a-z_-]+)"[^>]*data-focus', waiting) == ["answer-foreign_events-yes"]
        assert "autofocus" not in waiting.partition("<main")[2]
        assert 'id="answer-foreign_events-yes" name="answer-foreign_events" value="yes" data-focus' not in answered


class TestTheWorkList:
    def test_tells_when_a_value_was_changed(self, birth, lozova):
        later = clock.now() + timedelta(hours=2)

        tell(birth, to=lozova, at=later, applicant_phone="+37369123456")

        assert case_of(birth).changed_at == later

    def test_tells_when_a_paper_came(self, birth, browser):
        before = case_of(birth).changed_at

        browser.post(f"/cases/{birth}/documents", {"paper-id_applicant": scan()})

        assert case_of(birth).changed_at > before


class TestWithoutScripts:
    def test_a_chosen_file_goes_along_to_the_check(self, birth, browser):
        shown = page(browser, birth)
        path = re.search(r'class="paper[^"]*" method="post" action="([^"]+)"', shown)[1]

        answer = browser.post(path, {"paper-id_applicant": scan(), "then": "check"})

        assert 'name="then" value="check"' in shown
        assert answer.headers["Location"] == f"/cases/{birth}/check"
        assert "paper--done" in page(browser, birth)
