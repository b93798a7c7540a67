"""MLog, the state's log of legal events: REST with signed messages (guide "MLog" of the e-Governance Agency)."""

from ghiseu.adapters.mlog.client import MLog

__all__ = ["MLog"]
