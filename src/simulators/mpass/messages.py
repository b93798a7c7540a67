"""SAML messages of MPass as elements, unsigned (saml-core-2.0; tables of the MPass guide)."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

SAMLP: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
MD: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
STATUS: Final = "urn:oasis:names:tc:SAML:2.0:status:"
PASSWORD_PROTECTED: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105 - a name
POST_BINDING: Final = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
NAMES: Final = {"samlp": SAMLP, "saml": SAML}
ANSWER_LIVES: Final = timedelta(minutes=10)
SESSION_LIVES: Final = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything that a Response says. Empty texts and None leave the attribute out."""

    issuer: str
    audience: str
    destination: str
    recipient: str
    in_response_to: str
    name_id: str
    issued: str
    not_on_or_after: str
    authenticated: str
    session_ends: str
    session_index: str
    status: str = "Success"
    second_status: str = ""
    context: str = PASSWORD_PROTECTED
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    response_id: str = ""
    assertion_id: str = ""


def new_id() -> str:
    """Return an identifier nobody can guess."""
    return f"_{secrets.token_hex(16)}"


def instant(at: datetime) -> str:
    """Return a moment as SAML writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def answer_times(*, at: datetime, authenticated: datetime) -> dict[str, str]:
    """Return the four times of an answer that is given now."""
    return {
        "issued": instant(at),
        "not_on_or_after": instant(at + ANSWER_LIVES),
        "authenticated": instant(authenticated),
        "session_ends": instant(authenticated + SESSION_LIVES),
    }


def response(told: Answer) -> etree._Element:
    """Return the Response with its assertion, or without one when the status is no success."""
    root = _message("Response", issuer=told.issuer, destination=told.destination, issued=told.issued)
    root.set("ID", told.response_id or root.get("ID", ""))
    _set(root, "InResponseTo", told.in_response_to)
    _status(root, told.status, told.second_status)
    if told.status == "Success":
        root.append(_assertion(told))
    return root


def logout_request(*, issuer: str, destination: str, name_id: str, session_index: str, at: datetime) -> etree._Element:
    """Return the request that ends one session at a service."""
    root = _message("LogoutRequest", issuer=issuer, destination=destination, issued=instant(at))
    _add(root, SAML, "NameID", name_id)
    _add(root, SAMLP, "SessionIndex", session_index)
    return root


def logout_response(
    *, issuer: str, destination: str, in_response_to: str, at: datetime, partial: bool
) -> etree._Element:
    """Return the answer to a service's own log-out; `partial` says that another service did not follow."""
    root = _message("LogoutResponse", issuer=issuer, destination=destination, issued=instant(at))
    root.set("InResponseTo", in_response_to)
    _status(root, "Success", "PartialLogout" if partial else "")
    return root


def metadata(*, entity: str, certificate: x509.Certificate) -> bytes:
    """Return the metadata of this identity provider."""
    root = etree.Element(f"{{{MD}}}EntityDescriptor", nsmap={"md": MD, "ds": DS}, entityID=entity)
    role = _add(root, MD, "IDPSSODescriptor", "")
    role.set("protocolSupportEnumeration", SAMLP)
    role.set("WantAuthnRequestsSigned", "true")
    key = _add(role, MD, "KeyDescriptor", "")
    key.set("use", "signing")
    holder = _add(_add(key, DS, "KeyInfo", ""), DS, "X509Data", "")
    _add(holder, DS, "X509Certificate", base64.b64encode(certificate.public_bytes(Encoding.DER)).decode())
    for name, path in (("SingleLogoutService", "/logout/saml"), ("SingleSignOnService", "/login/saml")):
        place = _add(role, MD, name, "")
        place.set("Binding", POST_BINDING)
        place.set("Location", entity + path)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _message(name: str, *, issuer: str, destination: str, issued: str) -> etree._Element:
    root = etree.Element(f"{{{SAMLP}}}{name}", nsmap=NAMES)
    root.set("ID", new_id())
    root.set("Version", "2.0")
    root.set("IssueInstant", issued)
    _set(root, "Destination", destination)
    _add(root, SAML, "Issuer", issuer)
    return root


def _status(root: etree._Element, code: str, second: str) -> None:
    outer = _add(_add(root, SAMLP, "Status", ""), SAMLP, "StatusCode", "")
    outer.set("Value", STATUS + code)
    if second:
        _add(outer, SAMLP, "StatusCode", "").set("Value", STATUS + second)


def _assertion(told: Answer) -> etree._Element:
    assertion = etree.Element(f"{{{SAML}}}Assertion", nsmap={"saml": SAML})
    assertion.set("ID", told.assertion_id or new_id())
    assertion.set("Version", "2.0")
    assertion.set("IssueInstant", told.issued)
    _add(assertion, SAML, "Issuer", told.issuer)
    subject = _add(assertion, SAML, "Subject", "")
    _add(subject, SAML, "NameID", told.name_id)
    confirmation = _add(subject, SAML, "SubjectConfirmation", "")
    confirmation.set("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")
    facts = _add(confirmation, SAML, "SubjectConfirmationData", "")
    facts.set("NotOnOrAfter", told.not_on_or_after)
    _set(facts, "Recipient", told.recipient)
    _set(facts, "InResponseTo", told.in_response_to)
    conditions = _add(assertion, SAML, "Conditions", "")
    conditions.set("NotOnOrAfter", told.not_on_or_after)
    _add(_add(conditions, SAML, "AudienceRestriction", ""), SAML, "Audience", told.audience)
    _statements(assertion, told)
    return assertion


def _statements(assertion: etree._Element, told: Answer) -> None:
    statement = _add(assertion, SAML, "AuthnStatement", "")
    statement.set("AuthnInstant", told.authenticated)
    statement.set("SessionIndex", told.session_index)
    statement.set("SessionNotOnOrAfter", told.session_ends)
    _add(_add(statement, SAML, "AuthnContext", ""), SAML, "AuthnContextClassRef", told.context)
    attributes = _add(assertion, SAML, "AttributeStatement", "")
    for name, values in told.attributes.items():
        attribute = _add(attributes, SAML, "Attribute", "")
        attribute.set("Name", name)
        for value in values:
            _add(attribute, SAML, "AttributeValue", value)


def _add(parent: etree._Element, namespace: str, name: str, text: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = text or None
    return child


def _set(element: etree._Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
