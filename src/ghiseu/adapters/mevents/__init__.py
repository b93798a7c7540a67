"""MConnect Events, served to `submissions.event_feed.EventFeed`: reading CloudEvents by long polling.

Guide: MConnect Events of the e-Governance Agency (consuming by REST); CloudEvents 1.0, JSON format and batch.
"""

from ghiseu.adapters.mevents.client import MConnectEvents

__all__ = ["MConnectEvents"]
