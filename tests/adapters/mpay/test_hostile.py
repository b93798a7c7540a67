"""Messages made to deceive: each is refused, and none is half-read."""

import re
from collections.abc import Callable

import pytest
from lxml import etree
from tests.adapters.mpay.conftest import AT, certificate, vector

from ghiseu.adapters.mpay import names
from ghiseu.adapters.mpay.errors import (
    AlgorithmNotAllowed,
    DuplicateId,
    MessageRefused,
    NotReadable,
    NotSigned,
    SignatureShape,
    SignatureWrong,
)
from ghiseu.adapters.mpay.security import verified

GOOD = vector("confirm_order_payment.request.signed.dotnet_style.sha1.xml")
OTHER = GOOD.replace(b"<TotalAmount>100.00", b"<TotalAmount>1.00")


def check(message: bytes) -> None:
    verified(message, pinned=(certificate("mpay"),), accepts_sha1=True, at=AT)


def rebuilt(change: Callable[[etree._Element], None]) -> bytes:
    root = etree.fromstring(GOOD)
    change(root)
    return etree.tostring(root)


def forged_body() -> etree._Element:
    body = etree.fromstring(OTHER)[1]
    body.set(names.WSU_ID, "BD-evil")
    return body


def body_moved_into_the_header(root):
    signed = root[1]
    holder = etree.SubElement(root[0], "Wrapper")
    holder.append(signed)
    root.append(forged_body())


def second_body_behind(root):
    root.append(forged_body())


def second_body_before(root):
    root.insert(1, forged_body())


def body_signed_elsewhere_under_another_name(root):
    signed = root[1]
    signed.tag = "{urn:elsewhere}Content"
    root[0].append(signed)
    root.append(forged_body())


def signed_part_hidden_in_the_new_body(root):
    signed = root[1]
    new = forged_body()
    root.replace(signed, new)
    signed.tag = "{urn:elsewhere}Content"
    new[0].append(signed)


def same_id_on_the_new_body(root):
    signed = root[1]
    signed.tag = "{urn:elsewhere}Content"
    root[0].append(signed)
    new = forged_body()
    new.set(names.WSU_ID, signed.get(names.WSU_ID))
    root.append(new)


def id_of_another_namespace(root):
    root[1].set("Id", root[1].attrib.pop(names.WSU_ID))


def body_not_covered(root):
    info = root.find(f".//{names.ds('SignedInfo')}")
    info.remove(info.findall(names.ds("Reference"))[0])


def timestamp_not_covered(root):
    info = root.find(f".//{names.ds('SignedInfo')}")
    info.remove(info.findall(names.ds("Reference"))[1])


def whole_document_referenced(root):
    root.find(f".//{names.ds('Reference')}").set("URI", "")


def second_signature(root):
    security = root[0][0]
    security.append(etree.fromstring(etree.tostring(security.find(names.ds("Signature")))))


def no_signature(root):
    security = root[0][0]
    security.remove(security.find(names.ds("Signature")))


def no_timestamp(root):
    security = root[0][0]
    security.remove(security.find(names.wsu("Timestamp")))


def no_header(root):
    root.remove(root[0])


def xslt_transform(root):
    transform = root.find(f".//{names.ds('Transform')}")
    transform.set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")


def transform_with_content(root):
    etree.SubElement(root.find(f".//{names.ds('Transform')}"), "{http://www.w3.org/1999/XSL/Transform}stylesheet")


def inclusive_form(root):
    method = root.find(f".//{names.ds('CanonicalizationMethod')}")
    method.set("Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315")


def secret_key_method(root):
    method = root.find(f".//{names.ds('SignatureMethod')}")
    method.set("Algorithm", "http://www.w3.org/2000/09/xmldsig#hmac-sha1")


def object_in_signature(root):
    etree.SubElement(root.find(f".//{names.ds('Signature')}"), names.ds("Object")).append(forged_body()[0])


def timestamp_made_longer(root):
    root.find(f".//{names.wsu('Expires')}").text = "2036-01-15T08:05:00.000Z"


def header_that_must_be_understood(root):
    other = etree.SubElement(root[0], "{urn:elsewhere}Route")
    other.set(names.soap("mustUnderstand"), "1")


REBUILT: list[tuple[Callable[[etree._Element], None], type[MessageRefused]]] = [
    (body_moved_into_the_header, SignatureShape),
    (second_body_behind, NotSigned),
    (second_body_before, NotSigned),
    (body_signed_elsewhere_under_another_name, DuplicateId),
    (signed_part_hidden_in_the_new_body, DuplicateId),
    (same_id_on_the_new_body, DuplicateId),
    (id_of_another_namespace, DuplicateId),
    (body_not_covered, SignatureShape),
    (timestamp_not_covered, SignatureShape),
    (whole_document_referenced, SignatureShape),
    (second_signature, SignatureShape),
    (no_signature, NotSigned),
    (no_timestamp, NotSigned),
    (no_header, NotSigned),
    (xslt_transform, AlgorithmNotAllowed),
    (transform_with_content, SignatureShape),
    (inclusive_form, AlgorithmNotAllowed),
    (secret_key_method, AlgorithmNotAllowed),
    (object_in_signature, SignatureShape),
    (timestamp_made_longer, SignatureWrong),
    (header_that_must_be_understood, NotReadable),
]
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "/etc/passwd">]>'
RAW = {
    "document type": ENTITY + GOOD,
    "comment in a value": GOOD.replace(b"90000001", b"9000<!-- -->0001"),
    "instruction": GOOD.replace(b"90000001", b"9000<?x ?>0001"),
    "another encoding": b'<?xml version="1.0" encoding="utf-16"?>' + GOOD,
    "not UTF-8": GOOD.replace(b"EXEMPLU", b"\xff\xfe"),
    "not XML": b"GET / HTTP/1.1",
    "nothing": b"",
    "cut": GOOD[:-200],
    "large": GOOD.replace(b"EXEMPLU", b"x" * 140_000),
    "deep": GOOD.replace(b"EXEMPLU", b"<a>" * 40 + b"</a>" * 40),
    "many elements": GOOD.replace(b"EXEMPLU", b"<a/>" * 2500),
    "not SOAP": b"<a/>",
}


class TestHostileMessage:
    def test_differs_from_one_that_is_accepted(self):
        assert verified(GOOD, pinned=(certificate("mpay"),), accepts_sha1=True, at=AT).body is not None

    @pytest.mark.parametrize(("change", "refusal"), REBUILT, ids=lambda value: getattr(value, "__name__", ""))
    def test_with_the_signed_part_in_the_wrong_place_is_refused(self, change, refusal):
        message = rebuilt(change)

        with pytest.raises(refusal):
            check(message)

    @pytest.mark.parametrize("name", RAW)
    def test_of_the_wrong_form_is_refused_before_any_cryptography(self, name):
        with pytest.raises(NotReadable):
            check(RAW[name])

    def test_is_told_the_codes_of_the_guide(self):
        codes = {refusal.code for _, refusal in REBUILT}

        assert codes == {"AuthenticationFailed", "InvalidParameter"}

    def test_without_its_white_space_kept_is_refused(self):
        message = re.sub(rb"<OrderKey>", b"<OrderKey> ", GOOD)

        with pytest.raises(SignatureWrong):
            check(message)
