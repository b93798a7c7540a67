"""Messages that we write: AuthnRequest, LogoutRequest, LogoutResponse, metadata (saml-core 3.4, 3.7; MPass guide)."""

import base64
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from ghiseu.adapters.mpass import names, signature
from ghiseu.adapters.mpass.parties import ServiceProvider

NAMESPACES = {"saml2p": names.SAMLP, "saml2": names.SAML}
LANGUAGES = ("ro", "ru", "en")


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a page has to post: `field` is SAMLRequest or SAMLResponse, `relay_state` at most 80 bytes."""

    action: str
    field: str
    message: str
    relay_state: str = ""


def new_id() -> str:
    """Return an identifier nobody can guess, an NCName as xs:ID demands."""
    return f"_{secrets.token_hex(20)}"


def authn_request(*, sp: ServiceProvider, request_id: str, at: datetime, language: str, force: bool = False) -> Form:
    """Return the form that asks MPass to authenticate. `force` asks for the credentials even if MPass knows the person.

    The language goes into the address and, as the official library does, into Destination too.
    """
    url = f"{sp.mpass.sso_url}?{urlencode({'lang': language if language in LANGUAGES else 'ro'})}"
    root = _message("AuthnRequest", sp=sp, message_id=request_id, destination=url, at=at)
    root.set("ProtocolBinding", names.POST_BINDING)
    root.set("AssertionConsumerServiceURL", sp.acs_url)
    if force:
        root.set("ForceAuthn", "true")
    # The guide: mandatory in exactly this form, though without effect.
    etree.SubElement(root, names.samlp("NameIDPolicy"), AllowCreate="true")
    return _form(root, sp=sp, field="SAMLRequest", action=url, relay_state=request_id)


def logout_request(*, sp: ServiceProvider, request_id: str, name_id: str, session_index: str, at: datetime) -> Form:
    """Return the form that asks MPass to end the person's session everywhere."""
    root = _message("LogoutRequest", sp=sp, message_id=request_id, destination=sp.mpass.slo_url, at=at)
    etree.SubElement(root, names.saml("NameID")).text = name_id
    etree.SubElement(root, names.samlp("SessionIndex")).text = session_index
    return _form(root, sp=sp, field="SAMLRequest", action=sp.mpass.slo_url, relay_state=request_id)


def logout_response(*, sp: ServiceProvider, in_response_to: str, relay_state: str, at: datetime) -> Form:
    """Return the form that tells MPass that the session it named is over here. Giving it again changes nothing."""
    root = _message("LogoutResponse", sp=sp, message_id=new_id(), destination=sp.mpass.slo_url, at=at)
    root.set("InResponseTo", in_response_to)
    status = etree.SubElement(root, names.samlp("Status"))
    etree.SubElement(status, names.samlp("StatusCode"), Value=names.SUCCESS)
    return _form(root, sp=sp, field="SAMLResponse", action=sp.mpass.slo_url, relay_state=relay_state)


def metadata(*, sp: ServiceProvider) -> bytes:
    """Return our metadata (saml-metadata-2.0, 2.4.4), the document that is exchanged at registration."""

    def md(name: str) -> str:
        return f"{{{names.MD}}}{name}"

    root = etree.Element(md("EntityDescriptor"), nsmap={"md": names.MD, "ds": names.DS}, entityID=sp.entity_id)
    role = etree.SubElement(
        root,
        md("SPSSODescriptor"),
        AuthnRequestsSigned="true",
        WantAssertionsSigned="true" if sp.assertion_signed_too else "false",
        protocolSupportEnumeration=names.SAMLP,
    )
    key = etree.SubElement(role, md("KeyDescriptor"), use="signing")
    holder = etree.SubElement(etree.SubElement(key, names.ds("KeyInfo")), names.ds("X509Data"))
    der = base64.b64encode(sp.certificate.public_bytes(Encoding.DER)).decode()
    etree.SubElement(holder, names.ds("X509Certificate")).text = der
    etree.SubElement(role, md("SingleLogoutService"), Binding=names.POST_BINDING, Location=sp.slo_url)
    etree.SubElement(
        role,
        md("AssertionConsumerService"),
        Binding=names.POST_BINDING,
        Location=sp.acs_url,
        index="0",
        isDefault="true",
    )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _message(name: str, *, sp: ServiceProvider, message_id: str, destination: str, at: datetime) -> etree._Element:
    root = etree.Element(names.samlp(name), nsmap=NAMESPACES)
    root.set("ID", message_id)
    root.set("Version", "2.0")
    root.set("IssueInstant", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    root.set("Destination", destination)
    etree.SubElement(root, names.saml("Issuer")).text = sp.entity_id
    return root


def _form(root: etree._Element, *, sp: ServiceProvider, field: str, action: str, relay_state: str) -> Form:
    signed = signature.sign(root, key=sp.key, certificate=sp.certificate)
    return Form(
        action=action,
        field=field,
        message=base64.b64encode(etree.tostring(signed)).decode(),
        relay_state=relay_state,
    )
