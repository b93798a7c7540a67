"""The only place of the simulators that asks the machine what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the simulators' own clock


def now_text() -> str:
    """Return the present moment as ISO 8601 text in UTC with microseconds."""
    return now().isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """Read a moment that `now_text` wrote."""
    return datetime.fromisoformat(text)
