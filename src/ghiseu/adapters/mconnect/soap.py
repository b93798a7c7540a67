"""Asking a data service by signed SOAP 1.1, as the Agency's reference client (SoapSigner, 2019) signs.

Four header elements in namespace https://mconnect.gov.md say who asks, for whom, on what law and why; their names and
greatest lengths are those of public third-party clients, since the platform publishes no guide. Body and Timestamp are
signed on both sides. An answer is believed only when it has one Body and one Signature and a pinned certificate made
it. Which service, what is asked and what the answer means is data (`data_service`).
"""

import hashlib
import re
from dataclasses import dataclass

import httpx
from lxml import etree

from ghiseu.adapters.mconnect import wire
from ghiseu.adapters.mconnect.data_service import SUBJECT, DataService
from ghiseu.adapters.mconnect.envelope import Envelope
from ghiseu.adapters.mconnect.facts import elements, facts_of, text_at
from ghiseu.adapters.mconnect.speaking import Answer, Asked
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import NotFoundThere, OutsideError, Refused, TryLater, UnusableAnswer, WrongSubject
from ghiseu.foundation.wire import signed_soap_names as names
from ghiseu.foundation.wire import signed_soap_reading, signed_soap_writing
from ghiseu.foundation.wire.certificates import read_certificate, read_rsa_key
from ghiseu.foundation.wire.platforms import Finding, Level
from ghiseu.foundation.wire.signed_soap import NotGenuine
from ghiseu.foundation.wire.signed_soap_reading import Verified
from ghiseu.modules.applicants.ports import RegisterAnswer, RegisterQuestion

MCONNECT = "https://mconnect.gov.md"
MEDIA_TYPE = "text/xml"
LONGEST_NUMBER = 13
LONGEST_FAULT = 200
# Facts without which a rule of the counter does not work, and what then goes unnoticed.
NEEDED = {"RSP/person": {"deceased_on": "deaths", "family": "relatives of the operator"}}
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, kw_only=True)
class SoapService:
    """One data service, and whose certificates are ours and the platform's."""

    service: DataService
    envelope: Envelope

    def asked(self, question: RegisterQuestion, *, acting: ActingContext) -> Asked:
        """Return the question as it is posted. Raises Refused for a parameter without place, NotThere, NotUsable."""
        ours, signing = self.envelope.ours, self.service.signing
        content = signed_soap_writing.signed(
            self._body(question),
            key=read_rsa_key(str(ours.key)),
            certificate=read_certificate(str(ours.certificate)),
            with_sha1=signing.with_sha1,
            at=self.envelope.now(),
            profile=signing.profile,
            key_named_by=signing.key_named_by,
            headers=_caller(acting),
        )
        headers = {
            "Accept": MEDIA_TYPE,
            "Accept-Encoding": "identity",
            "Content-Type": f"{MEDIA_TYPE}; charset=utf-8",
            "SOAPAction": f'"{self.service.action}"',
            "traceparent": wire.traceparent(acting.correlation_id),
        }
        return Asked(address=self.service.address, content=content, headers=headers)

    def read(self, answer: Answer, question: RegisterQuestion) -> RegisterAnswer:
        """Return what was answered. Raises NotFoundThere, TryLater, Refused, UnusableAnswer, WrongSubject.

        SOAP 1.1 sends faults with status 500; one that is signed is read, and nothing else of that status is.
        """
        if answer.is_broken and not answer.is_of(MEDIA_TYPE):
            raise answer.not_now(question.register)
        try:
            checked = self._verified(answer)
        except UnusableAnswer:
            if answer.is_broken:
                raise answer.not_now(question.register) from None
            raise
        content = _only_child(checked.body)
        if content.tag == names.soap("Fault"):
            raise self._refusal(content, question)
        if answer.status != httpx.codes.OK:
            raise UnusableAnswer(f"an answer of status {answer.status} is not in the contract")
        return self._found(content, question, answer=answer, checked=checked)

    def finding(self, name: str) -> Finding:
        """Return what the administrator should know of this data service, asked as `name` (RSP/person)."""
        unnoticed = [what for fact, what in NEEDED.get(name, {}).items() if fact not in self.service.facts]
        if not unnoticed:
            return Finding(level=Level.OK, fact=f"{name} is asked by signed SOAP")
        return Finding(
            level=Level.WARNING,
            fact=f"{name} by signed SOAP does not tell of {' and '.join(unnoticed)}: nobody is warned of them",
            next_step="Ask the owner of the data for these facts, then name them in the file of the data service.",
        )

    def _body(self, question: RegisterQuestion) -> etree._Element:
        given = {**question.parameters, SUBJECT: question.subject_idnp}
        if given.keys() - set(self.service.question.values()):
            raise Refused("this data service takes no such parameter", code="not_understood")
        namespace = self.service.namespace
        content = etree.Element(f"{{{namespace}}}{self.service.operation}", nsmap={"d": namespace})
        for element, named in self.service.question.items():
            if named in given:
                etree.SubElement(content, f"{{{namespace}}}{element}").text = _clean(given[named])
        return content

    def _verified(self, answer: Answer) -> Verified:
        if not answer.is_of(MEDIA_TYPE):
            raise UnusableAnswer(f"not signed: {answer.media_type[:60] or 'no content type'}")
        try:
            return signed_soap_reading.verified(
                answer.content,
                profile=self.service.signing.profile,
                pinned=tuple(self.envelope.certificates()),
                accepts_sha1=self.service.signing.with_sha1,
                at=self.envelope.now(),
            )
        except NotGenuine as error:
            raise UnusableAnswer(f"the signature of the answer does not hold: {error.reason}") from error

    def _refusal(self, fault: etree._Element, question: RegisterQuestion) -> OutsideError:
        """Return the ending that a fault stands for (SOAP 1.1, 4.4): the server's own fault is for later."""
        code = (fault.findtext("faultcode") or "").strip().rpartition(":")[2][:LONGEST_FAULT]
        reason = (fault.findtext("faultstring") or "").strip()[:LONGEST_FAULT]
        outer, _, inner = code.partition(".")
        if not outer:
            return UnusableAnswer("a fault without a code")
        if self.service.not_found & {code, inner}:
            return NotFoundThere(f"{question.register} has no such record")
        if outer == "Server":
            return TryLater(f"{question.register} reports a fault of its own")
        return Refused(reason or f"fault {code}", code=inner or code)

    def _found(
        self, content: etree._Element, question: RegisterQuestion, *, answer: Answer, checked: Verified
    ) -> RegisterAnswer:
        service = self.service
        if content.tag != f"{{{service.namespace}}}{service.answer}":
            raise UnusableAnswer("the answer is to another question")
        if service.record and not elements(content, service.record, namespace=service.namespace):
            raise NotFoundThere(f"{question.register} has no such record")
        facts = facts_of(content, service.facts, namespace=service.namespace)
        about = [facts.get(SUBJECT, question.subject_idnp)]
        if service.subject:
            about.append(text_at(content, service.subject, namespace=service.namespace))
        if not all(about):
            raise UnusableAnswer("the answer names no subject")
        if any(one != question.subject_idnp for one in about):
            raise WrongSubject("the answer speaks of another person")
        return RegisterAnswer(
            register=question.register,
            operation=question.operation,
            subject_idnp=question.subject_idnp,
            facts=facts,
            record_id=f"{question.register}-{hashlib.sha256(answer.content).hexdigest()[:32]}",
            read_at=checked.created,
        )


def _caller(acting: ActingContext) -> list[etree._Element]:
    """Return who asks, for whom, on what law and why, cut to the platform's lengths; the case comes first in why."""
    reason = f"{acting.case_number or acting.visit_number}: {acting.legal_reason}"
    said = {
        "CallingUser": acting.operator_idnp[:LONGEST_NUMBER],
        "CallingEntity": acting.legal_entity_idno[:LONGEST_NUMBER],
        "CallBasis": acting.legal_basis[: wire.LONGEST_BASIS],
        "CallReason": reason[: wire.LONGEST_REASON],
    }
    found = []
    for name, text in said.items():
        element = etree.Element(f"{{{MCONNECT}}}{name}", nsmap={"mc": MCONNECT})
        element.text = _clean(text)
        found.append(element)
    return found


def _clean(text: str) -> str:
    """Return the text with a space for every sign that XML cannot hold."""
    return _NO_XML.sub(" ", text)


def _only_child(body: etree._Element) -> etree._Element:
    children = list(body)
    if len(children) != 1:
        raise UnusableAnswer("the answer holds not exactly one thing")
    return children[0]
