"""What a register knows stands; what it only proposes may be chosen otherwise."""

from datetime import date, timedelta

import pytest
from tests.support.counter import (
    NOON,
    act_for,
    all_of,
    ask_for,
    case_of,
    change,
    come,
    complete_and_submit,
    opened,
    tell,
    verdicts,
)

from ghiseu.foundation.access import transaction
from ghiseu.journeys.edit_case import Typed, dispute_field, save_field
from ghiseu.journeys.load_case import OpenedCase
from ghiseu.modules.applicants.models import Reading
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion, Registers, registers
from ghiseu.modules.cases.fields import RegisterValueStands
from ghiseu.modules.cases.operations import find_open_matter
from ghiseu.modules.catalogue.evaluation import FieldState
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.mandates.models import MandateKind
from simulators.common.process import Running

SERVICES = ["cnas.family.paternity"]
(PATERNITY,) = SERVICES
DENIS, YOUNGEST, OLDER = "2099200107406", "2099160105922", "2099420115548"
DIANA, LUCA = "2099110104078", "2099100103704"
AN_HOUR_LATER = NOON + timedelta(hours=1)


class WithAnOlderChild:
    """The registers, in which Denis has adopted an older child."""

    def __init__(self, real: Registers) -> None:
        self._real = real

    def read(self, question: RegisterQuestion, *, acting: object) -> RegisterAnswer:
        answer = self._real.read(question, acting=acting)
        if question.subject_idnp != DENIS or question.operation != "person":
            return answer
        older = {"idnp": OLDER, "relation": "child", "birth_date": "2021-05-04", "confirmed": True}
        facts = {**answer.facts, "children": [*answer.facts["children"], older]}
        return RegisterAnswer(
            register=answer.register,
            operation=answer.operation,
            subject_idnp=answer.subject_idnp,
            facts=facts,
            record_id=answer.record_id,
            read_at=answer.read_at,
        )


def state_of(file: OpenedCase, field: str) -> FieldState:
    return next(one for one in file.judged.evaluation.fields if one.field.id == field)


@pytest.fixture
def number(lozova: AtDesk, exchange: Running):
    with registers.serving("mconnect", WithAnOlderChild(registers.get("mconnect"))):
        yield ask_for(PATERNITY, visit=come(DENIS, to=lozova), to=lozova)


class TestFatherOfSeveral:
    def test_is_proposed_the_youngest(self, lozova: AtDesk, number: str) -> None:
        state = state_of(opened(number, to=lozova), "child_idnp")

        assert (state.value, state.source, state.is_filled, state.readonly) == (YOUNGEST, "RSP", True, False)

    def test_chooses_the_older_child_and_sends_the_file_for_it(self, lozova: AtDesk, number: str) -> None:
        adopted = {"event": "adoption", "event_date": "2026-10-20", "payout_method": "mpay_post"}

        file = tell(number, to=lozova, child_idnp=OLDER, **adopted)

        assert (state_of(file, "child_idnp").value, state_of(file, "child_idnp").is_filled) == (OLDER, False)
        assert "twin_idnps" not in file.judged.evaluation.answers
        assert verdicts(file)["kinship_in_register"] == "holds"
        assert complete_and_submit(number, to=lozova).state == "sending"
        with transaction():
            named = {child: find_open_matter([f"{PATERNITY}|{DENIS}|{child}"]) for child in (OLDER, YOUNGEST)}
        assert named[OLDER] is not None
        assert named[YOUNGEST] is None

    def test_goes_back_to_the_youngest(self, lozova: AtDesk, number: str) -> None:
        tell(number, to=lozova, child_idnp=OLDER)

        file = tell(number, to=lozova, child_idnp=YOUNGEST)

        assert file.judged.evaluation.answers["child_idnp"] == YOUNGEST
        assert len(file.judged.evaluation.answers["twin_idnps"]) == 2

    def test_types_the_day_first_proposed_although_another_is_proposed_now(self, lozova: AtDesk, number: str) -> None:
        first = state_of(opened(number, to=lozova), "event_date").value
        file = tell(number, to=lozova, child_idnp=OLDER)
        assert state_of(file, "event_date").value != first

        file = tell(number, to=lozova, event_date=first)

        assert (state_of(file, "event_date").value, state_of(file, "event_date").is_filled) == (first, False)


class TestFactOfARegister:
    @pytest.mark.parametrize(
        ("field", "value"), [("applicant_surname", "Alta"), ("employers", "Another SRL"), ("applicant_idnp", OLDER)]
    )
    def test_is_not_typed_over(self, lozova: AtDesk, number: str, field: str, value: str) -> None:
        told = state_of(opened(number, to=lozova), field).value

        with pytest.raises(RegisterValueStands):
            save_field(number=number, typed=Typed(field=field, value=value, seen_version=1), at_desk=lozova, at=NOON)

        assert opened(number, to=lozova).judged.evaluation.answers[field] == told

    def test_may_be_sent_again_as_it_is(self, lozova: AtDesk, number: str) -> None:
        told = state_of(opened(number, to=lozova), "applicant_surname").value

        file = tell(number, to=lozova, applicant_surname=told)

        assert file.values["applicant_surname"].version == 1
        assert file.values["applicant_surname"].source == "person"


class TestTimeOfAReading:
    def test_is_that_of_the_reading_that_filled_the_field(self, lozova: AtDesk, number: str) -> None:
        save_field(
            number=number,
            typed=Typed(field="child_idnp", value=OLDER, seen_version=1),
            at_desk=lozova,
            at=AN_HOUR_LATER,
        )

        file = opened(number, to=lozova, at=AN_HOUR_LATER)

        at = {name: file.judged.read_at(state_of(file, name)) for name in ("event_date", "applicant_surname")}
        assert at == {"event_date": AN_HOUR_LATER, "applicant_surname": NOON}
        assert {one.read_at for one in all_of(Reading, operation="employment")} == {NOON}

    def test_is_kept_with_the_value_and_with_a_dispute(self, lozova: AtDesk, number: str) -> None:
        typed = Typed(field="applicant_birth_date", value="1994-04-12", seen_version=1, evidence="identity card")

        file = dispute_field(number=number, typed=typed, at_desk=lozova, at=AN_HOUR_LATER)

        assert file.values["applicant_birth_date"].read_at == NOON
        assert file.values["child_idnp"].read_at == NOON

    def test_is_none_for_what_no_register_told(self, lozova: AtDesk, number: str) -> None:
        change(case_of(number).holder, phone="+37360000012")

        file = opened(number, to=lozova)

        phone = state_of(file, "applicant_phone")
        assert (phone.value, phone.is_filled, phone.readonly) == ("+37360000012", True, False)
        assert file.judged.read_at(phone) is None


class TestParentOfAChildOfUnknownAge:
    def test_may_act_until_the_end_of_this_day(self, lozova: AtDesk, exchange: Running) -> None:
        exchange.behave("5xx")
        visit = come(DIANA, to=lozova)

        mandate = act_for(visit, LUCA, MandateKind.PARENT, to=lozova, paper="118")

        assert mandate.subject.birth_date is None
        assert mandate.valid_until == NOON.date()
        assert mandate.is_in_force(NOON.date())
        assert not mandate.is_in_force(NOON.date() + timedelta(days=1))

    def test_may_act_until_the_child_comes_of_age_once_it_is_known(self, lozova: AtDesk, exchange: Running) -> None:
        mandate = act_for(come(DIANA, to=lozova), LUCA, MandateKind.PARENT, to=lozova, paper="118")

        assert mandate.valid_until == date(2044, 3, 9)
