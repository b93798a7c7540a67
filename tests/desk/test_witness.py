"""Agreeing aloud: one operator reads, a colleague at another desk says that the person agreed."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.desk.conftest import BrowserOfTheCentre
from tests.desk.shop import ILINCA, LIDIA, enter
from tests.support.counter import (
    act_for,
    all_of,
    ask_for,
    case_of,
    change,
    come,
    journaled,
    opened,
    place,
    scan_all,
    tell,
)

from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.journeys.confirm_request import texts_of
from ghiseu.journeys.submit_case import what_lacks
from ghiseu.modules.applicants.models import Person, Reading
from ghiseu.modules.cases.agreeing_models import WitnessTask
from ghiseu.modules.cases.models import Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.documents.bundle_models import AgreementContent
from ghiseu.modules.mandates.models import MandateKind

BIRTH, EUGENIA, DARIA = "asp.civil.extract-birth", "2099010100376", "2099040101480"
SERVICES = [BIRTH]


@pytest.fixture
def number(lozova: AtDesk) -> str:
    return ask_for(BIRTH, visit=come(EUGENIA, to=lozova, at=clock.now()), to=lozova, at=clock.now())


@pytest.fixture
def colleague(lozova: AtDesk) -> Client:
    """Return the browser of Ilinca at the second desk of the centre."""
    return sitting(ILINCA, desk=1)


def sitting(idnp: str, *, desk: int) -> Client:
    found = BrowserOfTheCentre()
    found.cookies = enter(idnp, place=desk).cookies
    with transaction():
        return found


def read_aloud(browser: Client, number: str) -> WitnessTask:
    assert browser.post(reverse("desk:ask-witness", args=[number])).status_code == 302
    return all_of(WitnessTask)[-1]


def confirm(who: Client, task: WitnessTask, **sent: str) -> HttpResponse:
    who.get("/work-list?list=witness")  # which leads to the task
    return who.post(reverse("desk:witness", args=[task.pk]), {"text_sha256": task.text_sha256, **sent})


def agreed(number: str) -> list[Evidence]:
    return all_of(Evidence, case__number=number, method="spoken_before_witness")


def say_of(person: Person, change_facts: Callable[[dict[str, list[object]]], object]) -> None:
    """Let the population register have answered once more about the person, so changed."""
    with transaction():
        read = Reading.objects.filter(register="RSP", operation="person", person=person).latest("id")
        facts = json.loads(read.facts)
        change_facts(facts)
        read.pk, read.facts = None, json.dumps(facts)
        read.save(force_insert=True)


class TestWitness:
    def test_makes_evidence_with_both_operators_and_the_exact_text(
        self, browser: Client, colleague: Client, number: str, lozova: AtDesk
    ) -> None:
        task = read_aloud(browser, number)

        assert confirm(colleague, task).status_code == 302

        request, consent = sorted(agreed(number), key=lambda one: one.kind)
        ilinca = place(ILINCA, desk=1).operator_id
        assert (request.kind, consent.kind) == ("explicit_request", "processing_consent")
        assert {one.witness_id for one in (request, consent)} == {ilinca}
        assert {one.taken_by_id for one in (request, consent)} == {lozova.operator_id}
        assert request.text == texts_of(opened(number, to=lozova, at=clock.now())).request

    def test_lets_the_file_go_without_a_signature(
        self, browser: Client, colleague: Client, number: str, lozova: AtDesk
    ) -> None:
        scan_all(number, to=lozova, at=clock.now())
        confirm(colleague, read_aloud(browser, number))

        with transaction():
            assert what_lacks(opened(number, to=lozova, at=clock.now())) == []

        page = browser.get(reverse("desk:check", args=[number])).content.decode()
        assert "Spus cu voce tare, cu martor" in page

    def test_stands_in_the_sealed_record_by_name(self, browser: Client, colleague: Client, number: str) -> None:
        confirm(colleague, read_aloud(browser, number))

        contents = [one.content for one in all_of(AgreementContent, case__number=number)]

        assert len(contents) == 2
        assert all(f'"witness":"{place(ILINCA, desk=1).operator_name} {ILINCA}' in one for one in contents)

    def test_finds_the_task_on_the_work_list_which_names_nobody(
        self, browser: Client, colleague: Client, number: str
    ) -> None:
        task = read_aloud(browser, number)

        page = colleague.get("/work-list?list=witness").content.decode()

        assert reverse("desk:witness", args=[task.pk]) in page
        assert "Eugenia" not in page

    def test_sees_the_text_and_the_journal_says_so(self, browser: Client, colleague: Client, number: str) -> None:
        task = read_aloud(browser, number)

        colleague.get("/work-list?list=witness")
        page = colleague.get(reverse("desk:witness", args=[task.pk])).content.decode()

        assert "Eugenia" in page
        assert EUGENIA not in page
        [shown] = journaled("cases.witness.shown")
        assert (shown.case_number, shown.operator_id) == (number, place(ILINCA, desk=1).operator_id)

    def test_counts_once(self, browser: Client, colleague: Client, number: str) -> None:
        task = read_aloud(browser, number)
        confirm(colleague, task)

        assert confirm(colleague, task).status_code == 409
        assert len(agreed(number)) == 2


class TestRelation:
    """Whether reader, person and witness are family is asked of the register; what it never told is not assumed."""

    def test_that_the_register_denies_stands_in_the_evidence(
        self, browser: Client, colleague: Client, number: str
    ) -> None:
        confirm(colleague, read_aloud(browser, number))

        assert {one.details["relation"] for one in agreed(number)} == {"none in RSP"}

    def test_that_no_register_told_of_is_said_to_the_witness_and_in_the_evidence(
        self, browser: Client, colleague: Client, number: str
    ) -> None:
        say_of(case_of(number).holder, lambda facts: facts.pop("family"))
        task = read_aloud(browser, number)
        colleague.cookies["language"] = "en"
        colleague.get("/work-list?list=witness")

        page = colleague.get(reverse("desk:witness", args=[task.pk])).content.decode()
        confirm(colleague, task)

        assert "No register has told whether you are relatives" in page
        assert {one.details["relation"] for one in agreed(number)} == {"not checked"}


class TestNotAWitness:
    def check_refused(self, who: Client, task: WitnessTask, number: str) -> None:
        who.get("/work-list?list=witness")
        assert who.get(reverse("desk:witness", args=[task.pk])).status_code in {403, 409}
        assert confirm(who, task).status_code in {403, 409}
        assert agreed(number) == []

    def test_who_read_it(self, browser: Client, number: str) -> None:
        self.check_refused(browser, read_aloud(browser, number), number)

    def test_who_read_it_from_another_desk(self, browser: Client, number: str) -> None:
        task = read_aloud(browser, number)

        self.check_refused(sitting(LIDIA, desk=1), task, number)

    def test_a_colleague_at_the_same_desk(self, browser: Client, number: str) -> None:
        task = read_aloud(browser, number)

        self.check_refused(sitting(ILINCA, desk=0), task, number)

    def test_the_person_themselves(self, browser: Client, colleague: Client, number: str, lozova: AtDesk) -> None:
        task = read_aloud(browser, number)
        change(all_of(Person)[0], idnp=ILINCA)

        self.check_refused(colleague, task, number)

    def check_refused_as_relative(self, who: Client, task: WitnessTask, number: str) -> None:
        self.check_refused(who, task, number)
        who.cookies["language"] = "en"
        page = who.get(reverse("desk:witness", args=[task.pk])).content.decode()
        assert "The person is a relative of yours" in page

    def make_relative(self, person: Person) -> None:
        """Let the register have said of the person that Ilinca is their family."""
        say_of(person, lambda facts: facts["family"].append({"relation": "sister", "idnp": ILINCA}))

    def test_a_relative(self, browser: Client, colleague: Client, number: str) -> None:
        task = read_aloud(browser, number)
        self.make_relative(case_of(number).holder)

        self.check_refused_as_relative(colleague, task, number)

    def test_a_relative_of_the_person_who_is_not_there(
        self, browser: Client, colleague: Client, lozova: AtDesk
    ) -> None:
        visit = come(EUGENIA, to=lozova, at=clock.now())
        act_for(visit, DARIA, MandateKind.NOTARISED_POWER, to=lozova, paper="N-77", at=clock.now())
        number = ask_for(BIRTH, visit=visit, to=lozova, at=clock.now())
        task = read_aloud(browser, number)
        self.make_relative(case_of(number).holder)

        self.check_refused_as_relative(colleague, task, number)

    def test_after_a_quarter_of_an_hour(self, browser: Client, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
        task = read_aloud(browser, number)
        moment = clock.now() + timedelta(minutes=15, seconds=1)
        monkeypatch.setattr(clock, "now", lambda: moment)

        self.check_refused(sitting(ILINCA, desk=1), task, number)

    def test_after_the_visit(self, browser: Client, colleague: Client, number: str) -> None:
        task = read_aloud(browser, number)
        browser.post("/visit/end", {"outcome": "served"})

        self.check_refused(colleague, task, number)

    def test_of_a_text_that_changed(self, browser: Client, colleague: Client, number: str, lozova: AtDesk) -> None:
        task = read_aloud(browser, number)
        tell(number, to=lozova, at=clock.now(), applicant_phone="+37369123456")

        self.check_refused(colleague, task, number)

    def test_of_another_text_than_the_page_showed(self, browser: Client, colleague: Client, number: str) -> None:
        task = read_aloud(browser, number)

        assert confirm(colleague, task, text_sha256="ab" * 32).status_code == 409
        assert agreed(number) == []
