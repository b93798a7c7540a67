"""Names of the vocabularies in a message of MPay: those of every signed SOAP message, and MPay's own."""

from typing import Final

from ghiseu.foundation.wire.signed_soap_names import (
    BASE64_BINARY,
    DS,
    SOAP,
    WSSE,
    WSU,
    WSU_ID,
    X509_SKI,
    X509_V3,
    ds,
    soap,
    wsse,
    wsu,
)

MPAY: Final = "https://mpay.gov.md"
__all__ = [
    "BASE64_BINARY",
    "DS",
    "MPAY",
    "SOAP",
    "WSSE",
    "WSU",
    "WSU_ID",
    "X509_SKI",
    "X509_V3",
    "ds",
    "mpay",
    "soap",
    "wsse",
    "wsu",
]


def mpay(name: str) -> str:
    """Return the qualified name of an operation or a member of MPay."""
    return f"{{{MPAY}}}{name}"
