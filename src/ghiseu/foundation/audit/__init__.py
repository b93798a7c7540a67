"""The journal and its closed vocabulary of events."""

from ghiseu.foundation.audit.vocabulary import Event, UnknownEvent, declare, declared

__all__ = ["Event", "UnknownEvent", "declare", "declared"]
