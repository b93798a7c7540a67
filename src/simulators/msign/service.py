"""MSign.svc on the system port: the contract IMSign over SOAP 1.1 (integration guide, API reference)."""

from collections.abc import Callable
from io import BytesIO

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from lxml import etree
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from simulators.common import clock
from simulators.common.behaviour import Behaviour, Mode, is_told_to
from simulators.common.simulator import Simulator
from simulators.msign import soap, verifying
from simulators.msign.authority import Authority
from simulators.msign.book import Book, Content, SignRequest
from simulators.msign.people import everybody
from simulators.msign.soap import Call, Fault
from simulators.msign.words import say

PATH = "/MSign.svc"
XML = "text/xml; charset=utf-8"
SHA1_BYTES = 20
IDNP_DIGITS = 13
OPERATIONS = {"PostSignRequest": "post", "GetSignResponse": "get", "VerifySignatures": "verify"}
Operation = Callable[[etree._Element], "etree._Element | str"]


def service(simulator: Simulator, *, book: Book, authority: Authority) -> Blueprint:
    """Return what registered systems reach: GET ?singleWsdl and the three operations by POST."""
    views = Blueprint("service", __name__)
    operations: dict[str, Operation] = {
        "PostSignRequest": lambda content: _post(content, book),
        "GetSignResponse": lambda content: _get(content, book),
        "VerifySignatures": lambda content: _verify(content, authority),
    }

    @views.get(PATH)
    def contract() -> ResponseReturnValue:
        if not {"wsdl", "singlewsdl"} & {name.lower() for name in request.args}:
            return Response("SOAP 1.1; ?singleWsdl describes it", status=400)
        return Response(soap.contract(request.base_url), content_type=XML)

    @views.post(PATH)
    def call() -> ResponseReturnValue:
        if request.mimetype != "text/xml":
            return Response("text/xml is expected", status=415)
        try:
            asked = soap.read(request.get_data(), action=request.headers.get("SOAPAction", ""))
        except Fault as refused:
            return Response(soap.fault(refused), content_type=XML, status=500)
        simulator.ledger.record_call(asked.operation)
        return _answered(asked, operations[asked.operation], behaviour=simulator.behaviour)

    return views


def _answered(asked: Call, do: Operation, *, behaviour: Behaviour) -> ResponseReturnValue:
    @behaviour.applies(OPERATIONS[asked.operation], shows={Mode.DUPLICATE})
    def answer() -> ResponseReturnValue:
        try:
            return Response(soap.answer(asked.operation, do(asked.content)), content_type=XML)
        except Fault as refused:
            return Response(soap.fault(refused), content_type=XML, status=500)

    return answer()


def _post(content: etree._Element, book: Book) -> str:
    asked = _only(content, "request")
    contents = soap.members(asked, "Contents", "SignContent")
    if not contents or not soap.text(asked, "ShortContentDescription").strip():
        raise Fault("InvalidParameter", "Contents and ShortContentDescription are required")
    kind = soap.text(asked, "ContentType")
    correlations = [soap.text(one, "CorrelationID") for one in contents]
    if len(contents) > 1 and len(set(filter(None, correlations))) != len(contents):
        raise Fault("InvalidParameter", "CorrelationID has to be unique in the request")
    short = soap.text(asked, "ShortContentDescription")
    made = book.post(
        SignRequest(
            kind=kind,
            description=soap.text(asked, "ContentDescription") or short,
            short_description=short,
            reason=soap.text(asked, "SignatureReason"),
            signer=_expected_signer(asked, kind),
            contents=tuple(_content(one, kind) for one in contents),
        )
    )
    # Told so, it notes the request twice and names the later one: an orphan that nobody will ever sign.
    return book.post(_again(book, made)) if is_told_to(Mode.DUPLICATE) else made


def _again(book: Book, made: str) -> SignRequest:
    found = book.find(made)
    if found is None:
        raise LookupError(made)
    return found


def _expected_signer(asked: etree._Element, kind: str) -> str:
    """Return the IDNP of who has to sign; optional for a PDF since version 1.6. Raises Fault."""
    found = soap.members(asked, "ExpectedSigner")
    if not found:
        if kind == "Hash":
            raise Fault("InvalidParameter", "ExpectedSigner is required")
        return ""
    signer = soap.text(found[0], "ID")
    delegator = soap.text(found[0], "DelegatorType") or "None"
    if len(signer) != IDNP_DIGITS or not signer.isdigit() or signer not in everybody():
        raise Fault("InvalidParameter", "ExpectedSigner.ID is not the IDNP of a person")
    if delegator != "None" and not soap.text(found[0], "DelegatorID"):
        raise Fault("InvalidParameter", "DelegatorID is required with this DelegatorType")
    return signer


def _content(given: etree._Element, kind: str) -> Content:
    content = soap.binary(given, "Content")
    if kind == "Hash" and len(content) != SHA1_BYTES:
        raise Fault("InvalidParameter", "the hash is not a SHA-1 value of 20 bytes")
    if kind == "Pdf" and not _is_pdf(content):
        raise Fault("InvalidParameter", "the content is not a PDF")
    return Content(correlation=soap.text(given, "CorrelationID"), name=soap.text(given, "Name"), content=content)


def _is_pdf(content: bytes) -> bool:
    try:
        return "/Pages" in PdfFileReader(BytesIO(content), strict=False).root
    except (PdfError, ValueError, KeyError, TypeError):
        return False


def _get(content: etree._Element, book: Book) -> etree._Element:
    found = book.find(soap.text(content, "requestID"))
    if found is None:
        raise Fault("RequestNotFound", "there is no such request")
    language = soap.text(content, "language") or "ro"
    is_signed = found.status == "Success"
    results = [
        soap.structure(
            "SignResult",
            [
                *([("Certificate", one.certificate)] if is_signed else []),
                *([("CorrelationID", one.correlation)] if one.correlation else []),
                *([("Signature", one.signature)] if is_signed else []),
            ],
        )
        for one in found.contents
        if found.status in ("Success", "Failure")
    ]
    message = say("expired" if found.status == "Expired" else found.why or "failed", language)
    if is_told_to(Mode.WRONG_SUBJECT):
        results = results[1:]
    return soap.structure(
        "GetSignResponseResult",
        [
            *([("Message", message)] if found.status in ("Failure", "Expired") else []),
            ("Results", results),
            ("Status", found.status),
        ],
    )


def _verify(content: etree._Element, authority: Authority) -> etree._Element:
    asked = _only(content, "request")
    language, kind = soap.text(asked, "Language") or "ro", soap.text(asked, "SignedContentType")
    contents = soap.members(asked, "Contents", "VerificationContent")
    if not contents:
        raise Fault("InvalidParameter", "Contents is required")
    results = [_verified(one, kind, authority, language) for one in contents]
    return soap.structure("VerifySignaturesResult", [("Results", results)])


def _verified(given: etree._Element, kind: str, authority: Authority, language: str) -> etree._Element:
    signature = soap.binary(given, "Signature")
    if kind == "Pdf":
        verdicts = verifying.verify_pdf(signature, authority)
    else:
        verdicts = verifying.verify_hash(
            signature, digest=soap.binary(given, "Content"), authority=authority, at=clock.now()
        )
    is_valid = bool(verdicts) and all(one.is_valid for one in verdicts) and not is_told_to(Mode.WRONG_SUBJECT)
    correlation = soap.text(given, "CorrelationID")
    certificates = [
        soap.structure(
            "VerificationCertificate",
            [
                ("Certificate", one.certificate),
                ("SignatureValid", one.is_valid),
                *([("SignedAt", one.signed_at.isoformat(timespec="seconds"))] if one.signed_at else []),
                ("Subject", one.subject[:250]),
            ],
        )
        for one in verdicts
    ]
    return soap.structure(
        "VerificationResult",
        [
            ("Certificates", certificates),
            *([("CorrelationID", correlation)] if correlation else []),
            ("Message", say("valid" if is_valid else "invalid", language)[:100]),
            ("SignaturesValid", is_valid),
        ],
    )


def _only(content: etree._Element, name: str) -> etree._Element:
    found = soap.members(content, name)
    if len(found) != 1 or found[0].get(f"{{{soap.XSI}}}nil") == "true":
        raise Fault("InvalidParameter", f"{name} is required")
    return found[0]
