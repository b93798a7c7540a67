"""The state registers behind the exchange platform (MConnect), served to `applicants.ports.Registers`.

The real platform publishes no contract; the wire form is ours: docs/interfaces/registers.openapi.yaml.
"""

from ghiseu.adapters.mconnect.client import MConnectRegisters

__all__ = ["MConnectRegisters"]
