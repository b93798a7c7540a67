"""W2: the page of a case, as the browser of a signed-in operator asks for it."""

from bench.table import Row, Target
from bench.workloads.run import Run

MOST_MS = 10


def measure(run: Run) -> list[Row]:
    """Time the page of a draft case, with its visit open at the desk."""
    run.counter.free()
    number = run.counter.receive()
    ours, limit, queries = run.read_page(f"/cases/{number}")
    run.counter.free()
    return [
        Row(
            code="W2",
            what="case page",
            limit_is="its own SELECTs, prepared, in one transaction, row security on",
            ours=ours,
            limit=limit,
            queries=queries,
            targets=(
                Target(
                    says=f"p50 <= {MOST_MS} ms at one client", found=f"{ours.median:.1f} ms", met=ours.median <= MOST_MS
                ),
            ),
            notes=("Django's test client: no HTTP server and no pool checkout; c16 and the desk home are not run",),
        )
    ]
