"""Searching registered events by time and fields (guide "MLog", page "query")."""

import json
from collections.abc import Mapping
from datetime import UTC

from simulators.common.ledger import Ledger, Row
from simulators.mlog import book

MOST_LISTED = 10_000
PAGE_SIZE = 50


class AskedWrongly(Exception):
    """The search lacks what it must say, or says it in another form: status 400."""


def found_in_time(ledger: Ledger, asked: Mapping[str, str]) -> list[Row]:
    """Return the registered events of the time range that fit the filter. Raises AskedWrongly."""
    for name in ("event_time_from", "event_time_to", "legal_basis"):
        if not asked.get(name):
            raise AskedWrongly(f"{name} is mandatory")
    try:
        begins, ends = (
            book.moment_of(asked[name]).astimezone(UTC).isoformat() for name in ("event_time_from", "event_time_to")
        )
    except ValueError as error:
        raise AskedWrongly("a time has another form") from error
    rows = book.registered(ledger, "moment >= ? AND moment < ?", (begins, ends))
    wanted = _filter(asked.get("filter", ""))
    return [row for row in rows if _fits(json.loads(str(row["body"])), wanted)]


def _filter(text: str) -> dict[str, str]:
    found = {}
    for part in filter(None, text.split(",")):
        name, mark, value = part.partition("=")
        if not mark:
            raise AskedWrongly("filter is field=value,field=value")
        found[name] = value
    return found


def _fits(event: dict[str, object], wanted: Mapping[str, str]) -> bool:
    values = {name: event.get(name) for name in wanted}
    return all(wanted[name] in (value if isinstance(value, list) else [value]) for name, value in values.items())


def listed(found: list[Row], asked: Mapping[str, str]) -> list[dict[str, object]]:
    """Return the page that was asked for, as the answer shows it. Raises AskedWrongly."""
    try:
        page, size = int(asked.get("page", 0)), int(asked.get("page_size", PAGE_SIZE))
    except ValueError as error:
        raise AskedWrongly("page and page_size are numbers") from error
    if page < 0 or size < 1 or page * size > MOST_LISTED:
        raise AskedWrongly(f"page and page_size reach at most {MOST_LISTED}")
    return [{"@uid": row["uid"], **json.loads(str(row["body"]))} for row in found[page * size : (page + 1) * size]]
