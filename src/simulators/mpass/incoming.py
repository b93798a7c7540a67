"""Reading what a service posts here."""

import base64
import binascii
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from simulators.mpass.book import Book
from simulators.mpass.messages import SAML, SAMLP
from simulators.mpass.signing import NotSignedProperly, certificate_in, check

MAX_CHARACTERS = 128 * 1024


class NotUnderstood(Exception):
    """A message that MPass refuses; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Received:
    """A signed message of a registered service."""

    root: etree._Element
    issuer: str

    def attribute(self, name: str) -> str:
        """Return an attribute of the message, empty when absent."""
        return str(self.root.get(name, ""))

    def text(self, namespace: str, name: str) -> str:
        """Return the text of a child, empty when absent."""
        return str(self.root.findtext(f"{{{namespace}}}{name}") or "")


def receive(encoded: str, *, name: str, destination: str, book: Book) -> Received:
    """Read one message. The first message of a service registers its certificate. Raises NotUnderstood."""
    try:
        content = base64.b64decode(encoded[:MAX_CHARACTERS], validate=True)
        root = etree.fromstring(content, parser=etree.XMLParser(resolve_entities=False, no_network=True))
    except (binascii.Error, etree.XMLSyntaxError) as error:
        raise NotUnderstood("not base64 of XML") from error
    if root.tag != f"{{{SAMLP}}}{name}":
        raise NotUnderstood(f"{name} is expected here")
    received = Received(root=root, issuer=str(root.findtext(f"{{{SAML}}}Issuer") or ""))
    if received.attribute("Destination").partition("?")[0] != destination:
        raise NotUnderstood("Destination is not this address")
    try:
        check(root, _certificate(received, book))
    except NotSignedProperly as error:
        raise NotUnderstood(str(error)) from error
    return received


def _certificate(received: Received, book: Book) -> x509.Certificate:
    known = book.certificate_of(received.issuer)
    if known:
        return x509.load_pem_x509_certificate(known.encode())
    offered = certificate_in(received.root)
    check(received.root, offered)
    book.register(received.issuer, offered.public_bytes(Encoding.PEM).decode())
    return offered
