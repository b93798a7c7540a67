"""What registers know already: an earlier name, a granted allowance, a wrong date, a request filed elsewhere."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    all_of,
    ask_for,
    case_of,
    come,
    deliver,
    journaled,
    leave,
    look,
    opened,
    place,
    scan_all,
    sign,
    submit,
    tell,
    timeline,
    verdicts,
)

from ghiseu.foundation.access import scoped_to, transaction
from ghiseu.journeys.ask_status import ask_status
from ghiseu.journeys.edit_case import Typed, dispute_field, save_field
from ghiseu.journeys.end_case import end_case
from ghiseu.journeys.find_people import find_cases
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.open_case import NotPossible, OnlyTheLeadMayOverride
from ghiseu.modules.cases.fields import RegisterValueStands
from ghiseu.modules.cases.models import Case, OpenMatter
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.cases.states import Outcome
from ghiseu.modules.centres.at_desk import AtDesk
from simulators.common.process import Running

SERVICES = [
    "cnas.pension.old-age",
    "cnas.family.birth-allowance",
    "cnas.pension.reexam-old-age",
    "cnas.pension.reexam-status",
    "asp.civil.extract-birth",
    "cbi.info-owned-property",
]
OLD_AGE, ALLOWANCE, REEXAMINATION, STATUS, BIRTH, OWNED = SERVICES
IRINA, OLGA, HER_CHILD = "2099090103331", "2099180106666", "2099190107033"
STEFAN, VALENTINA, MARIA, EUGENIA = "2099210107773", "2099220108140", "2099120104448", "2099010100376"
REGISTER_SAYS, CARD_SAYS = "1958-11-03", "1958-03-11"


class TestNameChangedAtMarriage:
    def test_is_filled_in_from_the_register_and_asked_of_nobody(self, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(OLD_AGE, visit=come(IRINA, to=lozova), to=lozova)

        file = opened(number, to=lozova)

        assert (file.values["names_before"].value, file.values["names_before"].source) == ("Vrabie Irina", "RSP")
        assert file.case.holder.surname == "Țurcan"
        assert "marriage_record" not in [need.id for need in file.judged.evaluation.attachments]

    def test_is_given_to_the_cadastre_that_knows_only_the_old_one(self, lozova: AtDesk, exchange: Running) -> None:
        ask_for(OWNED, visit=come(IRINA, to=lozova), to=lozova)

        asked = [row for row in exchange.ledger()["reads"] if row["register"] == "CBI"]

        assert ["Vrabie Irina" in str(row["parameters"]) for row in asked] == [True]

    @pytest.mark.parametrize("words", ["Țurcan", "Turcan", "Ţurcan", "Цуркан", "turc", "Vrabie", "Irina Turcan"])
    def test_does_not_hide_the_person_however_it_is_spelled(
        self, words: str, lozova: AtDesk, exchange: Running
    ) -> None:
        number = ask_for(OLD_AGE, visit=come(IRINA, to=lozova), to=lozova)

        found = find_cases(words=words, language="ro", at_desk=lozova, at=NOON)

        assert [(row.number, row.holder) for row in found] == [(number, "Țurcan Irina")]
        [event] = journaled("applicants.person.found")
        assert event.subject_idnp == IRINA

    def test_search_leaves_one_trace_for_each_person_shown(self, lozova: AtDesk, exchange: Running) -> None:
        for idnp in (EUGENIA, IRINA):
            visit = come(idnp, to=lozova)
            ask_for(BIRTH, visit=visit, to=lozova)
            leave(visit, to=lozova)
        ask_for(OLD_AGE, visit=come(IRINA, to=lozova), to=lozova)
        with transaction():
            holders = {case.holder for case in Case.objects.select_related("holder").order_by("id")}
            for holder in holders:  # two people of one name
                holder.surname, holder.given_name = "Ciobanu", "Ana"
                holder.save()
                holder.name_keys.create(centre_id=holder.centre_id, key="ciobanu")

        find_cases(words="Ciobanu", language="ro", at_desk=lozova, at=NOON)

        assert {event.subject_idnp for event in journaled("applicants.person.found")} == {EUGENIA, IRINA}
        assert len(journaled("applicants.person.found")) == 2


class TestAlreadyGranted:
    OVERRIDE = {"ex_officio": "Money never reached the post office", "special_case": "Register error confirmed by CNAS"}

    def test_opens_no_application_and_says_where_the_money_waits(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(OLGA, to=lozova)

        prospect = look(ALLOWANCE, visit=visit, to=lozova)

        assert verdicts(prospect)["ex_officio"] == "fails"
        assert "how_to_collect" in [note.id for note in prospect.judged.evaluation.notes]
        with pytest.raises(NotPossible) as block:
            ask_for(ALLOWANCE, visit=visit, to=lozova, answers={"special_case": True})
        assert block.value.preconditions == ["ex_officio"]
        assert all_of(Case) == []

    def test_offers_the_change_of_option(self, lozova: AtDesk, exchange: Running) -> None:
        prospect = look(ALLOWANCE, visit=come(OLGA, to=lozova), to=lozova)

        assert "cnas.family.child-raising-3y" in prospect.judged.evaluation.links

    def test_is_not_overridden_by_an_operator(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(OLGA, to=lozova)

        with pytest.raises(OnlyTheLeadMayOverride):
            ask_for(ALLOWANCE, visit=visit, to=lozova, overrides=self.OVERRIDE)

    def test_is_not_overridden_without_a_reason(self, lozova: AtDesk, exchange: Running) -> None:
        lead = place(counter.ILINCA)
        visit = come(OLGA, to=lead)

        with pytest.raises(OnlyTheLeadMayOverride):
            ask_for(ALLOWANCE, visit=visit, to=lead, overrides={**self.OVERRIDE, "ex_officio": "  "})

    def test_is_overridden_by_the_lead_on_the_record_and_may_then_be_sent(
        self, lozova: AtDesk, exchange: Running, institution: Callable[[str], Running]
    ) -> None:
        cnas = institution("cnas")
        lead = place(counter.ILINCA)
        number = ask_for(ALLOWANCE, visit=come(OLGA, to=lead), to=lead, overrides=self.OVERRIDE)
        tell(number, to=lead, exception_reason="register_error", payout_method="mpay_post")
        counter.complete_and_submit(number, to=lead)

        deliver(number)

        events = journaled("cases.precondition.overridden")
        assert {event.details["precondition"] for event in events} == set(self.OVERRIDE)
        assert {event.operator_idnp for event in events} == {counter.ILINCA}
        assert case_of(number).overrides == self.OVERRIDE
        assert timeline(number).count("overridden") == 2
        [dossier] = cnas.ledger()["dossiers"]
        assert json.loads(str(dossier["payload"]))["overrides"] == self.OVERRIDE


class TestRegisterIsWrong:
    @pytest.fixture
    def number(self, lozova: AtDesk, exchange: Running) -> str:
        return ask_for(REEXAMINATION, visit=come(STEFAN, to=lozova), to=lozova)

    def dispute(self, number: str, lozova: AtDesk):
        said = Typed(field="applicant_birth_date", value=CARD_SAYS, seen_version=1, evidence="identity card")
        return dispute_field(number=number, typed=said, at_desk=lozova, at=NOON)

    def test_is_seen_at_once_when_the_card_was_read(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(STEFAN, to=lozova, document_says={"birth_date": CARD_SAYS})

        prospect = look(REEXAMINATION, visit=visit, to=lozova)

        assert verdicts(prospect)["register_match"] == "fails"
        told = prospect.judged.evaluation.answers
        assert (told["applicant_birth_date"], told["document_birth_date"]) == (REGISTER_SAYS, CARD_SAYS)

    def test_is_not_typed_over(self, lozova: AtDesk, number: str) -> None:
        typed = Typed(field="applicant_birth_date", value=CARD_SAYS, seen_version=1)

        with pytest.raises(RegisterValueStands):
            save_field(number=number, typed=typed, at_desk=lozova, at=NOON)

    def test_keeps_both_values_with_source_and_paper(self, lozova: AtDesk, number: str) -> None:
        file = self.dispute(number, lozova)

        kept = file.values["applicant_birth_date"]
        assert (kept.value, kept.source) == (REGISTER_SAYS, "RSP")
        assert (kept.disputed, kept.evidence, kept.is_disputed) == (CARD_SAYS, "identity card", True)
        [event] = journaled("cases.field.disputed")
        assert (event.object_id, event.details) == ("applicant_birth_date", {"source": "RSP"})

    def test_lets_the_case_wait_until_the_date_is_corrected(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, document_birth_date=CARD_SAYS)
        self.dispute(number, lozova)

        with pytest.raises(NotReady) as lack:
            sign(number, to=lozova)

        assert lack.value.lacks == ["stop:register_match"]
        assert case_of(number).state == "draft"

    def test_goes_to_the_institution_with_both_values(
        self, lozova: AtDesk, number: str, institution: Callable[[str], Running]
    ) -> None:
        cnas = institution("cnas")
        self.dispute(number, lozova)
        counter.complete_and_submit(number, to=lozova)

        deliver(number)

        [dossier] = cnas.ledger()["dossiers"]
        payload = json.loads(str(dossier["payload"]))
        assert payload["answers"]["applicant_birth_date"] == REGISTER_SAYS
        assert payload["sources"]["applicant_birth_date"] == "RSP"
        assert payload["disputed"] == {
            "applicant_birth_date": {
                "says": CARD_SAYS,
                "evidence": "identity card",
                "register": "RSP",
                "register_says": REGISTER_SAYS,
            }
        }

    def test_makes_what_was_signed_before_the_dispute_stale(self, lozova: AtDesk, number: str) -> None:
        scan_all(number, to=lozova)
        sign(number, to=lozova)
        self.dispute(number, lozova)

        with pytest.raises(NotReady) as lack:
            submit(number, to=lozova)

        assert lack.value.lacks == ["request"]


class TestFiledAlready:
    MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)

    def test_first_shows_how_the_request_stands_and_ends_as_answered(
        self, lozova: AtDesk, exchange: Running, institution: Callable[[str], Running]
    ) -> None:
        institution("cnas")
        visit = come(VALENTINA, to=lozova, at=self.MONDAY)
        number = ask_for(STATUS, visit=visit, to=lozova, at=self.MONDAY)

        told = ask_status(number=number, at_desk=lozova, at=self.MONDAY)

        assert told.word == "received"
        assert told.answer
        assert (case_of(number).state, case_of(number).outcome) == ("done", "answered")
        assert len(journaled("journeys.status.asked")) == 1

    def test_stops_a_second_request(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(VALENTINA, to=lozova, at=self.MONDAY)

        with pytest.raises(NotPossible) as block:
            ask_for(REEXAMINATION, visit=visit, to=lozova, at=self.MONDAY)

        assert block.value.preconditions == ["already_filed"]
        assert STATUS in look(REEXAMINATION, visit=visit, to=lozova, at=self.MONDAY).judged.evaluation.links

    def test_at_another_centre_tells_day_and_centre_only(self, lozova: AtDesk, exchange: Running) -> None:
        tvardita = place(counter.DIMITAR, centre="TVA")
        with scoped_to(tvardita.scope):
            theirs = ask_for(REEXAMINATION, visit=come(MARIA, to=tvardita, language="ru"), to=tvardita)
        visit = come(MARIA, to=lozova)

        prospect = look(REEXAMINATION, visit=visit, to=lozova)
        with pytest.raises(MatterIsOpenAlready) as already:
            ask_for(REEXAMINATION, visit=visit, to=lozova)

        assert (already.value.opened_on, already.value.centre_name) == (date(2026, 11, 23), tvardita.centre_name)
        assert prospect.may_not_open_again
        assert all_of(Case, number=theirs) == []
        assert {field.name for field in OpenMatter._meta.get_fields()} == {
            "id", "key", "case_number", "centre_name", "opened_on"
        }  # fmt: skip
        assert MARIA.encode() not in bytes(all_of(OpenMatter)[0].key)

    def test_is_free_again_after_the_first_case_ended_as_a_duplicate(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(MARIA, to=lozova)
        first = ask_for(REEXAMINATION, visit=visit, to=lozova)

        end_case(number=first, outcome=Outcome.DUPLICATE, at_desk=lozova, at=NOON)
        end_case(number=first, outcome=Outcome.DUPLICATE, at_desk=lozova, at=NOON)

        assert case_of(first).outcome == "duplicate"
        assert timeline(first) == ["opened", "duplicate-found"]
        assert ask_for(REEXAMINATION, visit=visit, to=lozova) != first

    def test_by_a_double_click_is_one_case(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(MARIA, to=lozova)

        first = ask_for(REEXAMINATION, visit=visit, to=lozova, command="press-1")
        second = ask_for(REEXAMINATION, visit=visit, to=lozova, command="press-1")

        assert first == second
        assert len(all_of(Case)) == 1
        assert len(journaled("cases.case.opened")) == 1

    def test_only_warns_where_the_service_allows_a_second_request(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(EUGENIA, to=lozova)
        first = ask_for(BIRTH, visit=visit, to=lozova)

        prospect = look(BIRTH, visit=visit, to=lozova)
        second = ask_for(BIRTH, visit=visit, to=lozova)

        assert prospect.open_matter is not None
        assert not prospect.may_not_open_again
        assert second != first
