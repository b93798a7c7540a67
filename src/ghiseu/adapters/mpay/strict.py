"""The strict pre-parser: everything that can be refused before any cryptography is refused here, cheaply.

What holds for every signed XML message is in `foundation/wire/strict_xml`; here are the limits, the structure and
the places of identifiers of a SOAP message of MPay.
"""

import codecs
from collections.abc import Callable, Mapping

from lxml import etree

from ghiseu.adapters.mpay import names
from ghiseu.adapters.mpay.errors import DuplicateId, MessageRefused, NotReadable, NotSigned, SignatureShape
from ghiseu.foundation.wire import strict_xml
from ghiseu.foundation.wire.strict_xml import Fault, Limits

LIMITS = Limits(
    kilobytes=128,
    tags=2000,  # the sample confirmation has 90
    attributes=500,
    namespace_declarations=64,  # canonicalization costs their square
    depth=32,
)
MAX_BYTES = LIMITS.kilobytes * 1024
REFUSALS: Mapping[Fault, Callable[[str], MessageRefused]] = {
    **dict.fromkeys(Fault, NotReadable),
    Fault.IDENTIFIER: DuplicateId,
}

# By local name, so that another namespace or none cannot hide a second one from us.
AT_MOST_ONCE = ("Envelope", "Header", "Body", "Security", "Timestamp", "Signature", "SignedInfo", "KeyInfo")


def parse(message: bytes) -> etree._Element:
    """Return the envelope of a message of the right form.

    Raises NotReadable, NotSigned, SignatureShape, DuplicateId.
    """
    with strict_xml.refused_as(REFUSALS):
        strict_xml.refuse_markup(message.removeprefix(codecs.BOM_UTF8))
        strict_xml.refuse_bulk(message, limits=LIMITS)
        root = strict_xml.parse_bytes(message)
        strict_xml.refuse_depth(root, limits=LIMITS)
        _refuse_structure(root)
        strict_xml.refuse_identifiers(root, called=frozenset({"id", "assertionid"}), allowed=_identifiers_allowed)
    return root


def parse_bytes(message: bytes) -> etree._Element:
    """Parse with the one parser of this package. Raises NotReadable."""
    with strict_xml.refused_as(REFUSALS):
        return strict_xml.parse_bytes(message)


def _refuse_structure(root: etree._Element) -> None:
    if root.tag != names.soap("Envelope") or not len(root) or root[-1].tag != names.soap("Body"):
        raise NotReadable("not a SOAP 1.1 envelope that ends with its Body")
    if [child.tag for child in root] != [names.soap("Header"), names.soap("Body")]:
        raise NotSigned("the message has no header before its Body")
    local = [etree.QName(element).localname for element in root.iter()]
    for name in AT_MOST_ONCE:
        if local.count(name) > 1:
            raise SignatureShape(f"more than one {name}")


def _identifiers_allowed(element: etree._Element) -> tuple[str, ...]:
    """Return the spellings of an identifier that this element may carry; WSS4J also names parts of its signature."""
    if element.tag in {names.ds("Signature"), names.ds("KeyInfo")}:
        return ("Id",)
    in_header = names.wsu("Timestamp"), names.wsse("BinarySecurityToken"), names.wsse("SecurityTokenReference")
    root = element.getroottree().getroot()
    if (element.tag in in_header and root[0] in element.iterancestors()) or element is root[1]:
        return (names.WSU_ID,)
    return ()
