"""The port Signing over MSign: SOAP 1.1 over mutual TLS, without WS-Security (integration guide of MSign).

Faults come with status 500 (SOAP 1.1, 6.2), so that status is read; what is no fault of the contract is as if no
answer had come.
"""

import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import httpx
from cryptography import x509
from lxml import etree

from ghiseu.adapters.msign import names, wire
from ghiseu.adapters.msign.wire import SoapFault
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, OutcomeUnknown, OutsideError, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.signatures.ports import ContentType, Posted, SignAnswer, SignedContent, SignOrder, Verification

FAULT = httpx.codes.INTERNAL_SERVER_ERROR
LANGUAGES = ("ro", "ru", "en")
NUMBER = re.compile(r"[0-9A-Za-z-]{1,64}")
MAX_ANSWER = wire.MAX_KILOBYTES * 1024
# The platform does not know us, or not for this: nothing was done, and somebody repairs the connection.
OUR_CONNECTION = ("AuthenticationFailed", "AuthorizationFailed")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the service and its pages are, and the folder of who issues certificates to people."""

    service_url: str
    page_url: str
    trust: Path


class MSign:
    """One connection. Keeps its connections; may be used from many threads.

    post: neither idempotent nor queryable; without an answer, ask anew (an order without a number cannot be signed).
    ask, verify: change nothing and may be repeated.
    """

    def __init__(
        self, place: Place, *, limits: Limits, tls: ssl.SSLContext | None, certificate: SystemCertificate
    ) -> None:
        """`tls` is our side of the handshake, made of `certificate`, which `check` looks at."""
        base, _, self._path = place.service_url.rpartition("/")
        self._exchange = Exchange("MSign", url=base, limits=limits, tls=tls)
        self._place = place
        self._ours = certificate

    def post(self, order: SignOrder, *, acting: ActingContext) -> Posted:
        """PostSignRequest. Raises TryLater, Refused, OutcomeUnknown; ValueError for a signer who is no party."""
        if order.signer_idnp not in (acting.subject_idnp, acting.represented_by_idnp, acting.operator_idnp):
            raise ValueError("only a party of the act is asked to sign")
        sent = wire.post_message(order)
        answer = self._exchange.write(self._request(names.POST, sent), also={FAULT})
        try:
            number = (_result(answer, names.POST).text or "").strip()
        except SoapFault as fault:
            _decline(fault, lost=OutcomeUnknown)
        except UnusableAnswer as error:
            raise OutcomeUnknown(f"asked or not: {error.reason}") from error
        if not NUMBER.fullmatch(number):
            raise OutcomeUnknown("the answer names no request")
        return Posted(request_id=number, sent=sent, received=answer.body)

    def ask(self, request_id: str, *, acting: ActingContext) -> SignAnswer:
        """GetSignResponse. Raises TryLater, NotFoundThere, Refused, UnusableAnswer."""
        sent = wire.get_message(request_id, language=_language(acting))
        answer = self._exchange.read(self._request(names.GET, sent), limit=MAX_ANSWER, also={FAULT})
        try:
            return wire.read_status(_read_result(answer, names.GET), received=answer.body)
        except SoapFault as fault:
            if fault.code == "RequestNotFound":
                raise NotFoundThere("MSign has no such request") from fault
            _decline(fault, lost=TryLater)

    def verify(
        self, contents: Sequence[SignedContent], *, content_type: ContentType, acting: ActingContext
    ) -> Verification:
        """VerifySignatures. Raises TryLater, Refused, UnusableAnswer."""
        sent = wire.verify_message(contents, content_type=content_type, language=_language(acting))
        answer = self._exchange.read(self._request(names.VERIFY, sent), also={FAULT})
        try:
            found = wire.read_verified(_read_result(answer, names.VERIFY))
        except SoapFault as fault:
            _decline(fault, lost=TryLater)
        if [one.correlation for one in found] != [one.correlation for one in contents]:
            raise UnusableAnswer("the verdicts are about other contents")
        return Verification(contents=found, received=answer.body)

    def page_of(self, request_id: str) -> str:
        """Return the address of the page where this request is signed."""
        return f"{self._place.page_url.rstrip('/')}/{request_id}"

    def check(self, *, at: datetime) -> list[Finding]:
        """Return what the administrator has to know: our certificate, who is trusted to issue, does it answer."""
        found = [*self._certificate(at), *self._trust(at)]
        try:
            request = self._exchange.request("GET", self._path, params={"singleWsdl": ""})
            answer = self._exchange.read(request)
        except OutsideError as error:
            fact, next_step = error.reason, "look at GHISEU_MSIGN_URL, the firewall, and both certificates"
            return [*found, Finding(level=Level.ERROR, fact=fact, next_step=next_step)]
        if answer.status != httpx.codes.OK or b"IMSign" not in answer.body:
            fact = f"MSign does not show its contract (status {answer.status})"
            next_step = "ask MSign to register our certificate, or correct GHISEU_MSIGN_URL"
            return [*found, Finding(level=Level.ERROR, fact=fact, next_step=next_step)]
        return [*found, Finding(level=Level.OK, fact="MSign answers")]

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _certificate(self, at: datetime) -> list[Finding]:
        next_step = "order a new system certificate and register it at MSign"
        return list(findings_about_ours(self._ours, at=at, next_step=next_step))

    def _trust(self, at: datetime) -> list[Finding]:
        try:
            known = [
                x509.load_pem_x509_certificate(one.read_bytes()) for one in sorted(self._place.trust.glob("*.pem"))
            ]
        except (OSError, ValueError) as error:
            fact = f"a certificate in the folder of trusted issuers cannot be read: {error}"
            return [Finding(level=Level.ERROR, fact=fact, next_step="look at GHISEU_MSIGN_TRUST")]
        if not known:
            fact = "nobody is trusted to issue certificates to people: every signature will be refused"
            next_step = "put the certificates of the qualified providers into the folder GHISEU_MSIGN_TRUST"
            return [Finding(level=Level.ERROR, fact=fact, next_step=next_step)]
        next_step = "put the provider's new certificate beside it"
        return list(findings_about("an issuer of signing certificates", known, at=at, next_step=next_step))

    def _request(self, operation: str, content: bytes) -> httpx.Request:
        # WS-I Basic Profile 1.1: the value of SOAPAction stands in quotation marks.
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{names.ACTION}{operation}"'}
        return self._exchange.request("POST", self._path, content=content, headers=headers)


def _result(answer: Answer, operation: str) -> etree._Element:
    """Return the result of an answer that came. Raises SoapFault, TryLater, UnusableAnswer."""
    if answer.status not in (httpx.codes.OK, FAULT):
        raise TryLater(f"MSign does not take our calls (status {answer.status})")
    return wire.result_of(answer.body, operation)


def _read_result(answer: Answer, operation: str) -> etree._Element:
    """Return the result of an answer to a reading call. Raises SoapFault, TryLater, UnusableAnswer."""
    try:
        return _result(answer, operation)
    except UnusableAnswer as error:
        if answer.status != FAULT:
            raise
        raise TryLater(f"MSign answers with status {answer.status} and no fault") from error


def _decline(fault: SoapFault, *, lost: type[OutsideError]) -> NoReturn:
    """End a call that MSign refused; a fault that is none of the contract's says nothing about what was done."""
    if fault.code in OUR_CONNECTION:
        raise TryLater(f"MSign does not take our calls ({fault.code})") from fault
    if fault.code == "InvalidParameter":
        raise Refused(fault.reason, code=fault.code) from fault
    raise lost(f"MSign answers with the fault {fault.code}") from fault


def _language(acting: ActingContext) -> str:
    return acting.language if acting.language in LANGUAGES else LANGUAGES[0]
