"""The strict pre-parser: everything that can be refused before any cryptography is refused here, cheaply.

The counts are taken on the raw bytes, so that a hostile message costs one pass over at most 128 KB. In UTF-8 the
two bytes `<!` start a document type, an entity, a comment or a CDATA section and nothing else; `<?` starts an XML
declaration or a processing instruction. None of them belongs into a message of MPass.
"""

import base64
import binascii
import re
from functools import cache
from importlib import resources

from lxml import etree

from ghiseu.adapters.mpass import names
from ghiseu.adapters.mpass.errors import (
    DuplicateId,
    ForbiddenMarkup,
    ForeignNamespace,
    NotBase64,
    NotOfTheProfile,
    NotOneAssertion,
    NotUtf8,
    NotWellFormed,
    TooDeep,
    TooLarge,
)

MAX_ENCODED = 128 * 1024  # characters of base64
MAX_TAGS = 1000  # opening and closing together; the sample answer has 70
MAX_ATTRIBUTES = 500
MAX_NAMESPACE_DECLARATIONS = 64  # canonicalization costs their square
MAX_DEPTH = 32

KNOWN_NAMESPACES = frozenset({names.SAMLP, names.SAML, names.DS, names.EXC_C14N, names.XSI, names.XS, names.XML})
DECLARATION = re.compile(rb"\A<\?xml\s[^<>]{0,100}\?>")
OTHER_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)
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
    _refuse_markup(message)
    _refuse_bulk(message)
    root = parse_bytes(message)
    _refuse_depth(root)
    _refuse_namespaces(root)
    _refuse_structure(root)
    _refuse_ids(root)
    return root


def parse_bytes(message: bytes) -> etree._Element:
    """Parse with the one parser of this package. Raises NotWellFormed."""
    try:
        return etree.fromstring(message, parser=parser())
    except etree.XMLSyntaxError as error:
        raise NotWellFormed("not well-formed XML") from error


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


def refuse_other_profiles(root: etree._Element) -> None:
    """Compare the tree with the schema of the messages that MPass documents. Raises NotOfTheProfile."""
    if not _schema().validate(root):
        raise NotOfTheProfile("the structure is not one that MPass documents")


@cache
def _schema() -> etree.RelaxNG:
    text = resources.files("ghiseu.adapters.mpass").joinpath("profile.rng").read_bytes()
    return etree.RelaxNG(etree.fromstring(text, parser=parser()))


def _refuse_markup(message: bytes) -> None:
    try:
        message.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotUtf8("the message is not UTF-8") from error
    declaration = DECLARATION.match(message)
    start = declaration.end() if declaration else 0
    if declaration and OTHER_ENCODING.search(declaration.group()):
        raise NotUtf8("the XML declaration names another encoding")
    if b"<!" in message:
        raise ForbiddenMarkup("document type, entity, comment or CDATA section")
    if message.find(b"<?", start) != -1:
        raise ForbiddenMarkup("processing instruction")


def _refuse_bulk(message: bytes) -> None:
    if len(message) > MAX_ENCODED:
        raise TooLarge("more than 128 KB")
    if message.count(b"<") > MAX_TAGS:
        raise TooLarge(f"more than {MAX_TAGS} tags")
    if message.count(b'="') + message.count(b"='") > MAX_ATTRIBUTES:
        raise TooLarge(f"more than {MAX_ATTRIBUTES} attributes")
    if message.count(b"xmlns") > MAX_NAMESPACE_DECLARATIONS:
        raise TooLarge(f"more than {MAX_NAMESPACE_DECLARATIONS} namespace declarations")


def _refuse_depth(root: etree._Element) -> None:
    level, row = 1, [root]
    while row:
        if level > MAX_DEPTH:
            raise TooDeep(f"deeper than {MAX_DEPTH} elements")
        row = [child for parent in row for child in parent]
        level += 1


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


def _refuse_ids(root: etree._Element) -> None:
    seen: set[str] = set()
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if etree.QName(attribute).localname.lower() != "id":
                continue
            if attribute != _id_attribute(element, root):
                raise DuplicateId("an identifier stands where none belongs")
            if value in seen:
                raise DuplicateId("two elements have the same identifier")
            seen.add(str(value))


def _id_attribute(element: etree._Element, root: etree._Element) -> str:
    """Return the only spelling of an identifier that this element may carry."""
    if element is root or (element.getparent() is root and element.tag == names.saml("Assertion")):
        return "ID"
    return "Id" if element.tag == names.ds("Signature") else ""
