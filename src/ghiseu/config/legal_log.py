"""How the state's log of legal events stands, in figures for Prometheus."""

from datetime import datetime

from prometheus_client import Gauge

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import legal_debt

OLDEST = Gauge("ghiseu_mlog_oldest_seconds", "How long the oldest event has not been registered at MLog")
WAITING = Gauge("ghiseu_mlog_waiting", "Events that are not registered at MLog")
REFUSED = Gauge("ghiseu_mlog_refused", "Messages that MLog refused, and that wait for the administrator")


def measure(*, at: datetime) -> None:
    """Set the figures by what the worker last found; all are 0 while MLog is not connected."""
    with transaction():
        debt = legal_debt.of_all(at=at)
    OLDEST.set(debt.age(at=at).total_seconds())
    WAITING.set(debt.waiting)
    REFUSED.set(debt.refused)
