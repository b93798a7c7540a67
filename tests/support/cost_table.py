"""What a hostile message costs the processor, as a ratio to an honest one of the same run; a table at the end."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import pytest

HEADINGS = ("platform", "hostile message", "CPU ms", "honest ms", "ratio")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Seconds of the processor for one hostile and one honest message, and how many of the second the first takes."""

    platform: str
    message: str
    hostile: float
    honest: float
    ratio: float

    def told(self) -> dict[str, object]:
        """Return it as a report carries it from one test process to another."""
        return asdict(self)


def measured(hostile: Callable[[], object], *, against: Callable[[], object], often: int) -> dict[str, float]:
    """Run both in turns and return the least that each took; the least is what the work itself needs."""
    taken: dict[str, list[float]] = {"hostile": [], "honest": []}
    for _ in range(often):
        for name, run in (("honest", against), ("hostile", hostile)):
            began = time.process_time()
            run()
            taken[name].append(time.process_time() - began)
    least = {name: max(min(found), 1e-6) for name, found in taken.items()}
    return {**least, "ratio": least["hostile"] / least["honest"]}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Collect the costs of every process and print the dearest."""
    reports = [one for found in terminalreporter.stats.values() for one in found if getattr(one, "when", "") == "call"]
    costs = [Cost(**told) for one in reports for name, told in one.user_properties if name == "cost"]  # type: ignore[arg-type]  # plain values of a Cost
    if not costs:
        return
    costs.sort(key=lambda one: -one.ratio)
    lines = [HEADINGS]
    lines += [
        (one.platform, one.message, f"{one.hostile * 1000:.2f}", f"{one.honest * 1000:.2f}", f"{one.ratio:.1f}")
        for one in costs
    ]
    widths = [max(len(one[column]) for one in lines) for column in range(len(HEADINGS))]
    terminalreporter.section(f"hostile messages: {len(costs)}, the dearest first")
    for cells in lines:
        terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)))
