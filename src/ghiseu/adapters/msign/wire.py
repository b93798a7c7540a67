"""The three operations of IMSign in and out of XML (integration guide of MSign, API reference).

Written: every structure in alphabetical order, as the contract has it. Read: members in any order, absent or nil ones
as empty; a status that the contract does not know, or a result that cannot be decoded, is not usable.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from lxml import etree

from ghiseu.adapters.msign import names
from ghiseu.foundation.outcomes import UnusableAnswer
from ghiseu.foundation.wire import strict_xml
from ghiseu.foundation.wire.strict_xml import BadForm
from ghiseu.modules.signatures.ports import (
    ContentType,
    SignAnswer,
    Signature,
    SignedContent,
    SignerVerdict,
    SignOrder,
    SignStatus,
    Verified,
)

MAX_KILOBYTES = 12 * 1024
LIMITS = strict_xml.Limits(kilobytes=MAX_KILOBYTES, tags=4000, attributes=2000, namespace_declarations=2000, depth=20)
# Lengths that the guide gives in words.
LONGEST_SHORT, LONGEST_DESCRIPTION, LONGEST_REASON, LONGEST_NAME = 90, 512, 255, 256
TRUE = ("true", "1")


class SoapFault(Exception):
    """The platform refused the call. `code` is the local name of the fault, `reason` its English text."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


def post_message(order: SignOrder) -> bytes:
    """Return PostSignRequest. Texts longer than the guide allows are cut; the expected signer is always named."""
    is_pdf = order.content_type is ContentType.PDF
    request = _element("request")
    _add(request, "ContentDescription", order.description[:LONGEST_DESCRIPTION])
    _add(request, "ContentType", order.content_type)
    contents = _add(request, "Contents")
    for one in order.contents:
        content = _add(contents, "SignContent")
        _add(content, "Content", _encoded(one.content))
        _add(content, "CorrelationID", one.correlation)
        if is_pdf:
            _add(content, "MultipleSignatures", "false")
            _add(content, "Name", one.name[:LONGEST_NAME])
    _add(_add(request, "ExpectedSigner"), "ID", order.signer_idnp)
    _add(request, "ShortContentDescription", order.short_description[:LONGEST_SHORT])
    if is_pdf and order.reason:
        _add(request, "SignatureReason", order.reason[:LONGEST_REASON])
    return _message(names.POST, request)


def get_message(request_id: str, *, language: str) -> bytes:
    """Return GetSignResponse; `language` is ro, ru or en."""
    asked, spoken = _element("requestID"), _element("language")
    asked.text, spoken.text = request_id, language
    return _message(names.GET, asked, spoken)


def verify_message(contents: Sequence[SignedContent], *, content_type: ContentType, language: str) -> bytes:
    """Return VerifySignatures."""
    request = _element("request")
    listed = _add(request, "Contents")
    for one in contents:
        content = _add(listed, "VerificationContent")
        if one.content:
            _add(content, "Content", _encoded(one.content))
        _add(content, "CorrelationID", one.correlation)
        _add(content, "Signature", _encoded(one.signature))
    _add(request, "Language", language)
    _add(request, "SignedContentType", content_type)
    return _message(names.VERIFY, request)


def result_of(raw: bytes, operation: str) -> etree._Element:
    """Return the result of an answer to this operation. Raises SoapFault, UnusableAnswer."""
    try:
        strict_xml.refuse_markup(raw)
        strict_xml.refuse_bulk(raw, limits=LIMITS)
        root = strict_xml.parse_bytes(raw)
        strict_xml.refuse_depth(root, limits=LIMITS)
    except BadForm as error:
        raise UnusableAnswer(f"the answer is no message of MSign: {error.reason}") from error
    bodies = root.findall(names.soap("Body"))
    if root.tag != names.soap("Envelope") or len(bodies) != 1 or len(bodies[0]) != 1:
        raise UnusableAnswer("the answer is no SOAP 1.1 message with one content")
    content = bodies[0][0]
    if content.tag == names.soap("Fault"):
        raise SoapFault(*_fault(content))
    results = content.findall(names.msign(f"{operation}Result"))
    if content.tag != names.msign(f"{operation}Response") or len(results) != 1:
        raise UnusableAnswer("the answer is of another operation")
    return results[0]


def read_status(result: etree._Element, *, received: bytes) -> SignAnswer:
    """Return what became of an order. Raises UnusableAnswer."""
    try:
        status = SignStatus(_text(result, "Status"))
    except ValueError as error:
        raise UnusableAnswer("the status is none of the contract's") from error
    found = [_signature(one) for one in result.findall(f"{names.msign('Results')}/{names.msign('SignResult')}")]
    return SignAnswer(status=status, message=_text(result, "Message"), signatures=tuple(found), received=received)


def read_verified(result: etree._Element) -> tuple[Verified, ...]:
    """Return what the platform says of each content. Raises UnusableAnswer."""
    found = result.findall(f"{names.msign('Results')}/{names.msign('VerificationResult')}")
    return tuple(
        Verified(
            correlation=_text(one, "CorrelationID"),
            is_valid=_text(one, "SignaturesValid") in TRUE,
            message=_text(one, "Message"),
            signers=tuple(
                _verdict(each)
                for each in one.findall(f"{names.msign('Certificates')}/{names.msign('VerificationCertificate')}")
            ),
        )
        for one in found
    )


def _verdict(given: etree._Element) -> SignerVerdict:
    signed_at = _text(given, "SignedAt")
    try:
        moment = datetime.fromisoformat(signed_at) if signed_at else None
    except ValueError as error:
        raise UnusableAnswer("the moment of signing cannot be read") from error
    return SignerVerdict(
        certificate=_decoded(given, "Certificate"),
        is_valid=_text(given, "SignatureValid") in TRUE,
        subject=_text(given, "Subject"),
        signed_at=moment if moment is not None and moment.tzinfo is not None else None,
    )


def _signature(given: etree._Element) -> Signature:
    return Signature(
        correlation=_text(given, "CorrelationID"),
        certificate=_decoded(given, "Certificate"),
        signature=_decoded(given, "Signature"),
    )


def _fault(content: etree._Element) -> tuple[str, str]:
    """Return code and reason; SOAP 1.1 writes their elements without a namespace."""
    code = (content.findtext("faultcode") or "").rpartition(":")[2].strip()
    return code or "unnamed", (content.findtext("faultstring") or "").strip()[:200]


def _message(operation: str, *parts: etree._Element) -> bytes:
    envelope = etree.Element(names.soap("Envelope"), nsmap={"s": names.SOAP})
    body = etree.SubElement(envelope, names.soap("Body"))
    etree.SubElement(body, names.msign(operation), nsmap={"m": names.MSIGN}).extend(parts)
    return etree.tostring(envelope, encoding="utf-8", xml_declaration=True)


def _element(name: str) -> etree._Element:
    return etree.Element(names.msign(name), nsmap={"m": names.MSIGN})


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, names.msign(name))
    made.text = text
    return made


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(names.msign(name)) or "").strip()


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(parent: etree._Element, name: str) -> bytes:
    try:
        return base64.b64decode("".join(_text(parent, name).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnusableAnswer(f"{name} is not base64") from error
