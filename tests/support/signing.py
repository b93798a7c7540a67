"""MSign at work for journey and desk tests: the port served by our adapter, and how people act on its pages."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from tests.support.platform_place import certificate_of

from ghiseu.adapters.msign import MSign, Place
from ghiseu.foundation.wire.exchange import Limits
from ghiseu.modules.signatures.ports import MSIGN, signing
from simulators.common.process import Running


@contextmanager
def served(simulator: Running, *, answer: float = 10) -> Iterator[MSign]:
    """Serve signing by the simulated MSign for a while."""
    certificate = certificate_of(simulator.folder.parent)
    place = Place(
        service_url=f"{simulator.system_url}/MSign.svc", page_url=simulator.url, trust=simulator.folder / "trust"
    )
    limits = Limits(connect=2, answer=answer)
    adapter = MSign(place, limits=limits, tls=certificate.client_context(), certificate=certificate)
    with signing.serving(MSIGN, adapter):
        yield adapter
    adapter.close()


def act(simulator: Running, request_id: str, what: str, **given: str) -> None:
    """Let somebody sign, cancel, expire or forget a request at MSign."""
    url = f"{simulator.url}/control/requests/{request_id}/{what}"
    httpx.post(url, json=given, timeout=20).raise_for_status()


def sign_so(simulator: Running, how: str) -> None:
    """Let MSign make its signatures so from now on."""
    httpx.post(f"{simulator.url}/control/signing", json={"how": how}, timeout=10).raise_for_status()
