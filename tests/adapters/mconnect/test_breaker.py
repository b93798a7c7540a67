"""A dead register costs one wait in thirty seconds."""

import time

import pytest
from tests.adapters.mconnect.conftest import acting_for
from tests.support.platform_place import registers_of

from ghiseu.adapters.mconnect.breaker import Breaker
from ghiseu.foundation.outcomes import TryLater
from ghiseu.modules.applicants.ports import RegisterQuestion

EUGENIA = "2099010100376"


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(seconds=clock)


class TestBreaker:
    def test_lets_a_register_rest_that_kept_us_waiting_once(self, breaker):
        breaker.kept_waiting("RSP")

        assert not breaker.may_call("RSP")
        assert breaker.may_call("CNAS")

    def test_lets_a_register_rest_that_failed_fast_three_times(self, breaker):
        allowed = []
        for _ in range(3):
            allowed.append(breaker.may_call("RSP"))
            breaker.failed_fast("RSP")

        assert allowed == [True, True, True]
        assert not breaker.may_call("RSP")

    def test_forgets_failures_when_an_answer_comes(self, breaker):
        for _ in range(2):
            breaker.failed_fast("RSP")
        breaker.answered("RSP")
        breaker.failed_fast("RSP")

        assert breaker.may_call("RSP")

    def test_lets_one_caller_try_after_the_rest(self, breaker, clock):
        breaker.kept_waiting("RSP")
        clock.seconds += 30

        assert [breaker.may_call("RSP") for _ in range(3)] == [True, False, False]

    def test_is_open_to_all_when_the_trial_succeeds(self, breaker, clock):
        breaker.kept_waiting("RSP")
        clock.seconds += 30
        breaker.may_call("RSP")
        breaker.answered("RSP")

        assert [breaker.may_call("RSP") for _ in range(2)] == [True, True]


class TestDeadRegister:
    def test_costs_one_wait_and_then_none_until_it_is_tried_again(self, platform, clock):
        question = RegisterQuestion(register="RSP", operation="person", subject_idnp=EUGENIA)
        adapter = registers_of(platform, total_seconds=1.5, seconds=clock)
        platform.behave("slow", seconds=4, operations=["RSP"])
        began = time.monotonic()

        for _ in range(10):
            with pytest.raises(TryLater):
                adapter.read(question, acting=acting_for(EUGENIA))
        spent = time.monotonic() - began
        platform.behave("normal")
        clock.seconds += 30
        answer = adapter.read(question, acting=acting_for(EUGENIA))

        adapter.close()
        assert spent < 3
        assert answer.facts["surname"] == "Munteanu"
