"""Tables that people open in a spreadsheet: RFC 4180, with cells that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

BYTE_ORDER_MARK = "\ufeff"
# What Excel, LibreOffice and Google Sheets begin a formula, or a separator of cells, with; full-width forms too.
BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | int | Decimal | date | datetime | bool | None


def as_csv(*, head: Sequence[str], rows: Iterable[Sequence[Cell]], with_mark: bool = True) -> bytes:
    """Return the table in UTF-8. `with_mark` puts the mark in front that lets Excel see the encoding.

    Every cell is quoted. A text that a spreadsheet would take for a formula gets an apostrophe before it, as OWASP
    advises; numbers and dates are written by us and stay as they are. Raises ValueError for a row of another length.
    """
    kept = io.StringIO()
    writer = csv.writer(kept, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in head])
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"a row has {len(row)} cells, the head has {len(head)}")
        writer.writerow([_written(cell) for cell in row])
    return ((BYTE_ORDER_MARK if with_mark else "") + kept.getvalue()).encode("utf-8")


def safe_text(text: str) -> str:
    """Return the text so that no spreadsheet computes it; a null byte, which ends a cell for some, is left out."""
    plain = text.replace("\0", "")
    begins = plain.startswith(BEGINS_FORMULA) or plain.lstrip().startswith(BEGINS_FORMULA)
    return f"'{plain}" if begins else plain


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return safe_text(cell) if isinstance(cell, str) else str(cell)
