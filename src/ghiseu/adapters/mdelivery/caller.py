"""Is it really MDelivery that calls? It proves itself by its certificate in the handshake, which an ingress ends.

The ingress tells us whom it saw in headers, as the library Egov.Integrations.ClientAuthentication reads them: the
number of the system at MPass, or the serial number of the certificate. Without an ingress in front of us anybody
could write these headers; so they count only when the settings say that one is there, which deletes them from outside.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass

CLIENT_ID = "X-MPass-Client-ID"
SERIAL = "X-MPass-Client-Cert-Serial"


class NotMDelivery(Exception):
    """The call does not come from MDelivery, or nobody can tell; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Known:
    """How MDelivery is known: the serial number of its certificate in hexadecimal, its number at MPass, or both."""

    is_behind_ingress: bool
    serial: str = ""
    client_id: str = ""


def require(headers: Mapping[str, str], *, known: Known) -> None:
    """Raise NotMDelivery unless the ingress says that it saw MDelivery, and nothing that it says speaks against it."""
    if not known.is_behind_ingress:
        raise NotMDelivery("no ingress proves who calls")
    told = [
        (headers.get(CLIENT_ID, ""), known.client_id, _plain_id),
        (headers.get(SERIAL, ""), known.serial, _plain_serial),
    ]
    compared = [(plain(said), plain(wanted)) for said, wanted, plain in told if said and wanted]
    if not compared:
        raise NotMDelivery("the ingress names nobody whom we know")
    if not all(hmac.compare_digest(said.encode(), wanted.encode()) for said, wanted in compared):
        raise NotMDelivery("another system calls")


def _plain_id(text: str) -> str:
    return text.strip().strip("{}").lower()


def _plain_serial(text: str) -> str:
    """Return a serial number however it is written: with colons, spaces, a prefix or leading zeros."""
    plain = text.strip().lower().removeprefix("0x").replace(":", "").replace(" ", "").lstrip("0")
    return plain or "0"
