"""Three people whom the usual channels do not fit: no phone, another language, an old number."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    all_of,
    ask_for,
    calls,
    come,
    deliver,
    opened,
    place,
    scan_all,
    sign,
    submit,
    tell,
)

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.journeys import make_papers
from ghiseu.journeys.edit_case import Choices, choose
from ghiseu.journeys.find_people import find_cases
from ghiseu.journeys.reach_person import Contact, keep_contact
from ghiseu.journeys.start_visit import WhoCame, start_visit
from ghiseu.modules.applicants.operations import Names
from ghiseu.modules.cases.models import CallTask, Evidence
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.visits.models import IdentifiedBy
from ghiseu.modules.visits.operations import Identification
from simulators.common.process import Running

SERVICES = ["asp.civil.extract-birth", "cnas.pension.reexam-old-age", "cnas.info.account-extract"]
BIRTH, REEXAMINATION, ACCOUNT = SERVICES
EUGENIA, MARIA, FIODOR = "2099010100376", "2099120104448", "0999010200419"
NOTHING = Contact(phone="", email="", relative="", language="ro")


class TestNoPhoneAndNoEmail:
    @pytest.fixture
    def number(self, lozova: AtDesk, exchange: Running) -> str:
        visit = come(EUGENIA, to=lozova)
        keep_contact(visit=visit, told=NOTHING, at_desk=lozova, at=NOON)
        return ask_for(BIRTH, visit=visit, to=lozova)

    def test_blocks_nothing_and_is_free_in_the_longest_term(self, lozova: AtDesk, number: str) -> None:
        file = opened(number, to=lozova)

        assert file.judged.quote.is_free
        assert (file.judged.quote.exemption, file.judged.quote.term) == ("old_age_pensioner", "t20")
        assert file.judged.quote.date == date(2026, 12, 21)
        assert not file.judged.evaluation.missing
        assert {"paper_asp", "mdelivery"} <= {one.id for one in file.package.deliveries}

    def test_invents_no_address_and_does_not_use_the_operators(
        self, lozova: AtDesk, number: str, institution: Callable[[str], Running]
    ) -> None:
        asp = institution("asp")
        counter.complete_and_submit(number, to=lozova)

        deliver(number)

        [dossier] = asp.ledger()["dossiers"]
        answers = json.loads(str(dossier["payload"]))["answers"]
        assert not {"applicant_phone", "applicant_email"} & answers.keys()
        assert "@" not in str(dossier["payload"]) + str(dossier["acting"])

    def test_puts_the_person_on_the_call_list_for_the_promised_day(self, lozova: AtDesk, number: str) -> None:
        assert calls(number) == []

        counter.complete_and_submit(number, to=lozova)

        assert calls(number) == ["no_channel"]
        assert all_of(CallTask)[0].due_on == date(2026, 12, 21)

    def test_gives_a_slip_with_number_and_day_and_promises_no_call(
        self, lozova: AtDesk, number: str, institution: Callable[[str], Running]
    ) -> None:
        institution("asp")
        counter.complete_and_submit(number, to=lozova)
        deliver(number)

        slip = make_papers.slip(opened(number, to=lozova), at_desk=lozova, at=NOON)

        assert (slip.case_number, slip.come_back_on) == (number, None)
        assert [step.by for step in slip.steps if step.by] == [date(2026, 12, 21)]
        assert "Vă sunăm noi când este gata." not in [step.what for step in slip.steps]

    def test_told_later_in_the_form_ends_with_a_way_to_be_reached(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, applicant_phone="+37360000012")

        counter.complete_and_submit(number, to=lozova)

        assert counter.case_of(number).applicant.phone == "+37360000012"
        assert calls(number) == []


class TestRussianSpeakingVillage:
    @pytest.fixture
    def tvardita(self, lozova: AtDesk, exchange: Running):
        desk = place(counter.DIMITAR, centre="TVA")
        with scoped_to(desk.scope):
            yield desk

    def test_gets_papers_in_russian_and_a_request_in_romanian_that_was_read_back(self, tvardita: AtDesk) -> None:
        number = ask_for(REEXAMINATION, visit=come(MARIA, to=tvardita, language="ru"), to=tvardita)
        choose(number=number, choices=Choices(readback_language="bg"), at_desk=tvardita, at=NOON)
        scan_all(number, to=tvardita)

        sign(number, to=tvardita)

        file = opened(number, to=tvardita)
        assert make_papers.slip(file, at_desk=tvardita, at=NOON).language == "ru"
        with transaction():
            assert make_papers.request_paper(file, at_desk=tvardita, at=NOON).language == "ru"
        taken = sorted(all_of(Evidence, method="hand_signature"), key=lambda one: one.kind)
        assert [one.kind for one in taken] == ["explicit_request", "processing_consent"]
        assert {one.language for one in taken} == {"ro"}
        assert {one.details["read_back_in"] for one in taken} == {"bg"}
        assert file.package.name("ro") in taken[0].text

    def test_is_read_back_in_the_language_of_the_visit_when_nothing_else_is_said(self, tvardita: AtDesk) -> None:
        number = ask_for(REEXAMINATION, visit=come(MARIA, to=tvardita, language="ru"), to=tvardita)
        scan_all(number, to=tvardita)

        sign(number, to=tvardita)

        assert {one.details["read_back_in"] for one in all_of(Evidence, method="hand_signature")} == {"ru"}

    def test_is_promised_sixty_days_and_agrees_to_three_things(self, tvardita: AtDesk) -> None:
        number = ask_for(REEXAMINATION, visit=come(MARIA, to=tvardita, language="ru"), to=tvardita)

        file = opened(number, to=tvardita)

        assert file.judged.quote.date == date(2027, 1, 22)
        assert {"data_processing", "accept_account", "accept_file"} <= {one.id for one in file.package.consents}
        assert file.values["applicant_birth_date"].source == "RSP"
        assert file.case.holder.surname == "Dimova"


class TestOldNumberWithZeroInFront:
    def test_keeps_its_zero_from_the_field_to_the_ledger_of_the_institution(
        self, lozova: AtDesk, exchange: Running, institution: Callable[[str], Running]
    ) -> None:
        cnas = institution("cnas")
        number = ask_for(ACCOUNT, visit=come(FIODOR, to=lozova), to=lozova)
        tell(number, to=lozova, delivery="mcabinet")
        scan_all(number, to=lozova)
        sign(number, to=lozova)

        submit(number, to=lozova)
        deliver(number)

        assert opened(number, to=lozova).values["applicant_idnp"].value == FIODOR
        [dossier] = cnas.ledger()["dossiers"]
        assert dossier["subject_idnp"] == FIODOR
        assert json.loads(str(dossier["payload"]))["answers"]["applicant_idnp"] == FIODOR
        assert {row["subject"] for row in exchange.ledger()["reads"]} == {FIODOR}

    @pytest.mark.parametrize("words", [FIODOR, "0999 0102 00419"])
    def test_is_found_by_its_whole_number_only(self, words: str, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(ACCOUNT, visit=come(FIODOR, to=lozova), to=lozova)

        found = find_cases(words=words, language="ro", at_desk=lozova, at=NOON)

        assert [row.number for row in found] == [number]
        assert find_cases(words="999010200419", language="ro", at_desk=lozova, at=NOON) == []

    def test_leads_to_the_same_person_each_time(self, lozova: AtDesk, exchange: Running) -> None:
        first = come(FIODOR, to=lozova)
        counter.leave(first, to=lozova)

        again = come(FIODOR, to=lozova)

        assert again.person_id == first.person_id
        assert again.person.idnp == FIODOR


class TestDocumentOfAForeigner:
    def test_names_the_person_when_there_is_no_number(self, lozova: AtDesk, exchange: Running) -> None:
        who = WhoCame(
            document="passport DE C01X00T47",
            names=Names(surname="Muster", given_name="Erika"),
            identification=Identification(by=IdentifiedBy.FOREIGN_DOCUMENT),
        )

        visit = start_visit(at_desk=lozova, who=who, language="en", at=NOON)

        with transaction():
            assert visit.person.idnp == ""
            assert visit.person.full_name == "Erika Muster"
        assert exchange.ledger()["reads"] == []
