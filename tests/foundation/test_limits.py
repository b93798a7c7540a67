"""How often: a bucket for each key."""

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from ghiseu.foundation.limits import Limiter, Rate

THREE = Rate(most=3, per=60)


class TestLimiter:
    def test_lets_so_many_through_at_once_and_then_says_how_long_to_wait(self):
        limiter = Limiter()

        assert [limiter.wait("a", rate=THREE, at=0) for _ in range(4)] == [0, 0, 0, 20]

    def test_lets_the_next_one_through_after_that_time(self):
        limiter = Limiter()
        for _ in range(3):
            limiter.wait("a", rate=THREE, at=0)

        assert limiter.wait("a", rate=THREE, at=19.9) == 1
        assert limiter.wait("a", rate=THREE, at=20) == 0

    def test_does_not_punish_asking_while_one_has_to_wait(self):
        limiter = Limiter()
        for moment in (0, 0, 0, 5, 10, 15):
            limiter.wait("a", rate=THREE, at=moment)

        assert limiter.wait("a", rate=THREE, at=20.1) == 0

    def test_counts_each_key_by_itself(self):
        limiter = Limiter()
        for _ in range(3):
            limiter.wait("a", rate=THREE, at=0)

        assert limiter.wait("b", rate=THREE, at=0) == 0

    def test_keeps_no_more_keys_than_allowed_and_forgets_the_quietest(self):
        limiter = Limiter(most_keys=2)
        for key in ("a", "a", "a", "b", "a", "c"):
            limiter.wait(key, rate=THREE, at=0)

        assert len(limiter) == 2
        assert limiter.wait("a", rate=THREE, at=0) > 0

    def test_counts_right_when_many_ask_at_once(self):
        limiter, fifty = Limiter(), Rate(most=50, per=60)

        with ThreadPoolExecutor(8) as pool:
            waits = list(pool.map(lambda _: limiter.wait("a", rate=fifty, at=0), range(400)))

        assert waits.count(0) == 50

    @given(st.lists(st.floats(min_value=0, max_value=30), max_size=80))
    def test_never_lets_more_through_than_the_rate_however_the_requests_come(self, pauses):
        limiter, moment, passed = Limiter(), 0.0, 0
        for pause in pauses:
            moment += pause
            passed += limiter.wait("a", rate=THREE, at=moment) == 0

        assert passed <= THREE.most + moment * THREE.most / THREE.per + 1e-6
