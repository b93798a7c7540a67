"""W1: a person is identified and a case is opened, all of it committed."""

from psycopg import sql

from bench.measuring import Contest, by_turns
from bench.raw import SCHEMA, Statement, captured, copy_tables, only
from bench.table import Row, Target
from bench.workloads.run import Run, queries_in

LEAST_SHARE = 0.15
# A third of what the best peer took at one client, on the machine of the design's own measurements.
PEER_THIRD_MS = 32 / 3
# One visit may be open at a desk, in the copy too.
END_VISITS = sql.SQL("UPDATE {} SET state = 'ended', ended_at = opened_at, outcome = 'served'").format(
    sql.Identifier(SCHEMA, "visits_visit")
)


class _Desk:
    """Opens a case for somebody new each time, and replays the INSERTs of another such opening."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.queries = 0
        self.inserts: list[Statement] = []
        self._capture()
        copy_tables(run.owner, self.inserts)

    def free(self) -> None:
        self.run.counter.free()

    def receive(self) -> None:
        self.run.counter.receive()

    def fresh_values(self) -> None:
        self._capture()
        self.run.owner.execute(END_VISITS)

    def replay(self) -> None:
        self.run.writes.replay(self.inserts)

    def _capture(self) -> None:
        self.free()
        with captured() as statements:
            self.receive()
        self.free()
        self.inserts, self.queries = only("INSERT", statements), queries_in(statements)


def measure(run: Run) -> list[Row]:
    """Time start_visit and open_case against the INSERTs of another such opening."""
    desk = _Desk(run)
    contest = Contest(ours=desk.receive, before_ours=desk.free, limit=desk.replay, before_limit=desk.fresh_values)
    ours, limit = by_turns(contest, rounds=run.rounds)
    share = limit.median / ours.median
    return [
        Row(
            code="W1",
            what="open a case",
            limit_is=f"its {len(desk.inserts)} INSERTs with fresh values, prepared, in one transaction",
            ours=ours,
            limit=limit,
            queries=desk.queries,
            targets=(
                Target(says="at least 15 % of the limit", found=f"{share:.0%}", met=share >= LEAST_SHARE),
                Target(
                    says=f"a third of the best peer's 29-35 ms (<= {PEER_THIRD_MS:.1f} ms; peer measured elsewhere)",
                    found=f"{ours.median:.1f} ms",
                    met=ours.median <= PEER_THIRD_MS,
                ),
            ),
            notes=(
                "start_visit and open_case with three register readings from an in-process fake: identified person, "
                "visit, case, values, evidence, first event, journal, public status",
            ),
        )
    ]
