"""Acting for somebody else: a guardian, a widow, parents of a child born abroad, a father of twins."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from tests.support import counter
from tests.support.counter import (
    NOON,
    act_for,
    again,
    all_of,
    ask_for,
    change,
    come,
    deliver,
    journaled,
    leave,
    look,
    opened,
    scan_all,
    sign,
    submit,
    tell,
    verdicts,
)

from ghiseu.journeys.act_for_another import act_for_oneself
from ghiseu.journeys.lacking import NotReady
from ghiseu.journeys.open_case import NotPossible, RoleDoesNotFit
from ghiseu.modules.cases.models import Evidence, OpenMatter
from ghiseu.modules.cases.operations import MatterIsOpenAlready
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import Mandate, MandateKind
from ghiseu.modules.mandates.operations import MandateDoesNotHold
from simulators.common.process import Running

SERVICES = [
    "asp.civil.extract-birth",
    "asp.civil.extract-death",
    "asp.civil.transcription",
    "cnas.death-aid.insured",
    "cnas.family.birth-allowance",
    "cnas.family.paternity",
    "cnas.family.twins-support",
]
BIRTH, DEATH, TRANSCRIPTION, DEATH_AID, BIRTH_ALLOWANCE, PATERNITY, TWINS = SERVICES
VASILE, DARIA = "2099050101850", "2099040101480"
ANA, PETRU, ION = "2099060102227", "2099070102594", "2099020100746"
DIANA, LUCA = "2099110104078", "2099100103704"
NATALIA, DENIS = "2099150105552", "2099200107406"
TWIN, OTHER_TWIN = "2099160105922", "2099170106296"
MARIN, HIS_CHILD = "2099410115178", "2099420115548"


class TestGuardian:
    def test_applies_for_the_ward_on_the_act_that_the_register_shows(
        self, lozova: AtDesk, exchange: Running, institution: Callable[[str], Running]
    ) -> None:
        asp = institution("asp")
        visit = come(VASILE, to=lozova)
        mandate = act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)
        number = ask_for(BIRTH, visit=visit, to=lozova)
        counter.complete_and_submit(number, to=lozova)

        deliver(number)

        case = counter.case_of(number)
        assert (mandate.confirmed_by, mandate.evidence_number) == ("RSP", "17")
        assert (case.role, case.holder.idnp, case.applicant.idnp) == ("guardian", DARIA, VASILE)
        assert len(all_of(Evidence, case=case, kind="mandate")) == 1
        [dossier] = asp.ledger()["dossiers"]
        assert dossier["subject_idnp"] == DARIA
        assert json.loads(str(dossier["acting"]))["represented_by"]["idnp"] == VASILE

    def test_cannot_call_himself_a_parent(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(VASILE, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            act_for(visit, DARIA, MandateKind.PARENT, to=lozova, paper="NA-I 1234567")

        assert refusal.value.why == "not-kin"

    def test_of_the_visit_does_not_fit_the_role_of_a_parent(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(VASILE, to=lozova)
        act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)

        with pytest.raises(RoleDoesNotFit):
            ask_for(BIRTH, visit=visit, to=lozova, role="parent")

    @pytest.mark.parametrize(
        ("guardian", "ward", "why"),
        [("2099350112950", "2099360113327", "revoked"), ("2099370113694", "2099380114061", "expired")],
    )
    def test_whose_act_has_ended_is_refused_with_the_reason_in_the_journal(
        self, guardian: str, ward: str, why: str, lozova: AtDesk, exchange: Running
    ) -> None:
        visit = come(guardian, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            act_for(visit, ward, MandateKind.GUARDIAN, to=lozova, paper="the old act")

        assert refusal.value.why == why
        [event] = journaled("mandates.mandate.refused")
        assert event.details == {"kind": "guardian", "why": why}
        assert (event.subject_idnp, event.represented_by_idnp) == (ward, guardian)
        assert all_of(Mandate) == []
        assert again(visit).mandate_id is None

    def test_cannot_send_a_file_after_the_act_has_ended(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(VASILE, to=lozova)
        mandate = act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)
        number = ask_for(BIRTH, visit=visit, to=lozova)
        scan_all(number, to=lozova)
        sign(number, to=lozova)
        change(mandate, revoked_on=date(2026, 11, 20))

        with pytest.raises(NotReady) as lack:
            submit(number, to=lozova)

        assert lack.value.lacks == ["mandate"]

    def test_may_show_the_act_while_the_register_is_silent(self, lozova: AtDesk, exchange: Running) -> None:
        exchange.behave("5xx")
        visit = come(VASILE, to=lozova)
        with pytest.raises(MandateDoesNotHold):
            act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)

        mandate = act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova, paper="17")

        assert mandate.confirmed_by == "paper"

    def test_goes_back_to_their_own_matters_in_the_same_visit(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(VASILE, to=lozova)
        act_for(visit, DARIA, MandateKind.GUARDIAN, to=lozova)

        act_for_oneself(visit=visit, at_desk=lozova, at=NOON)

        number = ask_for(BIRTH, visit=visit, to=lozova)
        case = counter.case_of(number)
        assert (case.holder.idnp, case.mandate, case.role) == (VASILE, None, "holder")


class TestWidow:
    def test_gets_the_death_extract_as_the_spouse_that_the_register_shows(
        self, lozova: AtDesk, exchange: Running
    ) -> None:
        visit = come(ANA, to=lozova)
        mandate = act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova)

        file = opened(ask_for(DEATH, visit=visit, to=lozova), to=lozova)

        assert mandate.confirmed_by == "RSP"
        assert (file.case.role, file.case.holder.idnp, file.case.applicant.idnp) == ("spouse", PETRU, ANA)
        assert [need.id for need in file.judged.evaluation.attachments] == ["id_applicant"]
        assert file.judged.quote.is_free
        assert file.values["event_date"].value == "2026-09-02"

    def test_shows_the_marriage_paper_when_the_register_is_silent(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(ANA, to=lozova)
        exchange.behave("5xx")
        leave(visit, to=lozova)
        visit = come(ANA, to=lozova)

        mandate = act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova, paper="CM 0123456")

        assert (mandate.confirmed_by, mandate.evidence_number) == ("paper", "CM 0123456")

    def test_cannot_be_the_holder_of_a_death_extract(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(ANA, to=lozova)
        act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova)

        with pytest.raises(RoleDoesNotFit):
            ask_for(DEATH, visit=visit, to=lozova, role="holder")

    def test_of_the_dead_man_may_not_claim_a_power_of_his(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(ANA, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            act_for(visit, PETRU, MandateKind.NOTARISED_POWER, to=lozova, paper="1-234")

        assert refusal.value.why == "deceased"

    def test_is_warned_that_only_one_is_paid_and_may_still_ask(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(ANA, to=lozova)
        act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova)

        prospect = look(DEATH_AID, visit=visit, to=lozova)

        assert verdicts(prospect)["one_payee"] == "fails"
        assert prospect.judged.evaluation.stops == ()
        assert ask_for(DEATH_AID, visit=visit, to=lozova)

    def test_finds_the_death_aid_named_beside_the_extract(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(ANA, to=lozova)
        act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova)

        prospect = look(DEATH, visit=visit, to=lozova)

        assert DEATH_AID in prospect.judged.evaluation.links

    def test_comes_too_late_after_twelve_months(self, lozova: AtDesk, exchange: Running) -> None:
        for day, outcome in ((2, "holds"), (3, "fails")):
            at = datetime(2027, 9, day, 9, tzinfo=UTC)
            visit = come(ANA, to=lozova, at=at)
            act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova, at=at)
            assert verdicts(look(DEATH_AID, visit=visit, to=lozova, at=at))["within_12_months"] == outcome
            leave(visit, to=lozova, at=at)

    def test_finds_that_the_son_asked_at_this_centre_already(self, lozova: AtDesk, exchange: Running) -> None:
        son = come(ION, to=lozova)
        act_for(son, PETRU, MandateKind.RELATIVE, to=lozova)
        first = ask_for(DEATH_AID, visit=son, to=lozova, role="payer")
        leave(son, to=lozova)
        visit = come(ANA, to=lozova)
        act_for(visit, PETRU, MandateKind.SPOUSE, to=lozova)

        with pytest.raises(MatterIsOpenAlready) as already:
            ask_for(DEATH_AID, visit=visit, to=lozova)

        assert already.value.case_number == first


class TestBornAbroad:
    def diana(self, lozova: AtDesk, at: datetime = NOON):
        visit = come(DIANA, to=lozova, at=at)
        act_for(visit, LUCA, MandateKind.PARENT, to=lozova, paper="Comune di Parma 118", at=at)
        return visit

    def test_does_not_represent_herself(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(DIANA, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            act_for(visit, DIANA, MandateKind.GUARDIAN, to=lozova, paper="118")

        assert refusal.value.why == "oneself"

    def test_needs_a_paper_while_no_record_proves_the_kinship(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(DIANA, to=lozova)

        with pytest.raises(MandateDoesNotHold) as refusal:
            act_for(visit, LUCA, MandateKind.PARENT, to=lozova)

        assert refusal.value.why == "no-evidence"
        assert act_for(visit, LUCA, MandateKind.PARENT, to=lozova, paper="118").confirmed_by == "paper"

    def test_stops_the_birth_extract_and_names_the_transcription(self, lozova: AtDesk, exchange: Running) -> None:
        visit = self.diana(lozova)

        with pytest.raises(NotPossible) as block:
            ask_for(BIRTH, visit=visit, to=lozova)

        assert block.value.preconditions == ["born_abroad", "transnistria_act"]
        assert TRANSCRIPTION in look(BIRTH, visit=visit, to=lozova).judged.evaluation.links

    def test_is_transcribed_from_the_multilingual_paper_without_apostille_and_translation(
        self, lozova: AtDesk, exchange: Running
    ) -> None:
        number = ask_for(TRANSCRIPTION, visit=self.diana(lozova), to=lozova)

        file = tell(number, to=lozova, record_kind="birth", document_form="multilingual", received_on="2026-06-01")

        assert verdicts(file)["legalisation"] == "holds"
        assert "translation" not in [need.id for need in file.judged.evaluation.attachments]

    def test_is_stopped_by_a_plain_paper(self, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(TRANSCRIPTION, visit=self.diana(lozova), to=lozova)
        tell(number, to=lozova, record_kind="birth", document_form="plain", foreign_authority="Comune di Parma")
        tell(number, to=lozova, foreign_number="118")

        with pytest.raises(NotReady) as lack:
            sign(number, to=lozova)

        assert "stop:legalisation" in lack.value.lacks

    @pytest.mark.parametrize(("day", "outcome"), [(19, "holds"), (20, "fails")])
    def test_warns_from_the_day_on_which_six_months_are_full(
        self, day: int, outcome: str, lozova: AtDesk, exchange: Running
    ) -> None:
        at = datetime(2026, 9, day, 9, tzinfo=UTC)
        number = ask_for(TRANSCRIPTION, visit=self.diana(lozova, at), to=lozova, at=at)

        file = tell(number, to=lozova, at=at, record_kind="birth", received_on="2026-03-20")

        assert verdicts(file)["duty_6_months"] == outcome

    def test_gets_the_allowance_by_the_path_for_children_born_abroad(self, lozova: AtDesk, exchange: Running) -> None:
        number = ask_for(BIRTH_ALLOWANCE, visit=come(DIANA, to=lozova), to=lozova)

        file = opened(number, to=lozova)

        assert verdicts(file)["child_born_abroad"] == "fails"
        assert {"birth_child", "foreign_benefit_statement"} <= {n.id for n in file.judged.evaluation.attachments}

    def test_lets_the_mandate_of_a_parent_end_with_childhood(self, lozova: AtDesk, exchange: Running) -> None:
        visit = self.diana(lozova)

        assert visit.mandate is not None
        assert visit.mandate.valid_until == date(2044, 3, 9)


class TestTwins:
    @pytest.fixture
    def paternity(self, lozova: AtDesk, exchange: Running) -> str:
        visit = come(DENIS, to=lozova)
        number = ask_for(PATERNITY, visit=visit, to=lozova)
        tell(number, to=lozova, event="birth", payout_method="mpay_post")
        scan_all(number, to=lozova)
        sign(number, to=lozova)
        leave(visit, to=lozova)
        return number

    def test_are_named_both_in_one_request_with_the_leave_in_two_parts(
        self, lozova: AtDesk, paternity: str, institution: Callable[[str], Running]
    ) -> None:
        cnas = institution("cnas")
        submit(paternity, to=lozova)

        deliver(paternity)

        [dossier] = cnas.ledger()["dossiers"]
        answers = json.loads(str(dossier["payload"]))["answers"]
        assert sorted(answers["twin_idnps"]) == [TWIN, OTHER_TWIN]
        assert verdicts(opened(paternity, to=lozova))["leave_in_parts"] == "holds"
        assert "(5)" in answers["leave_parts"]
        assert "(10)" in answers["leave_parts"]

    def test_cannot_be_the_same_child_twice(self, lozova: AtDesk, paternity: str) -> None:
        tell(paternity, to=lozova, twin_idnps=[TWIN, TWIN])

        with pytest.raises(NotReady) as lack:
            sign(paternity, to=lozova)

        assert lack.value.lacks == ["field:twin_idnps"]

    def test_count_one_by_one_for_the_rule_of_no_second_request(self, lozova: AtDesk, paternity: str) -> None:
        submit(paternity, to=lozova)
        visit = come(DENIS, to=lozova)

        with pytest.raises(MatterIsOpenAlready):
            ask_for(PATERNITY, visit=visit, to=lozova)

        assert len(all_of(OpenMatter)) == 2

    def test_have_no_application_for_what_is_granted_ex_officio(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(NATALIA, to=lozova)

        with pytest.raises(NotPossible):
            ask_for(TWINS, visit=visit, to=lozova)
        with pytest.raises(NotPossible):
            ask_for(BIRTH_ALLOWANCE, visit=visit, to=lozova)


class TestKinshipMissing:
    def test_blocks_paternity_until_the_register_is_corrected(self, lozova: AtDesk, exchange: Running) -> None:
        visit = come(MARIN, to=lozova)

        with pytest.raises(NotPossible) as block:
            ask_for(PATERNITY, visit=visit, to=lozova, answers={"income_3_months": True, "in_12_months": True})

        assert block.value.preconditions == ["kinship_in_register"]
