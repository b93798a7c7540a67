"""eProgramări, the state's platform of appointments: API v2 (REST, both sides prove themselves)."""

from ghiseu.adapters.programari.client import Programari

__all__ = ["Programari"]
