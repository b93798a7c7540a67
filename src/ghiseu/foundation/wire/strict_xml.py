"""What any signed XML message can be refused for before cryptography or meaning is looked at, and cheaply.

The counts are taken on the raw bytes, so that a hostile message costs one pass over them. In UTF-8 the two bytes
`<!` start a document type, an entity, a comment or a CDATA section and nothing else; `<?` starts an XML declaration
or a processing instruction. No protocol that is spoken here needs any of them (SOAP 1.1, chapter 3, forbids most).

Which structure a message has, where its identifiers stand and how much of everything it may have, the adapter says.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto

from lxml import etree

DECLARATION = re.compile(rb"\A<\?xml\s[^<>]{0,100}\?>")
OTHER_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


class Fault(Enum):
    """What is wrong with the form of a message."""

    NOT_UTF8 = auto()
    FORBIDDEN_MARKUP = auto()
    TOO_LARGE = auto()
    NOT_WELL_FORMED = auto()
    TOO_DEEP = auto()
    IDENTIFIER = auto()


class BadForm(Exception):
    """A message breaks one of the rules below. `reason` is an English fact without personal data."""

    def __init__(self, fault: Fault, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Limits:
    """More than any honest message of one protocol has; opening and closing tags are counted together."""

    kilobytes: int
    tags: int
    attributes: int
    namespace_declarations: int
    depth: int


@contextmanager
def refused_as(refusals: Mapping[Fault, Callable[[str], Exception]]) -> Iterator[None]:
    """Let each fault of the block end in the refusal that the table names for it, with the same reason."""
    try:
        yield
    except BadForm as error:
        raise refusals[error.fault](error.reason) from error


def parser() -> etree.XMLParser:
    """Return a parser that reads no entity, no document type and nothing from the network."""
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
        remove_blank_text=False,
    )


def parse_bytes(message: bytes) -> etree._Element:
    """Return the root of a message. Raises BadForm."""
    try:
        return etree.fromstring(message, parser=parser())
    except etree.XMLSyntaxError as error:
        raise BadForm(Fault.NOT_WELL_FORMED, "not well-formed XML") from error


def refuse_markup(message: bytes) -> None:
    """Raise BadForm for anything but elements and text in UTF-8 after at most one XML declaration."""
    try:
        message.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadForm(Fault.NOT_UTF8, "the message is not UTF-8") from error
    declaration = DECLARATION.match(message)
    start = declaration.end() if declaration else 0
    if declaration and OTHER_ENCODING.search(declaration.group()):
        raise BadForm(Fault.NOT_UTF8, "the XML declaration names another encoding")
    if b"<!" in message:
        raise BadForm(Fault.FORBIDDEN_MARKUP, "document type, entity, comment or CDATA section")
    if message.find(b"<?", start) != -1:
        raise BadForm(Fault.FORBIDDEN_MARKUP, "processing instruction")


def refuse_bulk(message: bytes, *, limits: Limits) -> None:
    """Raise BadForm for a message that would be costly to parse or to canonicalize."""
    if len(message) > limits.kilobytes * 1024:
        raise BadForm(Fault.TOO_LARGE, f"more than {limits.kilobytes} KB")
    if message.count(b"<") > limits.tags:
        raise BadForm(Fault.TOO_LARGE, f"more than {limits.tags} tags")
    if message.count(b'="') + message.count(b"='") > limits.attributes:
        raise BadForm(Fault.TOO_LARGE, f"more than {limits.attributes} attributes")
    if message.count(b"xmlns") > limits.namespace_declarations:
        raise BadForm(Fault.TOO_LARGE, f"more than {limits.namespace_declarations} namespace declarations")


def refuse_depth(root: etree._Element, *, limits: Limits) -> None:
    """Raise BadForm for elements that stand inside each other too often."""
    level, row = 1, [root]
    while row:
        if level > limits.depth:
            raise BadForm(Fault.TOO_DEEP, f"deeper than {limits.depth} elements")
        row = [child for parent in row for child in parent]
        level += 1


def refuse_identifiers(
    root: etree._Element, *, called: frozenset[str], allowed: Callable[[etree._Element], tuple[str, ...]]
) -> None:
    """Raise BadForm for an identifier that stands twice, or where none belongs.

    An identifier is each attribute whose local name in small letters is one of `called`; `allowed` tells the
    spellings that an element may carry.
    """
    seen: set[str] = set()
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if etree.QName(attribute).localname.lower() not in called:
                continue
            if attribute not in allowed(element):
                raise BadForm(Fault.IDENTIFIER, "an identifier stands where none belongs")
            if value in seen:
                raise BadForm(Fault.IDENTIFIER, "two elements have the same identifier")
            seen.add(str(value))
