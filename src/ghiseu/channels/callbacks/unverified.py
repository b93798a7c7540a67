"""Messages whose sender is not proven, beyond those that are kept of a day: counted and logged, nothing else."""

import structlog
from prometheus_client import Counter

NOT_KEPT = Counter("ghiseu_unverified_not_kept_total", "Unverified messages beyond those kept of a day", ["source"])
log = structlog.get_logger()


def not_kept(source: str) -> None:
    """Count and log one more; `source` is a configured sender, never a text of the message."""
    NOT_KEPT.labels(source=source).inc()
    log.warning("callback.unverified.not-kept", source=source)
