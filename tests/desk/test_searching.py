"""What is searched may be somebody's name or number, so it stands in no address; people shown leave one trace each."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from tests.desk.shop import LIDIA, enter
from tests.support.counter import ask_for, come, journaled, leave

from ghiseu.channels.desk.asking import KEPT
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.modules.applicants.models import Person
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.operations import ask_to_call

SERVICES = ["asp.civil.extract-birth"]
EUGENIA, VALENTINA = "2099010100376", "2099220108140"


def case_of(idnp, lozova):
    visit = come(idnp, to=lozova, at=clock.now())
    number = ask_for(SERVICES[0], visit=visit, to=lozova, at=clock.now())
    leave(visit, to=lozova, at=clock.now())
    return number


@pytest.fixture
def number(lozova, exchange):
    return case_of(EUGENIA, lozova)


class TestWords:
    @pytest.mark.parametrize("path", ["/find", "/services"])
    def test_lead_to_an_address_without_them(self, number, browser, path):
        answer = browser.post(path, {"q": EUGENIA})

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(f"{path}?search=")
        assert EUGENIA not in answer.headers["Location"]

    def test_show_the_same_when_the_page_is_loaded_again(self, number, browser):
        address = browser.post("/find", {"q": EUGENIA}).headers["Location"]
        browser.post("/find", {"q": "nobody"})

        first, again = (browser.get(address).content.decode() for _ in range(2))

        assert f"/cases/{number}" in first
        assert f"/cases/{number}" in again

    def test_wait_sealed_in_the_session(self, number, browser):
        browser.post("/find", {"q": EUGENIA})

        with transaction():
            kept = [str(row.get_decoded()) for row in Session.objects.all()]
        assert any("searches" in one for one in kept)
        assert not any(EUGENIA in one for one in kept)

    def test_are_forgotten_after_some_more_searches(self, number, browser):
        address = browser.post("/find", {"q": EUGENIA}).headers["Location"]
        for _ in range(KEPT):
            browser.post("/find", {"q": "nobody"})

        assert number not in browser.get(address).content.decode()

    def test_in_an_address_are_not_read(self, number, browser):
        assert number not in browser.get(f"/find?q={EUGENIA}").content.decode()
        assert browser.get("/services/hits?q=pensie").status_code == 405
        assert journaled("applicants.person.found") == []

    def test_of_another_browser_cannot_be_asked_for(self, number, browser):
        address = browser.post("/find", {"q": EUGENIA}).headers["Location"]

        assert number not in enter(LIDIA).get(address).content.decode()

    def test_are_taken_only_with_the_token_of_the_page(self, number, browser):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = browser.cookies

        assert strict.post("/find", {"q": EUGENIA}).status_code == 403

    def test_are_sent_by_forms_that_need_no_script(self, number, browser):
        page = browser.get("/services").content.decode()

        forms = [form.split("</form>")[0] for form in page.split("<form ") if form.startswith('class="search"')]
        assert len(forms) == 2
        assert all('method="post"' in form and "csrfmiddlewaretoken" in form for form in forms)

    def test_of_the_citizen_find_the_service(self, lozova, browser):
        found = browser.post("/services", {"q": "naștere"}, follow=True).content.decode()
        typed = browser.post("/services/hits", {"q": "naștere", "fragment": "1"}).content.decode()

        assert f"/services/{SERVICES[0]}" in found
        assert f"/services/{SERVICES[0]}" in typed


class TestTraces:
    def test_of_the_work_list_are_one_for_each_person(self, number, lozova, browser):
        case_of(VALENTINA, lozova)
        with transaction():
            copy = Case.objects.get(number=number)
            copy.pk, copy.number, copy.public_code = None, "LOZ-2026-900000-00", "another-code"
            copy.save(force_insert=True)

        browser.get("/work-list?list=drafts")

        shown = journaled("cases.case.listed")
        assert sorted(one.subject_idnp for one in shown) == [EUGENIA, VALENTINA]
        assert {one.legal_reason for one in shown} == {"work list shown"}

    def test_of_an_empty_list_are_none(self, number, browser):
        browser.get("/work-list?list=alarms")

        assert journaled("cases.case.listed") == []

    def test_of_the_work_list_leave_out_the_operators_own_matter(self, number, lozova, browser):
        with transaction():
            person = Person.objects.get(cases_about__number=number)
            person.idnp = lozova.operator_idnp
            person.save(update_fields=["idnp"])

        page = browser.get("/work-list?list=drafts").content.decode()

        assert number not in page
        assert journaled("cases.case.listed") == []

    def test_of_the_call_list_are_one_for_each_person(self, number, browser):
        with transaction():
            case = Case.objects.get(number=number)
            for reason in (CallReason.NO_CHANNEL, CallReason.ALARM):
                ask_to_call(case, reason, at=clock.now())

        browser.get("/work-list?list=calls")

        assert [one.subject_idnp for one in journaled("cases.call.shown")] == [EUGENIA]
