"""Prints, at the end of a run, what each journey at the counter cost and whether that is within its budget."""

from dataclasses import replace

import pytest
from tests.support.browser import BUDGETS, Row

HEADINGS = ("journey", "pages", "keys", "clicks", "re-typed", "first B", "max B", "budget", "within")


def line(row: Row) -> tuple[str, ...]:
    """Return the cells of a row."""
    budget = "/".join(map(str, BUDGETS[row.journey])) if row.journey in BUDGETS else "-"
    misses = replace(row, most_keys=0).misses()
    within = ("; ".join(misses) or "yes") if row.finished else "not finished"
    counted = (row.pages, row.keys, row.clicks, len(row.retyped), row.first_bytes, row.most_bytes)
    return (f"{row.journey} {row.name}", *map(str, counted), budget, within)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Collect the rows of every process and print them."""
    reports = [one for found in terminalreporter.stats.values() for one in found if getattr(one, "when", "") == "call"]
    rows = [Row(**told) for one in reports for name, told in one.user_properties if name == "journey"]  # type: ignore[arg-type]  # plain values of a Row
    if not rows:
        return
    lines = [HEADINGS, *sorted(line(row) for row in rows)]
    widths = [max(len(one[column]) for one in lines) for column in range(len(HEADINGS))]
    terminalreporter.section("journeys at the counter")
    for cells in lines:
        terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)))
