"""W8: files are delivered to an institution that fails one in ten; measured in a worker's process of its own."""

import json

from bench.measuring import Series
from bench.table import Row, Target
from bench.workloads.run import Run

ROUNDS = 3
LEAST_SHARE = 0.5
# Beyond every case that the lists have made.
FIRST = 10_000_000


def measure(run: Run) -> list[Row]:
    """Load what is to be delivered, let the worker's process deliver it, and read what it found."""
    rounds = min(ROUNDS, run.rounds)
    run.generator.submissions(run.deliveries * rounds, first=FIRST)
    answer = run.place.data / "deliveries.json"
    run.place.run("bench.worker", str(run.deliveries), str(rounds), str(answer), process="worker")
    found = json.loads(answer.read_text())
    ours, limit = Series(**found["ours"]), Series(**found["limit"])
    share = limit.median / ours.median
    lost, twice, done = found["lost"], found["twice"], found["done"]
    return [
        Row(
            code="W8",
            what=f"deliver {run.deliveries} files",
            limit_is=f"the job runner with {run.deliveries} jobs that do nothing, the same worker settings",
            ours=ours,
            limit=limit,
            targets=(
                Target(says="at least 50 % of the runner's limit", found=f"{share:.0%}", met=share >= LEAST_SHARE),
                Target(
                    says="none lost, none twice",
                    found=f"{done} done, {lost} lost, {twice} twice",
                    met=not lost and not twice,
                ),
            ),
            notes=(
                f"{run.deliveries / ours.median * 1000:.0f} files a second against "
                f"{run.deliveries / limit.median * 1000:.0f} empty jobs; {found['failed']} first tries failed, half of "
                "them after the file was taken in",
                "the pause before a second try is not waited for: its due time is set to now",
                "one file per case, so the order within a case is not tried",
            ),
        )
    ]
