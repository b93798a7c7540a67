"""MLog serves the state's log of legal events, and says besides how it stands what is owed to it."""

from datetime import datetime

from django.conf import settings
from django.db import DatabaseError

from ghiseu.adapters.mlog import MLog
from ghiseu.config.platforms import place
from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import legal_debt
from ghiseu.foundation.audit.ports import LEGAL_LOG, legal_logs
from ghiseu.foundation.wire.platforms import Finding, Level, Platform, platforms

LOOK = "look at the other lines about MLog and at the page Legal log of the administrator"


class WithDebt:
    """The platform with one finding more: the events that are not registered there."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what the platform finds, and what is owed to it."""
        return [*self._platform.check(at=at), debt_finding(at=at)]


def debt_finding(*, at: datetime) -> Finding:
    """Return what is owed to the log by all centres, as one line."""
    try:
        with transaction():
            debt = legal_debt.of_all(at=at)
    except DatabaseError:
        step = "see what is said about the database"
        return Finding(level=Level.ERROR, fact="what is owed to MLog is not known", next_step=step)
    hours = int(debt.age(at=at).total_seconds() // 3600)
    waits = f"{debt.waiting} events are not registered there, the oldest for {hours} hours"
    if debt.stops_reading(at=at):
        return Finding(level=Level.ERROR, fact=f"{waits}: registers are not read any more", next_step=LOOK)
    if debt.is_late(at=at) or debt.refused:
        refused = f"; {debt.refused} shipments were refused and wait for the administrator" if debt.refused else ""
        return Finding(level=Level.WARNING, fact=waits + refused, next_step=LOOK)
    return Finding(level=Level.OK, fact=f"{debt.waiting} events wait to be registered")


def connect() -> None:
    """Wire MLog when its address is set. Raises NotThere, NotUsable."""
    if not settings.MLOG_URL:
        return
    adapter = MLog(
        url=settings.MLOG_URL,
        certificate=place.system_certificate(),
        limits=place.limits(),
        asks_by_path=not settings.MLOG_ASKS_BY_PARAMETER,
    )
    legal_logs.serve(LEGAL_LOG, adapter)
    platforms.serve("MLog", WithDebt(adapter))
