"""Each register and each family of the demonstration, read through the adapter from the running simulator."""

from pathlib import Path

import pytest
from tests.adapters.mconnect.conftest import acting_for

from ghiseu.foundation.outcomes import NotFoundThere, Refused
from ghiseu.modules.applicants.ports import RegisterQuestion

EUGENIA = "2099010100376"
ION = "2099020100746"
DARIA = "2099040101480"
VASILE = "2099050101850"
ANA = "2099060102227"
PETRU = "2099070102594"
GHEORGHE = "2099080102964"
IRINA = "2099090103331"
LUCA = "2099100103704"
DIANA = "2099110104078"
MARIA = "2099120104448"
ANDREI = "2099130104818"
FIODOR = "0999010200419"
NATALIA = "2099150105552"
TWINS = ["2099160105922", "2099170106296"]
OLGA = "2099180106666"
OLGAS_CHILD = "2099190107033"
DENIS = "2099200107406"
STEFAN = "2099210107773"
VALENTINA = "2099220108140"
TUDOR = "2099230108510"
LIDIA = "2099240108887"
SERGIU = "2099300111109"
REVOKED_GUARDIAN = "2099350112950"
EXPIRED_GUARDIAN = "2099370113694"
MARIN = "2099410115178"
MARINS_CHILD = "2099420115548"
HOUSE = "6490203.077.01"


class TestPopulationRegister:
    def test_gives_the_person_with_address_and_document(self, ask):
        facts = ask("RSP/person", EUGENIA)

        assert facts["full_name"] == "Munteanu Eugenia"
        assert facts["birth_date"] == "1945-02-11"
        assert facts["address"]["locality"] == "s. Colibași"
        assert facts["identity_document"]["expires"] is None
        assert facts["marital_status"] == "widowed"
        assert not {"phone", "email"} & facts.keys()

    def test_names_the_ward_and_the_act_of_a_guardian(self, ask):
        facts = ask("RSP/person", VASILE)

        assert [row["idnp"] for row in facts["wards"]] == [DARIA]
        assert facts["wards"][0]["act"]["number"] == "17"
        assert facts["wards"][0]["act"]["state"] == "in_force"
        assert facts["children"] == []

    def test_names_living_parents_beside_the_guardian(self, ask):
        facts = ask("RSP/person", DARIA)

        assert facts["mother"]["full_name"] == "Lungu Nadejda"
        assert facts["father"]["deceased_on"] is None
        assert facts["guardians"][0]["idnp"] == VASILE

    @pytest.mark.parametrize(("guardian", "state"), [(REVOKED_GUARDIAN, "revoked"), (EXPIRED_GUARDIAN, "expired")])
    def test_tells_that_a_guardianship_is_over(self, ask, guardian, state):
        (ward,) = ask("RSP/person", guardian)["wards"]

        assert ward["act"]["state"] == state
        assert ward["confirmed"] is False

    def test_names_the_dead_husband_and_the_son_of_a_widow(self, ask):
        facts = ask("RSP/person", ANA)

        assert facts["marital_status"] == "widowed"
        assert facts["spouse"]["idnp"] == PETRU
        assert facts["spouse"]["deceased_on"] == "2026-09-02"
        assert [row["idnp"] for row in facts["children"]] == [ION]

    def test_keeps_earlier_names_with_their_letters(self, ask):
        facts = ask("RSP/person", IRINA)

        assert facts["surname"] == "Țurcan"
        assert facts["names_before"] == ["Vrabie Irina"]
        assert facts["names_before_text"] == "Vrabie Irina"

    def test_does_not_confirm_the_kinship_of_a_child_born_abroad(self, ask):
        facts = ask("RSP/person", DIANA)

        assert facts["children"][0]["idnp"] == LUCA
        assert facts["children"][0]["birth_date"] == "2026-03-10"
        assert facts["children"][0]["confirmed"] is False
        assert ask("RSP/person", LUCA)["birth_country"] == "IT"

    def test_gives_a_foreign_address_without_a_place_code(self, ask):
        facts = ask("RSP/person", ANDREI)

        assert facts["address"]["cuatm"] is None
        assert facts["address"]["post_code"] == "40121"
        assert facts["identity_document"]["kind"] == "passport"
        assert facts["has_valid_identity_card"] is False
        assert facts["domicile_in_moldova"] is False

    def test_keeps_the_zero_of_an_old_number(self, ask):
        assert ask("RSP/person", FIODOR)["idnp"] == FIODOR

    def test_counts_twins_as_one_birth(self, ask):
        facts = ask("RSP/person", NATALIA)

        assert facts["twins"] is True
        assert facts["youngest_birth_idnps"] == TWINS

    def test_has_another_birth_date_than_the_card_of_stefan(self, ask):
        assert ask("RSP/person", STEFAN)["birth_date"] == "1958-11-03"

    def test_lacks_the_kinship_of_marin_and_the_child(self, ask):
        assert ask("RSP/person", MARIN)["children"] == []
        assert ask("RSP/person", MARINS_CHILD)["father"] is None

    def test_shows_that_a_citizen_is_the_operators_brother(self, ask):
        family = ask("RSP/person", SERGIU)["family"]

        assert {row["relation"]: row["idnp"] for row in family}["sister"] == LIDIA

    def test_shows_no_kinship_between_the_heir_and_the_dead_owner(self, ask):
        assert ask("RSP/person", TUDOR)["family"] == []

    def test_lists_who_lives_at_the_address(self, ask):
        household = ask("RSP/household", OLGA)

        assert {row["idnp"]: row["relation"] for row in household["persons"]} == {
            OLGA: "self",
            OLGAS_CHILD: "child",
            "2099400114804": "spouse",
        }

    def test_does_not_know_a_stranger(self, ask):
        with pytest.raises(NotFoundThere):
            ask("RSP/person", "2099000000004")

    def test_refuses_a_number_that_is_none(self, ask):
        with pytest.raises(Refused) as refusal:
            ask("RSP/person", "2099010100O76")

        assert refusal.value.code == "not_understood"


class TestCivilStatus:
    def test_gives_the_birth_with_the_name_of_then(self, ask):
        facts = ask("SC/birth", EUGENIA)

        assert facts["record_exists"] is True
        assert facts["name_at_birth"] == "Zară Eugenia"
        assert facts["event_place"] == "s. Colibași, raionul Cahul"

    def test_has_no_birth_record_of_a_child_born_abroad(self, ask):
        facts = ask("SC/birth", LUCA)

        assert facts["record_exists"] is False
        assert facts["record_number"] == ""

    def test_gives_the_death_registered_the_day_after(self, ask):
        facts = ask("SC/death", PETRU)

        assert (facts["event_date"], facts["record_date"]) == ("2026-09-02", "2026-09-03")
        assert facts["record_number"] == "214"
        assert facts["by_court"] is False

    def test_gives_both_names_before_the_marriage(self, ask):
        facts = ask("SC/marriage", IRINA)

        assert facts["names_before"] == "Țurcan Mihail; Vrabie Irina"
        assert facts["spouse_2"]["surname_after"] == "Țurcan"
        assert facts["ended_by"] is None

    def test_gives_the_divorce_and_the_status_after_it(self, ask):
        assert ask("SC/divorce", MARIA)["event_date"] == "2017-04-30"
        assert ask("SC/status", MARIA)["status"] == "divorced"

    def test_lists_all_records_newest_first_and_narrows_by_kind(self, ask):
        kinds = [row["kind"] for row in ask("SC/acts", MARIA)["acts"]]

        assert kinds == ["divorce", "marriage", "birth"]
        assert ask("SC/acts", MARIA, kind="marriage")["count"] == 1


class TestSocialInsurance:
    def test_finds_two_grounds_for_a_free_request(self, ask):
        facts = ask("CNAS/account", GHEORGHE)

        assert facts["fee_exemptions"] == ["old_age_pensioner", "disability"]
        assert facts["fee_exemption"] == "old_age_pensioner"

    def test_keeps_the_names_in_the_work_periods(self, ask):
        facts = ask("CNAS/account", IRINA)

        assert [row["name_used"] for row in facts["periods"]] == ["Vrabie", "", "Țurcan"]
        assert facts["contribution_years"] == 34
        assert facts["last_to"] is None

    def test_has_an_answer_for_whoever_has_no_account(self, ask):
        facts = ask("CNAS/account", TUDOR)

        assert facts["has_account"] is False
        assert facts["insured_status"] == "uninsured"

    def test_tells_that_the_dead_man_was_a_pensioner(self, ask):
        assert ask("CNAS/account", PETRU)["insured_status"] == "pensioner"

    def test_counts_contribution_after_the_pension(self, ask):
        facts = ask("CNAS/pension", MARIA)

        assert facts["kind"] == "old_age"
        assert facts["set_on"] == "2020-01-17"
        assert facts["contribution_after_years"] == 5
        assert facts["reexamined_on"] is None

    def test_puts_the_wanted_pension_at_the_top(self, ask):
        assert ask("CNAS/pension", GHEORGHE)["kind"] == "old_age"
        assert ask("CNAS/pension", GHEORGHE, kind="disability")["kind"] == "disability"

    def test_has_an_answer_for_whoever_has_no_pension(self, ask):
        facts = ask("CNAS/pension", TUDOR)

        assert facts["is_pensioner"] is False
        assert facts["old_age"] is None

    @pytest.mark.parametrize("subject", [OLGA, OLGAS_CHILD])
    def test_finds_the_granted_allowance_by_mother_and_by_child(self, ask, subject):
        facts = ask("CNAS/benefits", subject, kind="birth_allowance")

        assert facts["granted"] is True
        assert facts["collected"] is False
        assert facts["pay_place"].startswith("MPay")
        assert facts["child_idnp"] == OLGAS_CHILD

    def test_tells_that_the_option_may_still_be_changed(self, ask):
        row = ask("CNAS/benefits", OLGA)["child_raising_3y"]

        assert (row["option"], row["option_changed"]) == ("36", False)

    def test_grants_the_birth_allowance_for_each_twin(self, ask):
        assert ask("CNAS/benefits", NATALIA, kind="birth_allowance")["count"] == 2
        assert ask("CNAS/benefits", NATALIA, child_idnp=TWINS[1])["count"] == 1
        assert ask("CNAS/benefits", DIANA)["granted"] is False

    def test_finds_yesterdays_request_about_the_dead_man(self, ask):
        facts = ask("CNAS/requests", PETRU, kind="death_aid")

        assert facts["open"] is True
        assert facts["filed_on"] == "2026-11-22"
        assert facts["applicant_idnp"] == ION

    def test_finds_the_paper_request_of_valentina(self, ask):
        facts = ask("CNAS/requests", VALENTINA, kind="reexam_old_age")

        assert (facts["open"], facts["status"], facts["channel"]) == (True, "received", "paper")
        assert facts["filed_on"] == "2026-11-02"

    def test_adds_up_the_two_parts_of_the_paternity_leave(self, ask):
        facts = ask("CNAS/employment", DENIS)

        assert (facts["paternity_parts"], facts["paternity_days"]) == (2, 15)
        assert facts["employers_text"] == "Drumuri-Test SRL"

    def test_knows_the_childcare_leave_at_every_job(self, ask):
        assert ask("CNAS/employment", OLGA)["childcare_leave_granted"] is True
        assert ask("CNAS/employment", NATALIA)["childcare_leave_granted"] is False


class TestSmallRegisters:
    def test_give_the_disability(self, ask):
        facts = ask("CNDDCM/disability", GHEORGHE)

        assert (facts["degree"], facts["for_life"]) == ("accentuated", True)
        assert ask("CNDDCM/disability", TUDOR)["has_degree"] is False

    def test_give_the_insurance(self, ask):
        assert ask("CNAM/insurance", GHEORGHE)["category"] == "government"
        assert ask("CNAM/insurance", ANDREI)["insured"] is False

    def test_give_the_organisation(self, ask):
        facts = ask("RSUD/organisation", TUDOR, idno="1099000000010")

        assert facts["name"] == "Ferma Colina-Test SRL"
        assert facts["subject_is_administrator"] is False

    def test_do_not_know_every_organisation(self, ask):
        with pytest.raises(NotFoundThere):
            ask("RSUD/organisation", TUDOR, idno="1099000009999")


class TestRealProperty:
    def test_finds_the_old_plot_only_by_the_old_name(self, ask):
        now = ask("CBI/owned", IRINA)
        both = ask("CBI/owned", IRINA, names_before="Vrabie Irina")

        assert (now["count"], both["count"]) == (2, 3)
        assert both["searched_names"] == ["Țurcan Irina", "Vrabie Irina"]
        assert [row["found_by"] for row in both["properties"]].count("name") == 1

    @pytest.mark.parametrize("written", ["VRABIE IRINA", "vrabie  irina", "Vrăbie Irina"])
    def test_compares_names_without_case_and_diacritics(self, ask, written):
        assert ask("CBI/owned", IRINA, names_before=written)["count"] == 3

    def test_shows_a_stranger_no_owner(self, ask):
        facts = ask("CBI/property", TUDOR, cadastral_number=HOUSE)

        assert facts["owners_shown"] is False
        assert facts["owners"][0]["idnp"] is None
        assert facts["owners"][0]["name"] == ""

    def test_shows_an_heir_the_owner(self, ask):
        facts = ask("CBI/property", TUDOR, cadastral_number="649020307701", quality="heir")

        assert facts["owners"][0]["name"] == "Bostan Nicolae"
        assert facts["subject_is_owner"] is False

    def test_does_not_know_every_number(self, ask):
        with pytest.raises(NotFoundThere):
            ask("CBI/property", TUDOR, cadastral_number="1")

    def test_refuses_a_question_without_a_number(self, ask):
        with pytest.raises(Refused):
            ask("CBI/property", TUDOR)


class TestLedger:
    def test_holds_each_read_with_who_whom_on_what_law_and_why(self, ask, platform):
        ask("RSP/person", PETRU)

        (row,) = platform.ledger()["reads"]
        assert (row["register"], row["operation"], row["subject"]) == ("RSP", "person", PETRU)
        assert (row["user"], row["entity"]) == (LIDIA, "1099000000021")
        assert row["basis"] == "Legea nr. 148/2023, art. 5"
        assert row["reason"] == "cererea, completarea datelor solicitantului"
        assert row["matter"] == "V-2026-000001"
        assert row["correlation"] == "4bf92f3577b34da6a3ce929d0e0e4736"
        assert row["at"]

    def test_holds_reads_that_found_nothing_and_none_that_were_refused(self, ask, platform):
        with pytest.raises(NotFoundThere):
            ask("RSP/person", "2099000000004")
        with pytest.raises(Refused):
            ask("RSP/nonsense", PETRU)

        assert [row["found"] for row in platform.ledger()["reads"]] == [0]

    def test_refuses_the_operators_own_record_before_asking(self, registers, platform):
        question = RegisterQuestion(register="RSP", operation="person", subject_idnp=LIDIA)

        with pytest.raises(Refused) as refusal:
            registers.read(question, acting=acting_for(SERGIU))
        assert refusal.value.code == "own_record"
        assert platform.ledger()["reads"] == []


def test_the_guide_lists_every_fact(ask):
    guide = Path("docs/howto/registers.md").read_text(encoding="utf-8")
    questions = [
        ("RSP/person", {}),
        ("RSP/household", {}),
        *((f"SC/{name}", {}) for name in ("birth", "marriage", "divorce", "death", "status", "acts")),
        *((f"CNAS/{name}", {}) for name in ("account", "pension", "benefits", "requests", "employment")),
        ("CNDDCM/disability", {}),
        ("CNAM/insurance", {}),
        ("CBI/owned", {}),
        ("CBI/property", {"cadastral_number": HOUSE}),
        ("RSUD/organisation", {"idno": "1099000000010"}),
    ]

    names = {name for address, parameters in questions for name in ask(address, MARIA, **parameters)}

    assert {name for name in names if f"`{name}`" not in guide and f"{name}:" not in guide} == set()
