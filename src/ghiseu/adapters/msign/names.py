"""Names of the contract IMSign (integration guide of MSign, API reference)."""

from typing import Final

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MSIGN: Final = "https://msign.gov.md"
ACTION: Final = f"{MSIGN}/IMSign/"
POST, GET, VERIFY = "PostSignRequest", "GetSignResponse", "VerifySignatures"


def soap(name: str) -> str:
    """Return the qualified name of an element of SOAP 1.1."""
    return f"{{{SOAP}}}{name}"


def msign(name: str) -> str:
    """Return the qualified name of an element of the contract."""
    return f"{{{MSIGN}}}{name}"
