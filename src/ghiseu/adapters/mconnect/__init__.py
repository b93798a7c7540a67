"""The state registers behind the exchange platform (MConnect), served to `applicants.ports.Registers`.

The real platform publishes no contract; the wire form is ours: docs/interfaces/registers.openapi.yaml. How both sides
sign is that of the platform's reference client (SoapSigner): JWS around JSON, or WS-Security in SOAP for the data
services that are given out like that.
"""

from ghiseu.adapters.mconnect.client import MConnectRegisters
from ghiseu.adapters.mconnect.data_service import DataService, DataServiceNotUsable, load
from ghiseu.adapters.mconnect.envelope import Envelope
from ghiseu.adapters.mconnect.soap import SoapService

__all__ = ["DataService", "DataServiceNotUsable", "Envelope", "MConnectRegisters", "SoapService", "load"]
