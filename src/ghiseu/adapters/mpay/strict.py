"""The strict pre-parser: everything that can be refused before any cryptography is refused here, cheaply.

The counts are taken on the raw bytes. In UTF-8 the two bytes `<!` start a document type, an entity, a comment or a
CDATA section and nothing else; `<?` starts an XML declaration or a processing instruction. SOAP 1.1 (chapter 3)
forbids document types and instructions; nobody needs the others.
"""

import re

from lxml import etree

from ghiseu.adapters.mpay import names
from ghiseu.adapters.mpay.errors import DuplicateId, NotReadable, NotSigned, SignatureShape

MAX_BYTES = 128 * 1024
MAX_TAGS = 2000  # opening and closing together; the sample confirmation has 90
MAX_ATTRIBUTES = 500
MAX_NAMESPACE_DECLARATIONS = 64  # canonicalization costs their square
MAX_DEPTH = 32

DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?<\?xml\s[^<>]{0,100}\?>\s*")
OTHER_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
# By local name, so that another namespace or none cannot hide a second one from us.
AT_MOST_ONCE = ("Envelope", "Header", "Body", "Security", "Timestamp", "Signature", "SignedInfo", "KeyInfo")


def parse(message: bytes) -> etree._Element:
    """Return the envelope of a message of the right form.

    Raises NotReadable, NotSigned, SignatureShape, DuplicateId.
    """
    _refuse_markup(message)
    _refuse_bulk(message)
    root = parse_bytes(message)
    _refuse_depth(root)
    _refuse_structure(root)
    _refuse_ids(root)
    return root


def parse_bytes(message: bytes) -> etree._Element:
    """Parse with the one parser of this package. Raises NotReadable."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
        remove_blank_text=False,
    )
    try:
        return etree.fromstring(message, parser=parser)
    except etree.XMLSyntaxError as error:
        raise NotReadable("not well-formed XML") from error


def _refuse_markup(message: bytes) -> None:
    try:
        message.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotReadable("the message is not UTF-8") from error
    declaration = DECLARATION.match(message)
    start = declaration.end() if declaration else 0
    if declaration and OTHER_ENCODING.search(declaration.group()):
        raise NotReadable("the XML declaration names another encoding")
    if b"<!" in message:
        raise NotReadable("document type, entity, comment or CDATA section")
    if message.find(b"<?", start) != -1:
        raise NotReadable("processing instruction")


def _refuse_bulk(message: bytes) -> None:
    if len(message) > MAX_BYTES:
        raise NotReadable("more than 128 KB")
    if message.count(b"<") > MAX_TAGS:
        raise NotReadable(f"more than {MAX_TAGS} tags")
    if message.count(b'="') + message.count(b"='") > MAX_ATTRIBUTES:
        raise NotReadable(f"more than {MAX_ATTRIBUTES} attributes")
    if message.count(b"xmlns") > MAX_NAMESPACE_DECLARATIONS:
        raise NotReadable(f"more than {MAX_NAMESPACE_DECLARATIONS} namespace declarations")


def _refuse_depth(root: etree._Element) -> None:
    level, row = 1, [root]
    while row:
        if level > MAX_DEPTH:
            raise NotReadable(f"deeper than {MAX_DEPTH} elements")
        row = [child for parent in row for child in parent]
        level += 1


def _refuse_structure(root: etree._Element) -> None:
    if root.tag != names.soap("Envelope") or not len(root) or root[-1].tag != names.soap("Body"):
        raise NotReadable("not a SOAP 1.1 envelope that ends with its Body")
    if [child.tag for child in root] != [names.soap("Header"), names.soap("Body")]:
        raise NotSigned("the message has no header before its Body")
    local = [etree.QName(element).localname for element in root.iter()]
    for name in AT_MOST_ONCE:
        if local.count(name) > 1:
            raise SignatureShape(f"more than one {name}")


def _refuse_ids(root: etree._Element) -> None:
    seen: set[str] = set()
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if etree.QName(attribute).localname.lower() not in {"id", "assertionid"}:
                continue
            if attribute not in _id_attributes(element, root):
                raise DuplicateId("an identifier stands where none belongs")
            if value in seen:
                raise DuplicateId("two elements have the same identifier")
            seen.add(str(value))


def _id_attributes(element: etree._Element, root: etree._Element) -> tuple[str, ...]:
    """Return the spellings of an identifier that this element may carry; WSS4J also names parts of its signature."""
    if element.tag in {names.ds("Signature"), names.ds("KeyInfo")}:
        return ("Id",)
    in_header = names.wsu("Timestamp"), names.wsse("BinarySecurityToken"), names.wsse("SecurityTokenReference")
    if (element.tag in in_header and root[0] in element.iterancestors()) or element is root[1]:
        return (names.WSU_ID,)
    return ()
