"""The parts of the benchmark that could lie: turns, spreads, verdicts, people, the failing institution."""

import pytest
from bench.fakes import FakeInstitution
from bench.measuring import Contest, Series, by_turns
from bench.table import Row, Target, lines
from tests.support.acting import acting_for

from bench import people
from ghiseu.foundation.identifiers import idnp
from ghiseu.foundation.outcomes import OutcomeUnknown, TryLater
from ghiseu.modules.submissions.ports import Parcel


class TestTurns:
    def test_take_ours_and_the_limit_alternately_with_their_preparations(self):
        done: list[str] = []
        contest = Contest(
            before_ours=lambda: done.append("before ours"),
            ours=lambda: done.append("ours"),
            before_limit=lambda: done.append("before limit"),
            limit=lambda: done.append("limit"),
        )

        ours, limit = by_turns(contest, rounds=4)

        assert done[-8:] == ["before ours", "ours", "before limit", "limit"] * 2
        assert len(ours.wall) == len(limit.wall) == 4

    def test_throw_the_warm_up_away(self):
        count = 0

        def work() -> None:
            nonlocal count
            count += 1

        ours, _ = by_turns(Contest(ours=work, limit=lambda: None), rounds=10)

        assert count == 13
        assert len(ours.wall) == 10


class TestSeries:
    def test_tells_median_and_spread(self):
        series = Series(wall=[float(one) for one in range(1, 12)])

        assert series.median == 6
        assert series.spread == (2, 10)

    def test_of_one_time_has_no_spread(self):
        assert Series(wall=[3.0]).spread == (3.0, 3.0)


class TestTable:
    @pytest.mark.parametrize(("met", "word"), [(True, "met"), (False, "NOT MET"), (None, "-")])
    def test_says_under_the_row_whether_a_target_is_met(self, met, word):
        row = Row(
            code="W0",
            what="nothing",
            limit_is="less than nothing",
            ours=Series(wall=[4.0], cpu=[3.0]),
            limit=Series(wall=[2.0], cpu=[1.0]),
            targets=(Target(says="p50", found="4.0 ms", met=met),),
        )

        printed = lines([row])

        assert printed[2].split() == ["W0", "nothing", "4.00", "4.0-4.0", "3.00", "2.00", "2.0-2.0", "2.00x"]
        assert printed[3].strip() == "limit: less than nothing"
        assert printed[4].strip() == f"target: p50: 4.0 ms: {word}"


class TestPeople:
    def test_have_valid_numbers_and_are_the_same_each_time(self):
        serials = range(200)

        assert all(idnp.is_valid(people.somebody(serial).idnp) for serial in serials)
        assert len({people.somebody(serial).idnp for serial in serials}) == 200
        assert [people.somebody(serial) for serial in serials] == [people.somebody(serial) for serial in serials]

    def test_are_found_again_by_their_number(self):
        assert people.somebody_numbered(people.somebody(123_456).idnp) == people.somebody(123_456)


class TestFakeInstitution:
    def test_fails_one_first_try_in_ten_and_loses_every_second_of_those_answers(self):
        fake, fallen = FakeInstitution(), []

        for serial in range(40):
            try:
                fake.deliver(parcel(serial), acting=acting_for(people.idnp_of(1)))
            except (TryLater, OutcomeUnknown) as error:
                fallen.append(type(error))

        assert fallen == [TryLater, OutcomeUnknown, TryLater, OutcomeUnknown]
        assert len(fake.effects) == 38

    def test_counts_a_file_that_it_is_given_twice(self):
        fake = FakeInstitution()

        for _ in range(2):
            fake.deliver(parcel(1), acting=acting_for(people.idnp_of(1)))

        assert fake.effects == {"N-1": 2}


def parcel(serial: int) -> Parcel:
    return Parcel(
        number=f"N-{serial}",
        institution="asp",
        service_code="x",
        provider_service_code="x",
        subject_idnp=people.idnp_of(serial),
        payload="{}",
        payload_sha256="",
    )
