"""Names of the vocabularies of a signed SOAP message (SOAP 1.1, OASIS WS-Security 1.0, W3C xmldsig-core)."""

from typing import Final

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"

RSA_SHA256: Final = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
RSA_SHA1: Final = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA1: Final = "http://www.w3.org/2000/09/xmldsig#sha1"

_PROFILES: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
X509_V3: Final = f"{_PROFILES}x509-token-profile-1.0#X509v3"
X509_SKI: Final = f"{_PROFILES}x509-token-profile-1.0#X509SubjectKeyIdentifier"
BASE64_BINARY: Final = f"{_PROFILES}soap-message-security-1.0#Base64Binary"

WSU_ID: Final = f"{{{WSU}}}Id"
PLAIN_ID: Final = "Id"


def soap(name: str) -> str:
    """Return the qualified name of an element of the SOAP envelope."""
    return f"{{{SOAP}}}{name}"


def wsse(name: str) -> str:
    """Return the qualified name of an element of the security header."""
    return f"{{{WSSE}}}{name}"


def wsu(name: str) -> str:
    """Return the qualified name of an element of the utility vocabulary."""
    return f"{{{WSU}}}{name}"


def ds(name: str) -> str:
    """Return the qualified name of an element of the signature vocabulary."""
    return f"{{{DS}}}{name}"
