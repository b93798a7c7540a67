"""What the counter is told about one matter."""

from dataclasses import replace
from datetime import date

import pytest
from tests.modules.catalogue.conftest import ALLOWANCE, BIRTH, PROPERTY, SERVICES

from ghiseu.modules.catalogue.checking.examples import read_people
from ghiseu.modules.catalogue.evaluation import Outcome, ValueOrigin, evaluate
from ghiseu.modules.catalogue.loading import from_canonical, load
from ghiseu.modules.catalogue.package import Effect, ProviderState, UnknownProviderStatus
from ghiseu.modules.catalogue.rules import Facts

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def birth():
    return load(SERVICES / BIRTH)


@pytest.fixture(scope="module")
def people():
    return read_people(SERVICES / "common")


def facts_of(known, *, form=None, role="holder", registers=None, answers=None):
    person = known["RSP"]["person"]
    return Facts(
        {
            "form": form or {},
            "person": person,
            "applicant": {**person, "role": role, "person_type": "natural"},
            "mandate": {"kind": "none"},
            "registers": {"RSP": {"person": person}} if registers is None else registers,
            "answers": answers or {},
            "channel": "counter",
            "centre": {"kind": "town_hall", "country": "MD", "code": "lozova"},
        }
    )


def field(evaluation, name):
    return next(state for state in evaluation.fields if state.field.id == name)


class TestEvaluate:
    def test_fills_what_the_registers_know_and_says_from_where(self, birth, people):
        known = people["eugenia"]
        facts = facts_of(
            known, registers={"RSP": {"person": known["RSP"]["person"]}, "SC": {"birth": known["SC"]["birth"]}}
        )

        evaluation = evaluate(birth, facts, at=TODAY)

        state = field(evaluation, "event_place")
        assert (state.value, state.origin, state.source) == ("s. Colibași, raionul Cahul", ValueOrigin.PREFILLED, "SC")

    def test_a_silent_register_leaves_its_field_open_to_typing(self, birth, people):
        evaluation = evaluate(birth, facts_of(people["eugenia"], form={"record_number": "31"}), at=TODAY)

        state = field(evaluation, "record_number")
        assert (state.value, state.origin) == ("31", ValueOrigin.TYPED)
        assert state.open_because_silent
        assert not state.readonly

    def test_a_read_only_field_keeps_the_register_value_against_typing(self, birth, people):
        evaluation = evaluate(birth, facts_of(people["eugenia"], form={"applicant_surname": "Alta"}), at=TODAY)

        assert field(evaluation, "applicant_surname").value == "Munteanu"

    def test_no_phone_and_no_e_mail_block_nothing(self, birth, people):
        known = people["eugenia"]
        facts = facts_of(
            known,
            form={"term": "t20", "delivery": "paper_asp"},
            registers={"RSP": {"person": known["RSP"]["person"]}, "SC": {"birth": known["SC"]["birth"]}},
            answers={"transnistria_act": False},
        )

        evaluation = evaluate(birth, facts, at=TODAY)

        assert evaluation.is_complete
        assert "applicant_phone" not in evaluation.answers

    def test_an_unknown_precondition_is_asked_and_the_answer_decides(self, birth, people):
        silent = evaluate(birth, facts_of(people["luca"]), at=TODAY)
        told = evaluate(birth, facts_of(people["luca"], answers={"born_abroad": False}), at=TODAY)

        assert "born_abroad" in [verdict.id for verdict in silent.questions]
        assert [(verdict.id, verdict.answered_by_operator) for verdict in told.stops] == [("born_abroad", True)]

    def test_a_register_that_speaks_is_not_overruled_by_an_answer(self, birth, people):
        known = people["luca"]
        registers = {"RSP": {"person": known["RSP"]["person"]}, "SC": {"birth": known["SC"]["birth"]}}

        evaluation = evaluate(birth, facts_of(known, registers=registers, answers={"born_abroad": True}), at=TODAY)

        assert [verdict.id for verdict in evaluation.stops] == ["born_abroad"]

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("2099010100377", "idnp.check-digit"),
            ("209901010037", "idnp.length"),
            ("2099010100O76", "idnp.letters"),
            ("1099000000010", "idnp.organisation-number"),
            ("2000000000000", "idnp.check-digit"),
            ("0999010200419", ""),
        ],
    )
    def test_names_field_cause_and_next_step_of_a_wrong_number(self, birth, people, typed, code):
        facts = facts_of(people["eugenia"], form={"holder_idnp": typed}, registers={})

        errors = {error.field: error for error in evaluate(birth, facts, at=TODAY).errors}

        assert errors["holder_idnp"].code == code if code else "holder_idnp" not in errors
        assert not code or (errors["holder_idnp"].complaint.cause and errors["holder_idnp"].complaint.next_step)

    def test_a_choice_that_is_not_offered_is_refused(self, birth, people):
        evaluation = evaluate(birth, facts_of(people["eugenia"], form={"term": "c45"}), at=TODAY)

        assert [(error.field, error.code) for error in evaluation.errors] == [("term", "choice.not_offered")]

    def test_the_answers_hold_only_what_shows(self, people):
        package = load(SERVICES / PROPERTY)
        form = {"person_kind": "natural", "idno": "1099000000010"}

        evaluation = evaluate(package, facts_of(people["tudor"], form=form, role="anyone"), at=TODAY)

        assert "idno" not in evaluation.answers

    @pytest.mark.parametrize(("number", "needed"), [(None, True), ("abc!!", True), ("6490203.077.01", False)])
    def test_a_value_with_a_complaint_spares_no_other_question(self, people, number, needed):
        package = load(SERVICES / PROPERTY)
        form = {"cadastral_number": number} if number else {}

        evaluation = evaluate(package, facts_of(people["tudor"], form=form, role="anyone"), at=TODAY)

        assert field(evaluation, "property_address").required is needed
        assert ("property_address" in evaluation.missing) is needed
        assert ("cadastral_number" in evaluation.answers) is (needed is False)

    def test_an_address_that_is_too_long_is_kept_and_refused(self, people):
        package, long = load(SERVICES / PROPERTY), "str. Ștefan cel Mare " * 20
        form = {"property_address": {"text": long}}

        evaluation = evaluate(package, facts_of(people["tudor"], form=form, role="anyone"), at=TODAY)

        assert [(one.field, one.code) for one in evaluation.errors] == [("property_address", "text.too_long")]
        assert field(evaluation, "property_address").value == {"text": long}
        assert not evaluation.is_complete

    @pytest.mark.parametrize(("answers", "asked"), [(None, ["transnistria_act"]), ({"transnistria_act": False}, [])])
    def test_a_question_that_matters_waits_until_it_is_answered(self, birth, people, answers, asked):
        known = people["eugenia"]
        facts = facts_of(
            known,
            form={"term": "t20", "delivery": "paper_asp"},
            registers={"RSP": {"person": known["RSP"]["person"]}, "SC": {"birth": {"record_exists": False}}},
            answers=answers,
        )

        evaluation = evaluate(birth, facts, at=TODAY)

        assert [verdict.id for verdict in evaluation.questions] == asked

    def test_a_record_in_the_register_leaves_nothing_to_ask(self, birth, people):
        known = people["eugenia"]
        registers = {"RSP": {"person": known["RSP"]["person"]}, "SC": {"birth": known["SC"]["birth"]}}

        assert evaluate(birth, facts_of(known, registers=registers), at=TODAY).questions == ()

    def test_what_only_informs_is_not_asked(self, birth, people):
        preconditions = [replace(one, effect=Effect.INFORM) for one in birth.preconditions]
        informing = replace(birth, preconditions=tuple(preconditions))

        assert evaluate(informing, facts_of(people["luca"]), at=TODAY).questions == ()

    def test_tells_a_granted_allowance_before_anything_is_typed(self, people):
        package, known = load(SERVICES / ALLOWANCE), people["olga"]
        registers = {
            "RSP": {"person": known["RSP"]["person"]},
            "CNAS": {"benefits": people["matei"]["CNAS"]["benefits"]},
        }

        evaluation = evaluate(package, facts_of(known, role="mother", registers=registers), at=TODAY)

        assert evaluation.stops[0].id == "ex_officio"
        assert evaluation.stops[0].outcome is Outcome.FAILS
        assert [note.id for note in evaluation.notes] == ["how_to_collect"]


class TestPackage:
    def test_is_the_same_after_a_way_through_its_stored_text(self, birth):
        again = from_canonical(birth.canonical)

        assert (again.sha256, again.code, again.fee_rows) == (birth.sha256, birth.code, birth.fee_rows)
        assert again.texts == birth.texts

    def test_knows_the_words_of_the_institution_and_no_others(self, birth):
        assert birth.state_of("completed") is ProviderState.RESULT_READY
        with pytest.raises(UnknownProviderStatus):
            birth.state_of("archived")
