"""SOAP 1.1 messages of the contract IMSign, read strictly by its schema (msign.wsdl) and written in its order."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MSIGN: Final = "https://msign.gov.md"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XS: Final = "http://www.w3.org/2001/XMLSchema"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
WSDL: Final = Path(__file__).parent / "msign.wsdl"
OPERATIONS: Final = ("PostSignRequest", "GetSignResponse", "VerifySignatures")
# What the guide says in words about texts: the longest that is taken.
LONGEST: Final = {
    "ContentDescription": 512,
    "ShortContentDescription": 90,
    "SignatureReason": 255,
    "CorrelationID": 36,
    "Name": 256,
}
Member = tuple[str, "str | bytes | bool | list[etree._Element] | None"]


class Fault(Exception):
    """The call is refused. `code` is a fault of the contract, or Client for what is no message of it."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Call:
    """One operation that was asked for; `content` is the child of the Body, known to keep the schema."""

    operation: str
    content: etree._Element


def contract(address: str) -> bytes:
    """Return the contract with the address of the service in it."""
    return WSDL.read_bytes().replace(b"ADDRESS", address.encode())


def read(raw: bytes, *, action: str) -> Call:
    """Return what is asked for. `action` is the header SOAPAction. Raises Fault."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        root = etree.fromstring(raw, parser=parser)
    except etree.XMLSyntaxError as error:
        raise Fault("Client", "this is not XML") from error
    body = root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or body is None or len(body) != 1:
        raise Fault("Client", "this is not a SOAP 1.1 message with one operation")
    content = body[0]
    operation = etree.QName(content).localname
    if operation not in OPERATIONS or etree.QName(content).namespace != MSIGN:
        raise Fault("Client", "there is no such operation")
    if action.strip('"') != f"{MSIGN}/IMSign/{operation}":
        raise Fault("Client", "SOAPAction names another operation")
    if not _schema().validate(content):
        raise Fault("InvalidParameter", "the message breaks the schema")
    _require_lengths(content)
    return Call(operation=operation, content=content)


def text(parent: etree._Element, name: str) -> str:
    """Return the text of a member; empty when it is absent or nil."""
    return parent.findtext(f"{{{MSIGN}}}{name}") or ""


def binary(parent: etree._Element, name: str) -> bytes:
    """Return the bytes of a member; empty when it is absent or nil."""
    return base64.b64decode(text(parent, name))


def members(parent: etree._Element, *path: str) -> list[etree._Element]:
    """Return the elements at the end of a path of names."""
    return parent.findall("/".join(f"{{{MSIGN}}}{name}" for name in path))


def structure(name: str, given: Iterable[Member]) -> etree._Element:
    """Return an element with these members, in this order; None is nil, a list an array."""
    made = etree.Element(f"{{{MSIGN}}}{name}", nsmap={"m": MSIGN})
    for member, value in given:
        one = etree.SubElement(made, f"{{{MSIGN}}}{member}")
        if value is None:
            one.set(f"{{{XSI}}}nil", "true")
        elif isinstance(value, list):
            one.extend(value)
        elif isinstance(value, bytes):
            one.text = base64.b64encode(value).decode()
        else:
            one.text = str(value).lower() if isinstance(value, bool) else value
    return made


def answer(operation: str, result: "etree._Element | str") -> bytes:
    """Return the whole message that answers an operation. Raises ValueError for one that breaks the contract."""
    wrapper = etree.Element(f"{{{MSIGN}}}{operation}Response", nsmap={"m": MSIGN})
    place = etree.SubElement(wrapper, f"{{{MSIGN}}}{operation}Result")
    if isinstance(result, str):
        place.text = result
    else:
        place.extend(list(result))
    if not _schema().validate(wrapper):
        raise ValueError(f"the answer to {operation} breaks the schema")
    return _message(wrapper)


def fault(refused: Fault) -> bytes:
    """Return the message of a refusal (SOAP 1.1, 4.4); its reason is in English."""
    made = etree.Element(f"{{{SOAP}}}Fault", nsmap={"s": SOAP})
    is_ours = refused.code != "Client"
    code = etree.SubElement(made, "faultcode", nsmap={"a": MSIGN} if is_ours else None)
    code.text = f"a:{refused.code}" if is_ours else "s:Client"
    reason = etree.SubElement(made, "faultstring")
    reason.set(XML_LANG, "en")
    reason.text = refused.reason
    return _message(made)


def _message(content: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"s": SOAP})
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    return etree.tostring(envelope, encoding="utf-8", xml_declaration=False)


def _require_lengths(content: etree._Element) -> None:
    for name, longest in LONGEST.items():
        for one in content.iter(f"{{{MSIGN}}}{name}"):
            if len(one.text or "") > longest:
                raise Fault("InvalidParameter", f"{name} is longer than {longest}")


@cache
def _schema() -> etree.XMLSchema:
    found = etree.parse(str(WSDL)).find(f".//{{{XS}}}schema")
    if found is None:
        raise ValueError("the contract has no schema")
    return etree.XMLSchema(etree.fromstring(etree.tostring(found)))
