"""Timing two things by turns, so that whatever else the machine does falls on both alike."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

WARM_UP = 3
Work = Callable[[], None]


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, kw_only=True)
class Contest:
    """Our work and the limit beside it; what is done before each is not timed."""

    ours: Work
    limit: Work
    before_ours: Work = nothing
    before_limit: Work = nothing


@dataclass(frozen=True, kw_only=True)
class Series:
    """Times of one work in milliseconds: by the clock, and of this process's processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    @property
    def cpu_median(self) -> float:
        return statistics.median(self.cpu)

    @property
    def spread(self) -> tuple[float, float]:
        """Return the tenth and the ninetieth percentile."""
        if len(self.wall) == 1:
            return self.wall[0], self.wall[0]
        tenths = statistics.quantiles(self.wall, n=10, method="inclusive")
        return tenths[0], tenths[-1]

    def time(self, work: Work) -> None:
        """Run the work once and note how long it took."""
        cpu, wall = time.process_time(), time.perf_counter()
        work()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)


def by_turns(contest: Contest, *, rounds: int) -> tuple[Series, Series]:
    """Run ours, limit, ours, limit ... and return the times of each; the first few turns are thrown away."""
    for _ in range(min(WARM_UP, rounds)):
        _turn(contest, Series(), Series())
    gc.collect()
    ours, limit = Series(), Series()
    for _ in range(rounds):
        _turn(contest, ours, limit)
    return ours, limit


def _turn(contest: Contest, ours: Series, limit: Series) -> None:
    contest.before_ours()
    ours.time(contest.ours)
    contest.before_limit()
    limit.time(contest.limit)
