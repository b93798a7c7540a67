"""MDocs, the government's document store: results lie there once and are shown to the person for a time."""

from ghiseu.adapters.mdocs.client import MDocs
from ghiseu.adapters.mdocs.wire import Form

__all__ = ["Form", "MDocs"]
