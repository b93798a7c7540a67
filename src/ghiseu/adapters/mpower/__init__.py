"""MPower, the state registry of powers of representation: clients API 2.2 (REST, both sides prove themselves)."""

from ghiseu.adapters.mpower.client import MPower

__all__ = ["MPower"]
