"""The strict pre-parser: everything that can be refused before any cryptography is refused here, cheaply.

What holds for every signed XML message is in `foundation/wire/strict_xml`; here are the limits, the structure and
the places of identifiers of a message of MPass.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from lxml import etree

from ghiseu.adapters.mpass import names
from ghiseu.adapters.mpass.errors import (
    DuplicateId,
    ForbiddenMarkup,
    ForeignNamespace,
    MessageRefused,
    NotBase64,
    NotOfTheProfile,
    NotOneAssertion,
    NotUtf8,
    NotWellFormed,
    TooDeep,
    TooLarge,
)
from ghiseu.foundation.wire import strict_xml
from ghiseu.foundation.wire.strict_xml import Fault, Limits

MAX_ENCODED = 128 * 1024  # characters of base64
LIMITS = Limits(
    kilobytes=128,
    tags=1000,  # the sample answer has 70
    attributes=500,
    namespace_declarations=64,  # canonicalization costs their square
    depth=32,
)
REFUSALS: Mapping[Fault, Callable[[str], MessageRefused]] = {
    Fault.NOT_UTF8: NotUtf8,
    Fault.FORBIDDEN_MARKUP: ForbiddenMarkup,
    Fault.TOO_LARGE: TooLarge,
    Fault.NOT_WELL_FORMED: NotWellFormed,
    Fault.TOO_DEEP: TooDeep,
    Fault.IDENTIFIER: DuplicateId,
}

KNOWN_NAMESPACES = frozenset({names.SAMLP, names.SAML, names.DS, names.EXC_C14N, names.XSI, names.XS, names.XML})
ROOTS = ("Response", "LogoutRequest", "LogoutResponse")


def decode(encoded: str) -> bytes:
    """Return the bytes of a form field (base64 of the plain XML, no deflate). Raises TooLarge, NotBase64."""
    if len(encoded) > MAX_ENCODED:
        raise TooLarge("more than 128 KB of base64")
    # Line breaks are the one liberty that MIME encoders take.
    text = encoded.replace("\r", "").replace("\n", "")
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise NotBase64("the form field is not base64") from error


def parse(message: bytes) -> etree._Element:
    """Return the root of a message that keeps rules 1 and 2 as far as they need no signature.

    Raises one of the refusals of rules 1 and 2.
    """
    with strict_xml.refused_as(REFUSALS):
        strict_xml.refuse_markup(message)
        strict_xml.refuse_bulk(message, limits=LIMITS)
        root = strict_xml.parse_bytes(message)
        strict_xml.refuse_depth(root, limits=LIMITS)
        _refuse_namespaces(root)
        _refuse_structure(root)
        strict_xml.refuse_identifiers(root, called=frozenset({"id"}), allowed=_identifiers_allowed)
    return root


def parse_bytes(message: bytes) -> etree._Element:
    """Parse with the one parser of this package. Raises NotWellFormed."""
    with strict_xml.refused_as(REFUSALS):
        return strict_xml.parse_bytes(message)


def refuse_other_profiles(root: etree._Element) -> None:
    """Compare the tree with the schema of the messages that MPass documents. Raises NotOfTheProfile."""
    if not _schema().validate(root):
        raise NotOfTheProfile("the structure is not one that MPass documents")


@cache
def _schema() -> etree.RelaxNG:
    text = resources.files("ghiseu.adapters.mpass").joinpath("profile.rng").read_bytes()
    return etree.RelaxNG(etree.fromstring(text, parser=strict_xml.parser()))


def _refuse_namespaces(root: etree._Element) -> None:
    for element in root.iter():
        if not set(element.nsmap.values()) <= KNOWN_NAMESPACES:
            raise ForeignNamespace("a namespace outside SAML and XML signature is declared")


def _refuse_structure(root: etree._Element) -> None:
    if root.tag not in {names.samlp(name) for name in ROOTS}:
        raise NotOfTheProfile("the root is not a message of this protocol")
    # Counted by local name: another namespace or none must not hide a second one from us.
    local = [etree.QName(element).localname for element in root.iter()]
    if sum(local.count(name) for name in ROOTS) != 1:
        raise NotOneAssertion("more than one message in the message")
    if "EncryptedAssertion" in local:
        raise NotOfTheProfile("encrypted assertions are not agreed with MPass")
    assertions = local.count("Assertion")
    if assertions > 1 or assertions != len(root.findall(names.saml("Assertion"))):
        raise NotOneAssertion("several, nested or misplaced assertions")


def _identifiers_allowed(element: etree._Element) -> tuple[str, ...]:
    """Return the only spelling of an identifier that this element may carry, if it may carry one."""
    parent = element.getparent()
    if parent is None or (parent.getparent() is None and element.tag == names.saml("Assertion")):
        return ("ID",)
    return ("Id",) if element.tag == names.ds("Signature") else ()
