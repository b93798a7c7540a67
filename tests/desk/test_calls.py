"""The call list: one call at a time, what to say in the person's language, and what becomes of it."""

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.desk.shop import ILINCA, LIDIA, enter
from tests.support.counter import again, all_of, ask_for, case_of, change, come, journaled, leave, place, timeline

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.calendar import WorkingCalendar
from ghiseu.modules.cases.models import CallReason, CallTask
from ghiseu.modules.cases.operations import ask_to_call
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.queries import opening_day

SERVICES = ["asp.civil.extract-birth"]
EUGENIA, VASILE = "2099010100376", "2099050101850"
LIST = "/work-list?list=calls"


@pytest.fixture
def number(lozova: AtDesk) -> str:
    """Open a case of Eugenia and let her go."""
    at = clock.now()
    visit = come(EUGENIA, to=lozova, at=at)
    number = ask_for(SERVICES[0], visit=visit, to=lozova, at=at)
    leave(visit, to=lozova, at=at)
    return number


@pytest.fixture
def task(number: str) -> CallTask:
    return asked(number, CallReason.RESULT_READY)


def asked(number: str, reason: CallReason) -> CallTask:
    with transaction():
        ask_to_call(case_of(number), reason, at=clock.now())
    return all_of(CallTask, case__number=number)[-1]


def shown(browser: Client, task: CallTask) -> str:
    """Open the call from the list, as the operator does."""
    assert f'href="/work-list/calls/{task.pk}"' in browser.get(LIST).content.decode()
    return browser.get(f"/work-list/calls/{task.pk}").content.decode()


def answer(browser: Client, task: CallTask, said: str, note: str = "") -> CallTask:
    browser.get(LIST)
    assert browser.post(f"/work-list/calls/{task.pk}", {"answer": said, "note": note}).status_code in {302, 403}
    return again(task)


class TestPage:
    def test_names_the_person_the_phone_and_the_one_sentence(self, number, task, browser):
        change(case_of(number).applicant, phone="+373 600 00 041")

        page = shown(browser, task)

        assert "Eugenia Munteanu" in page
        assert 'href="tel:+37360000041"' in page
        assert f"rezultatul la cererea {number} vă așteaptă" in page

    @pytest.mark.parametrize(
        ("language", "word"),
        [("ro", "rezultatul la cererea"), ("ru", "результат по заявлению"), ("en", "the result of")],
    )
    def test_says_it_in_the_language_of_the_person_not_of_the_operator(self, number, task, browser, language, word):
        change(case_of(number).applicant, language=language)

        page = shown(browser, task)

        assert word in page
        assert f'<p class="answer" lang="{language}">' in page

    def test_through_a_relative_tells_nothing_but_to_pass_it_on(self, number, task, browser):
        change(case_of(number).applicant, contact_relative="Maria, nepoata, +373 600 00 042")

        page = shown(browser, task)

        assert "Maria, nepoata" in page
        assert "vă rog să-i spuneți să treacă pe la noi" in page
        assert "rezultatul la cererea" not in page

    def test_without_any_way_says_so(self, task, browser):
        page = shown(browser, task)

        assert "tel:" not in page
        assert 'class="call__way">' in page

    @pytest.mark.parametrize("reason", CallReason.values)
    def test_has_a_sentence_for_every_reason(self, number, browser, reason):
        assert number in shown(browser, asked(number, CallReason(reason)))

    def test_shows_its_keys_beside_the_buttons(self, task, browser):
        page = shown(browser, task)

        assert [key in page for key in ('aria-keyshortcuts="F9"', 'aria-keyshortcuts="F8"')] == [True, True]

    def test_each_opening_leaves_a_trace(self, task, browser):
        shown(browser, task)
        browser.get(f"/work-list/calls/{task.pk}")

        # the list named the person once, and each opening of the call once more
        assert [one.subject_idnp for one in journaled("cases.call.shown")] == [EUGENIA] * 3

    def test_the_list_itself_shows_no_phone(self, number, task, browser):
        change(case_of(number).applicant, phone="+373 600 00 041")

        assert "600 00 041" not in browser.get(LIST).content.decode()

    def test_opens_only_after_a_list_has_named_it(self, task, browser):
        assert browser.get(f"/work-list/calls/{task.pk}").status_code == 409

    def test_of_an_own_matter_is_for_a_colleague(self, number, task, browser):
        browser.get(LIST)
        change(case_of(number).applicant, idnp=LIDIA)

        assert f"/work-list/calls/{task.pk}" not in browser.get(LIST).content.decode()
        assert browser.get(f"/work-list/calls/{task.pk}").status_code == 403

    def test_of_a_restricted_case_names_nobody(self, number, task, browser):
        browser.get(LIST)
        change(case_of(number), restricted_at=clock.now(), restricted_by_id=1, restriction_reason="X-1")

        refused = browser.get(f"/work-list/calls/{task.pk}")

        assert refused.status_code == 403
        assert "Eugenia" not in refused.content.decode()


class TestAnswer:
    def test_told_ends_the_call_and_stands_on_the_timeline(self, number, task, browser):
        done = answer(browser, task, "told", "vine mâine")

        assert done.done_at is not None
        assert done.note.endswith("vine mâine")
        assert "called" in timeline(number)
        assert [one.outcome for one in journaled("cases.call.done")] == ["done"]

    def test_nobody_answered_brings_it_back_on_the_next_day_the_centre_is_open(self, lozova, task, browser):
        later = answer(browser, task, "nobody")

        today = clock.today(lozova.time_zone, at=clock.now())
        assert (later.done_at, later.unanswered) == (None, 1)
        assert later.due_on == opening_day(lozova, today + timedelta(days=1))
        assert f"/work-list/calls/{task.pk}" not in browser.get(LIST).content.decode()

    def test_over_a_weekend_it_comes_back_on_monday(self, lozova):
        friday = date(2026, 11, 27)

        again_on = opening_day(lozova, friday + timedelta(days=1))

        assert again_on == date(2026, 11, 30)
        assert WorkingCalendar(zone=lozova.time_zone).is_working(again_on)

    def test_three_times_nobody_hands_it_to_the_centre_lead(self, lozova, task, browser):
        for _ in range(3):
            change(again(task), due_on=clock.today(lozova.time_zone, at=clock.now()))
            task = answer(browser, task, "nobody")
        change(again(task), due_on=clock.today(lozova.time_zone, at=clock.now()))

        assert f"/work-list/calls/{task.pk}" not in browser.get(LIST).content.decode()
        lead = enter(ILINCA, place=1)
        assert 'value="letter"' in shown(lead, task)
        assert answer(lead, task, "letter").done_at is not None

    def test_of_the_lead_cannot_be_given_by_an_operator(self, task, browser):
        assert answer(browser, task, "letter").done_at is None
        browser.get(LIST)
        change(again(task), unanswered=3)

        assert browser.get(f"/work-list/calls/{task.pk}").status_code == 403
        assert answer(browser, task, "told").done_at is None

    def test_twice_counts_once(self, number, task, browser):
        answer(browser, task, "told")
        answer(browser, task, "told")

        assert timeline(number).count("called") == 1

    def test_of_a_call_that_somebody_else_made_leads_back_to_the_list(self, task, browser):
        browser.get(LIST)
        answer(enter(ILINCA, place=1), task, "told")

        assert browser.get(f"/work-list/calls/{task.pk}").url == LIST


def test_every_reason_has_words_on_the_list(lozova):
    from ghiseu.channels.desk.calling import REASONS

    assert set(REASONS) == set(CallReason)
    assert place(ILINCA).has_role("centre_lead")
