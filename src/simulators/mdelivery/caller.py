"""Calls a service as MDelivery does: through its ingress, with the client certificate. Paths of the MDelivery guide."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import httpx
import orjson

from simulators.common import clock
from simulators.common.authority import Authority, Pair

SECONDS = 10.0
NO_CONTENT = 204


class Shows(StrEnum):
    """Which certificate a call shows."""

    RIGHT = "mdelivery"
    STRANGER = "mdelivery-stranger"
    ENDED = "mdelivery-ended-client"


class NotAnswered(Exception):
    """The service did not do what was asked; the text says how."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """`ingress` is the address of the service's ingress."""

    ingress: str
    authority: Authority

    def details(self, *, service: str, order: str) -> Mapping[str, object] | None:
        """Return what the order is about, or None when the service has no such order. Raises NotAnswered."""
        answer = self._call("GET", f"services/{service}/orders/{order}/delivery/details", shows=Shows.RIGHT)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        told = _object(answer)
        required = {"id", "isPaid", "status", "receiver", "orderSubmittedAt", "deliveryAcceptedUntil",
                    "estimatedReadyAt", "products"}  # fmt: skip
        if missing := required - set(told):
            raise NotAnswered(f"the order has no {', '.join(sorted(missing))}")
        return told

    def tell(self, *, service: str, order: str, body: bytes, shows: Shows = Shows.RIGHT) -> None:
        """Tell where the paper is. Raises NotAnswered."""
        path = f"services/{service}/orders/{order}/delivery/status"
        answer = self._call("PUT", path, shows=shows, body=body)
        if answer.status_code != NO_CONTENT:
            raise NotAnswered(f"status {answer.status_code}")

    def changes(self, *, service: str) -> list[Mapping[str, object]]:
        """Return what the service changed. Raises NotAnswered."""
        answer = self._call("GET", f"services/{service}/delivery/changes", shows=Shows.RIGHT)
        try:
            rows = orjson.loads(answer.content)
        except orjson.JSONDecodeError as error:
            raise NotAnswered("no JSON") from error
        if answer.status_code != httpx.codes.OK or not isinstance(rows, list):
            raise NotAnswered(f"status {answer.status_code}")
        return [row for row in rows if isinstance(row, dict)]

    def _call(self, method: str, path: str, *, shows: Shows, body: bytes = b"") -> httpx.Response:
        pair = self.authority.issue(shows, at=clock.now(), ended=shows is Shows.ENDED)
        headers = {"Content-Type": "application/json"} if body else {}
        address = f"{self.ingress}/api/v1/delivery/{path}"
        tls = client_context(self.authority, pair)
        try:
            with httpx.Client(verify=tls, timeout=SECONDS, trust_env=False) as client:
                return client.request(method, address, content=body or None, headers=headers)
        except httpx.HTTPError as error:
            raise NotAnswered(type(error).__name__) from error


def client_context(authority: Authority, pair: Pair) -> ssl.SSLContext:
    """Return the caller's side of the handshake with this certificate."""
    context = ssl.create_default_context(cafile=str(authority.root))
    context.load_cert_chain(str(pair.certificate), str(pair.key))
    return context


def _object(answer: httpx.Response) -> Mapping[str, object]:
    try:
        told = orjson.loads(answer.content)
    except orjson.JSONDecodeError as error:
        raise NotAnswered("no JSON") from error
    if answer.status_code != httpx.codes.OK or not isinstance(told, dict):
        raise NotAnswered(f"status {answer.status_code}")
    return told
