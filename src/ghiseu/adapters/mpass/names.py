"""Names of the SAML 2.0 and XML signature vocabularies (OASIS saml-core-2.0, W3C xmldsig-core)."""

from typing import Final

SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XS: Final = "http://www.w3.org/2001/XMLSchema"
XML: Final = "http://www.w3.org/XML/1998/namespace"

POST_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
RESPONDER: Final = "urn:oasis:names:tc:SAML:2.0:status:Responder"
PARTIAL_LOGOUT: Final = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"

# OASIS saml-authn-context-2.0, chapter 3.4. MPass does not document which it reports for which means; its sample
# says PasswordProtectedTransport. Weaker or unspecific classes (unspecified, Password, PreviousSession, IP) are out.
STRONG_CONTEXTS: Final = frozenset(
    f"urn:oasis:names:tc:SAML:2.0:ac:classes:{name}"
    for name in (
        "PasswordProtectedTransport",
        "MobileTwoFactorContract",
        "MobileOneFactorContract",
        "Smartcard",
        "SmartcardPKI",
        "SoftwarePKI",
        "TimeSyncToken",
        "TLSClient",
        "X509",
    )
)


def saml(name: str) -> str:
    """Return the qualified name of an element of the assertion vocabulary."""
    return f"{{{SAML}}}{name}"


def samlp(name: str) -> str:
    """Return the qualified name of an element of the protocol vocabulary."""
    return f"{{{SAMLP}}}{name}"


def ds(name: str) -> str:
    """Return the qualified name of an element of the signature vocabulary."""
    return f"{{{DS}}}{name}"
