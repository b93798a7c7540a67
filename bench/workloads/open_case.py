"""W1: a person is identified and a case is opened, all of it committed."""

from collections.abc import Callable

from bench.measuring import Contest, by_turns
from bench.raw import SCHEMA, Statement, captured, copy_tables, only
from bench.table import Row, Target
from bench.workloads.run import Run, queries_in

LEAST_SHARE = 0.15
# A third of what the best peer took at one client, on the machine of the design's own measurements.
PEER_THIRD_MS = 32 / 3
# One visit may be open at a desk, in the copy too.
END_VISITS = f"UPDATE {SCHEMA}.visits_visit SET state = 'ended', ended_at = opened_at, outcome = 'served'"


def measure(run: Run) -> list[Row]:
    """Time start_visit and open_case against the INSERTs of another such opening."""
    statements: list[Statement] = []
    inserts: list[Statement] = []
    count = 0

    def ours() -> None:
        run.counter.receive()

    def capture() -> None:
        nonlocal count
        run.counter.free()
        with captured() as found:
            run.counter.receive()
        run.counter.free()
        statements[:], inserts[:] = found, only("INSERT", found)
        count = queries_in(found)

    def fresh_values() -> None:
        capture()
        run.owner.execute(END_VISITS)

    capture()
    copy_tables(run.owner, inserts)
    contest = Contest(
        ours=ours, before_ours=run.counter.free, limit=_replay(run, inserts), before_limit=fresh_values
    )
    mine, limit = by_turns(contest, rounds=run.rounds)
    share = limit.median / mine.median
    return [
        Row(
            code="W1",
            what="open a case",
            limit_is=f"its {len(inserts)} INSERTs with fresh values, prepared, in one transaction",
            ours=mine,
            limit=limit,
            queries=count,
            targets=(
                Target(says="at least 15 % of the limit", found=f"{share:.0%}", met=share >= LEAST_SHARE),
                Target(
                    says=f"a third of the best peer's 29-35 ms (<= {PEER_THIRD_MS:.1f} ms; peer measured elsewhere)",
                    found=f"{mine.median:.1f} ms",
                    met=mine.median <= PEER_THIRD_MS,
                ),
            ),
            notes=(
                "start_visit and open_case with three register readings from an in-process fake: identified person, "
                "visit, case, values, evidence, first event, journal, public status",
            ),
        )
    ]


def _replay(run: Run, inserts: list[Statement]) -> Callable[[], None]:
    return lambda: run.writes.replay(inserts)
