"""The strict pre-parser of signed SOAP: what can be refused before any cryptography is refused here, cheaply.

What holds for every signed XML message is in `strict_xml`; here are the structure of a SOAP 1.1 message and the places
of its identifiers.
"""

import codecs
from collections.abc import Callable, Mapping
from functools import partial

from lxml import etree

from ghiseu.foundation.wire import signed_soap_names as names
from ghiseu.foundation.wire import strict_xml
from ghiseu.foundation.wire.signed_soap import Flaw, NotGenuine, Profile
from ghiseu.foundation.wire.strict_xml import Fault

REFUSALS: Mapping[Fault, Callable[[str], Exception]] = {
    **dict.fromkeys(Fault, partial(NotGenuine, Flaw.NOT_READABLE)),
    Fault.IDENTIFIER: partial(NotGenuine, Flaw.IDENTIFIER),
}

# By local name, so that another namespace or none cannot hide a second one from us.
AT_MOST_ONCE = ("Envelope", "Header", "Body", "Security", "Timestamp", "Signature", "SignedInfo", "KeyInfo")


def parse(message: bytes, *, profile: Profile) -> etree._Element:
    """Return the envelope of a message of the right form. Raises NotGenuine."""
    with strict_xml.refused_as(REFUSALS):
        strict_xml.refuse_markup(message.removeprefix(codecs.BOM_UTF8))
        strict_xml.refuse_bulk(message, limits=profile.limits)
        root = strict_xml.parse_bytes(message)
        strict_xml.refuse_depth(root, limits=profile.limits)
        _refuse_structure(root)
        strict_xml.refuse_identifiers(
            root, called=frozenset({"id", "assertionid"}), allowed=partial(_identifiers_allowed, profile=profile)
        )
    return root


def parse_bytes(content: bytes) -> etree._Element:
    """Parse the canonical bytes of a part again. Raises NotGenuine."""
    with strict_xml.refused_as(REFUSALS):
        return strict_xml.parse_bytes(content)


def _refuse_structure(root: etree._Element) -> None:
    if root.tag != names.soap("Envelope") or not len(root) or root[-1].tag != names.soap("Body"):
        raise NotGenuine(Flaw.NOT_READABLE, "not a SOAP 1.1 envelope that ends with its Body")
    if [child.tag for child in root] != [names.soap("Header"), names.soap("Body")]:
        raise NotGenuine(Flaw.NOT_SIGNED, "the message has no header before its Body")
    local = [etree.QName(element).localname for element in root.iter()]
    for name in AT_MOST_ONCE:
        if local.count(name) > 1:
            raise NotGenuine(Flaw.SHAPE, f"more than one {name}")


def _identifiers_allowed(element: etree._Element, *, profile: Profile) -> tuple[str, ...]:
    """Return the spellings of an identifier that this element may carry; WSS4J also names parts of its signature."""
    if element.tag in {names.ds("Signature"), names.ds("KeyInfo")}:
        return (names.PLAIN_ID,)
    in_header = names.wsu("Timestamp"), names.wsse("BinarySecurityToken"), names.wsse("SecurityTokenReference")
    root = element.getroottree().getroot()
    if (element.tag in in_header and root[0] in element.iterancestors()) or element is root[1]:
        return profile.reads_ids
    return ()
