"""The tables of steps: every step leaves a declared event, nothing else is possible, and no state is a trap."""

import itertools

import pytest

from ghiseu.foundation.audit.vocabulary import event_named
from ghiseu.foundation.states import Stateful, StepNotAllowed
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases.models import Case
from ghiseu.modules.cases.states import OPEN_STATES, CaseState
from ghiseu.modules.cases.timeline import KEYS, UnknownTimelineKey, tell
from ghiseu.modules.payments.models import PaymentOrder
from ghiseu.modules.submissions.models import Submission, SubmissionState
from ghiseu.modules.visits.models import Visit

TABLES: list[type[Stateful]] = [Case, Submission, Visit, PaymentOrder, Appointment]
ENDS = {
    Case: {"done", "closed"},
    Submission: {"done", "refused", "not_done"},
    Visit: {"ended"},
    PaymentOrder: {"paid", "cancelled"},
}


def states_of(model: type[Stateful]) -> list[str]:
    return [value for value, _ in model._meta.get_field("state").choices]


def pairs(model: type[Stateful]) -> list[tuple[str, str]]:
    return list(itertools.product(states_of(model), repeat=2))


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
class TestEveryTable:
    def test_allows_exactly_its_steps_and_changes_nothing_otherwise(self, model: type[Stateful]) -> None:
        for before, after in pairs(model):
            row = model(state=before)
            if (before, after) in model.STEPS:
                assert row.can_move_to(after)
                assert row.move_to(after) == model.STEPS[(before, after)]
                assert row.state == after
            else:
                assert not row.can_move_to(after)
                with pytest.raises(StepNotAllowed):
                    row.move_to(after)
                assert row.state == before

    def test_leaves_an_event_that_the_vocabulary_knows(self, model: type[Stateful]) -> None:
        for event in model.STEPS.values():
            assert event_named(event).has_subject

    def test_names_only_states_that_exist(self, model: type[Stateful]) -> None:
        named = {str(state) for step in model.STEPS for state in step}

        assert named <= set(states_of(model))


@pytest.mark.parametrize("model", ENDS, ids=lambda model: model.__name__)
class TestStateThatIsNoEnd:
    def test_can_be_left_and_reaches_an_end(self, model: type[Stateful]) -> None:
        for state in set(states_of(model)) - ENDS[model]:
            reached, found = {state}, {state}
            while found:
                found = {str(to) for (of, to) in model.STEPS if str(of) in found} - reached
                reached |= found
            assert reached & ENDS[model], f"{state} is a trap"


class TestEnd:
    @pytest.mark.parametrize("state", sorted(ENDS[Case]))
    def test_of_a_case_is_final(self, state: str) -> None:
        assert [to for (of, to) in Case.STEPS if of == state] == []

    @pytest.mark.parametrize("state", ["done", "refused", "not_done"])
    def test_of_a_delivery_is_final(self, state: str) -> None:
        assert [to for (of, to) in Submission.STEPS if of == state] == []

    def test_states_are_not_open(self) -> None:
        assert set(CaseState) - set(OPEN_STATES) == {CaseState.DONE, CaseState.CLOSED}


class TestUnknownDelivery:
    def test_is_never_sent_before_somebody_asked(self) -> None:
        allowed = {to for (of, to) in Submission.STEPS if of == SubmissionState.UNKNOWN}

        assert SubmissionState.SENDING not in allowed
        assert SubmissionState.NOT_DONE not in allowed


class TestTimeline:
    def test_says_only_what_pages_can_say(self, db: None) -> None:
        with pytest.raises(UnknownTimelineKey):
            tell(Case(), "abducted", at=None, by_id=None)  # type: ignore[arg-type] # refused before it is read
        assert "opened" in KEYS
