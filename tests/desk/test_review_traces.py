"""Whoever's data is shown, the journal says so; whatever a form holds, the page answers."""

from datetime import date

import pytest
from tests.support.counter import act_for, ask_for, come, journaled, leave, scan_all

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.outcomes import TryLater
from ghiseu.modules.applicants.models import Person, Reading
from ghiseu.modules.applicants.operations import apply_population_record
from ghiseu.modules.applicants.ports import registers
from ghiseu.modules.applicants.queries import newest_facts
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.operations import ask_to_call
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.mandates.operations import MandateDoesNotHold
from ghiseu.modules.visits.models import Visit, VisitState

SERVICES = ["asp.civil.extract-birth"]
EUGENIA = "2099010100376"
VALENTINA = "2099220108140"


class Silent:
    """Registers that do not answer."""

    def read(self, question, *, acting):
        raise TryLater("down")


def count(event):
    with transaction():
        return len(journaled(event))


@pytest.fixture
def number(lozova, exchange):
    visit = come(EUGENIA, to=lozova, at=clock.now())
    return ask_for("asp.civil.extract-birth", visit=visit, to=lozova, at=clock.now())


class TestPagesOfACase:
    @pytest.mark.parametrize(
        "page",
        ["check", "sent", "payment", "supplement", "hand-over", "resume", "portal", "papers/slip", "papers/request"],
    )
    def test_leave_a_trace_of_being_shown(self, number, browser, lozova, page):
        scan_all(number, to=lozova, at=clock.now())  # an incomplete request is not printed
        before = count("cases.case.shown")

        answer = browser.get(f"/cases/{number}/{page}")

        assert answer.status_code == 200
        assert count("cases.case.shown") == before + 1

    @pytest.mark.parametrize("page", ["sent?mark=1", "payment?state=1"])
    def test_leave_none_when_a_page_asks_by_itself_where_it_stands(self, number, browser, page):
        before = count("cases.case.shown")

        assert browser.get(f"/cases/{number}/{page}").status_code == 200

        assert count("cases.case.shown") == before


class TestCallList:
    def test_leaves_a_trace_for_each_person_shown(self, number, browser):
        with transaction():
            at = clock.now()
            ask_to_call(Case.objects.get(number=number), CallReason.NO_CHANNEL, at=at)

        browser.get("/work-list?list=calls")

        with transaction():
            (shown,) = journaled("cases.call.shown")
        assert shown.subject_idnp == EUGENIA


class TestMandateForm:
    @pytest.mark.parametrize("field", ["valid_until", "issued_on"])
    def test_refuses_a_day_that_does_not_exist(self, lozova, browser, field):
        come(EUGENIA, to=lozova, at=clock.now())
        typed = {"subject": VALENTINA, "kind": "notarised_power", "evidence_number": "1", field: "31.02.2025"}

        answer = browser.post("/visit/for", typed)

        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.content.decode()
        with transaction():
            assert not Mandate.objects.exists()

    def test_refuses_a_ground_that_does_not_exist(self, lozova, browser):
        come(EUGENIA, to=lozova, at=clock.now())

        answer = browser.post("/visit/for", {"subject": VALENTINA, "kind": "cousin"})

        assert answer.status_code == 422


class TestNonsenseInAForm:
    def test_about_how_a_visit_ended_changes_nothing(self, lozova, browser):
        come(EUGENIA, to=lozova, at=clock.now())

        answer = browser.post("/visit/end", {"outcome": "nonsense"})

        assert answer.status_code == 302
        with transaction():
            assert Visit.objects.get().state == VisitState.ENDED

    def test_about_where_a_list_goes_on_shows_its_beginning(self, number, browser):
        assert number in browser.get("/work-list?list=drafts&before=nonsense").content.decode()

    def test_as_the_version_of_a_value_is_none(self, number, browser):
        answer = browser.post(f"/cases/{number}/fields/purpose", {"value": "inheritance", "version": "x"})

        assert answer.status_code in {200, 409}

    def test_never_leads_out_of_the_product(self, lozova, browser):
        come(EUGENIA, to=lozova, at=clock.now())

        answer = browser.post("/visit/contact", {"phone": "", "language": "ro", "back": "https://evil.example/"})

        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")

    def test_as_the_language_of_papers_keeps_the_one_that_was(self, lozova, browser):
        come(EUGENIA, to=lozova, at=clock.now())

        browser.post("/visit/contact", {"phone": "", "language": "xx"})

        with transaction():
            assert Person.objects.get(surname="Munteanu").language == "ro"

    @pytest.mark.parametrize("act", ["read-again", "fields/purpose/dispute"])
    def test_about_no_case_of_ours_finds_none(self, lozova, browser, act):
        assert browser.post(f"/cases/LOZ-2026-999999-99/{act}").status_code == 404


class TestDaysThatARegisterDoesNotKnow:
    def test_leave_the_visit_open_and_the_person_known(self, lozova):
        visit = come(EUGENIA, to=lozova, at=clock.now())
        with transaction():
            before = Person.objects.get(pk=visit.person_id).birth_date
            person = apply_population_record(
                person=visit.person, facts={"surname": "Rusu", "birth_date": "1945"}, at=clock.now()
            )

        assert (person.surname, person.birth_date) == ("Rusu", before)


class TestDeathOfWhichAnAnswerKeepsSilent:
    @pytest.mark.parametrize(("facts", "stays"), [({"surname": "Rusu"}, True), ({"deceased_on": None}, False)])
    def test_is_not_undone(self, lozova, facts, stays):
        died = date(2026, 1, 2)
        visit = come(EUGENIA, to=lozova, at=clock.now())
        with transaction():
            apply_population_record(person=visit.person, facts={"deceased_on": died.isoformat()}, at=clock.now())
            person = apply_population_record(person=visit.person, facts=facts, at=clock.now())

        assert person.deceased_on == (died if stays else None)


class TestFactsOfAnEarlierVisit:
    def test_are_not_those_of_this_one(self, lozova, exchange):
        first = come(EUGENIA, to=lozova, at=clock.now())
        leave(first, to=lozova, at=clock.now())
        with registers.serving("mconnect", Silent()):
            second = come(EUGENIA, to=lozova, at=clock.now())

        with transaction():
            facts = {
                visit: newest_facts(person=visit.person, register="RSP", operation="person", visit_number=visit.number)
                for visit in (first, second)
            }
        assert facts[first] is not None
        assert facts[second] is None


class TestClaimOfKinship:
    def test_reads_nothing_about_the_other_person_before_the_register_shows_it(self, lozova, exchange):
        visit = come(EUGENIA, to=lozova, at=clock.now())

        with pytest.raises(MandateDoesNotHold):
            act_for(visit, VALENTINA, MandateKind.PARENT, to=lozova, at=clock.now())

        with transaction():
            assert not Reading.objects.filter(person__surname="Rusu").exists()
            assert not [one for one in journaled("applicants.person.read") if one.subject_idnp == VALENTINA]
            assert [one.subject_idnp for one in journaled("mandates.mandate.refused")] == [VALENTINA]


class TestForOneself:
    def test_leaves_a_trace(self, lozova, browser):
        come(EUGENIA, to=lozova, at=clock.now())

        browser.post("/visit/for-oneself")

        assert count("visits.visit.acting-for-oneself") == 1


class TestChoices:
    def test_leave_a_trace(self, number, browser):
        browser.post(f"/cases/{number}/choose", {"readback_language": "ru"})

        assert count("cases.case.choices-changed") == 1


class TestTypeAhead:
    def test_shows_nobody_by_half_a_name(self, number, browser):
        with transaction():
            name = Case.objects.select_related("holder").get(number=number).holder.surname

        typed = browser.post("/find", {"q": name[:4], "fragment": "1"}).content.decode()
        traces = count("applicants.person.found")
        asked = browser.post("/find", {"q": name}, follow=True).content.decode()

        assert (number in typed, traces) == (False, 0)
        assert (number in asked, count("applicants.person.found")) == (True, 1)
