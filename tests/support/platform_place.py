"""What an adapter of a shared platform needs to meet its simulator: the address and our system certificate."""

from pathlib import Path
from typing import Any

from ghiseu.adapters.mconnect import Envelope, MConnectRegisters
from ghiseu.foundation import clock
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from simulators.common.authority import Authority
from simulators.common.process import Running


def certificate_of(data: Path) -> SystemCertificate:
    """Return the product's system certificate as the simulators' authority in this folder made it."""
    authority = Authority(folder=data / "authority")
    return SystemCertificate(key=authority.product.key, certificate=authority.product.certificate, trust=authority.root)


def registers_of(process: Running, **limits: Any) -> MConnectRegisters:
    """Return the adapter of the registers that talks to this simulator, signed and over mutual TLS."""
    ours = certificate_of(process.folder.parent)
    envelope = Envelope(ours=ours, pinned=(process.folder / "certificate.pem",), now=clock.now)
    return MConnectRegisters(url=process.system_url, tls=ours.client_context(), envelope=envelope, **limits)
