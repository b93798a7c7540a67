"""What came out: one row per workload with its limit, its target and whether that is met."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from bench.measuring import Series


@dataclass(frozen=True, kw_only=True)
class Target:
    """A promise of the design, the figure found, and whether it holds. `met` None: not decided by this run."""

    says: str
    found: str
    met: bool | None

    @property
    def verdict(self) -> str:
        return {True: "met", False: "NOT MET", None: "-"}[self.met]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One workload. Times in milliseconds; `times` is ours divided by the limit."""

    code: str
    what: str
    limit_is: str
    ours: Series
    limit: Series
    queries: int | None = None
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def times(self) -> float:
        return self.ours.median / self.limit.median

    def as_json(self) -> dict[str, object]:
        """Return plain values with every single time."""
        return {
            **asdict(self),
            "ratio": self.times,
            "ours_ms": self.ours.median,
            "ours_spread_ms": self.ours.spread,
            "ours_cpu_ms": self.ours.cpu_median,
            "limit_ms": self.limit.median,
            "limit_spread_ms": self.limit.spread,
        }


HEADINGS = ("", "workload", "ours ms", "p10-p90", "CPU ms", "queries", "limit ms", "p10-p90", "ratio")


def lines(rows: Sequence[Row]) -> list[str]:
    """Return the table as text, the targets of each row under it."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(one[column]) for one in cells) for column in range(len(HEADINGS))]

    def line(one: Sequence[str]) -> str:
        left = [cell.ljust(width) for cell, width in zip(one[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(one[2:], widths[2:], strict=True)]
        return "  ".join([*left, *right]).rstrip()

    found = [line(HEADINGS), line(["-" * width for width in widths])]
    indent = " " * (widths[0] + 2)
    for row, one in zip(rows, cells[1:], strict=True):
        found.append(line(one))
        found.append(f"{indent}limit: {row.limit_is}")
        found += [f"{indent}target: {one.says}: {one.found}: {one.verdict}" for one in row.targets]
        found += [f"{indent}note: {note}" for note in row.notes]
    return found


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.code,
        row.what,
        _ms(row.ours.median),
        _range(row.ours),
        _ms(row.ours.cpu_median),
        "" if row.queries is None else str(row.queries),
        _ms(row.limit.median),
        _range(row.limit),
        f"{row.times:.2f}x",
    )


def _ms(value: float) -> str:
    return f"{value:.2f}"


def _range(series: Series) -> str:
    low, high = series.spread
    return f"{low:.1f}-{high:.1f}"
