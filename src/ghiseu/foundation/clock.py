"""The only place that asks the machine what time it is.

Channels, jobs and commands read it and pass the moment down as `at=`; nothing below them asks.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one allowed place


def local(zone: str, *, at: datetime) -> datetime:
    """Return the same moment as the clocks of the zone (an IANA name) show it."""
    return at.astimezone(ZoneInfo(zone))


def today(zone: str, *, at: datetime) -> date:
    """Return the calendar day that `at` falls on in the zone (an IANA name)."""
    return local(zone, at=at).date()
