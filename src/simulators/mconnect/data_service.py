"""One data service by SOAP: GetPerson of the population register, with the same people as the JSON interface.

The shape of question and answer is what public third-party clients show; fault codes and the IDNP in the answer are
ours, since nothing official is public.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request
from lxml import etree

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.ledger import Ledger
from simulators.common.server import Simulator
from simulators.mconnect import rsp
from simulators.mconnect.caller import Caller
from simulators.mconnect.catalogue import CATALOGUE
from simulators.mconnect.envelope import Envelope
from simulators.mconnect.platform import Question, somebody_else, write_down
from simulators.mconnect.population import Population, birth_date
from simulators.mconnect.shapes import Row
from simulators.mconnect.soap_security import SOAP, NotBelieved, opened, signed

MCONNECT = "https://mconnect.gov.md"
ADDRESS = "/soap/population"
ACTION = f'"{MCONNECT}/GetPerson"'
_NUMBER = re.compile(r"\d{13}")
_TRACE = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_LENGTHS = {"CallingUser": 13, "CallingEntity": 13, "CallBasis": 256, "CallReason": 512}


class _Fault(Exception):
    """What is told instead of an answer: the code of SOAP 1.1 with ours after a dot, and words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A question that was understood."""

    idnp: str
    caller: Caller


def add_data_services(simulator: Simulator, population: Population) -> None:
    """Add POST /soap/population; it misbehaves together with the register RSP."""
    envelope = Envelope.of(simulator.launch)
    view = _view(simulator.ledger, population, envelope)
    simulator.system.add_url_rule(
        ADDRESS,
        "get_person",
        simulator.behaviour.applies("RSP", shows={Mode.WRONG_SIGNATURE})(view),
        methods=["POST"],
    )


def _view(ledger: Ledger, population: Population, envelope: Envelope) -> Callable[[], Response]:
    def view() -> Response:
        try:
            content, status = _answer(ledger, population, _read(envelope)), 200
        except NotBelieved as error:
            content, status = _fault("Client.NotSigned", str(error)), 500
        except _Fault as error:
            content, status = _fault(error.code, str(error)), 500
        by = envelope.wrong if is_told_to(Mode.WRONG_SIGNATURE) else envelope.right
        message = signed(content, by=by, at=clock.now())
        return Response(message, status=status, content_type="text/xml; charset=utf-8")

    return view


def _read(envelope: Envelope) -> _Asked:
    """Read the question and who asks. Raises NotBelieved, _Fault."""
    if request.mimetype != "text/xml" or request.headers.get("SOAPAction") != ACTION:
        raise _Fault("Client.NotUnderstood", "not a SOAP 1.1 question of this data service")
    question = opened(request.get_data(), asks=envelope.asks, at=clock.now())
    if question.content.tag != f"{{{MCONNECT}}}GetPerson" or len(question.content) != 1:
        raise _Fault("Client.NotUnderstood", "only GetPerson(IDNP) is answered here")
    idnp = question.content.findtext(f"{{{MCONNECT}}}IDNP", "")
    if not _NUMBER.fullmatch(idnp):
        raise _Fault("Client.NotUnderstood", "IDNP is not a number of 13 digits")
    told = {name: _told(question.header, name, longest=longest) for name, longest in _LENGTHS.items()}
    if told["CallingUser"] == idnp:
        raise _Fault("Client.NotAllowed", "the user reads a record of their own")
    trace = _TRACE.fullmatch(request.headers.get("traceparent", ""))
    caller = Caller(
        user=told["CallingUser"],
        entity=told["CallingEntity"],
        basis=told["CallBasis"],
        reason=told["CallReason"],
        matter="",
        desk_subject="",
        correlation=trace[1] if trace else "",
    )
    return _Asked(idnp=idnp, caller=caller)


def _told(header: etree._Element, name: str, *, longest: int) -> str:
    found = header.findall(f"{{{MCONNECT}}}{name}")
    text = (found[0].text or "").strip() if len(found) == 1 else ""
    is_number = longest == _LENGTHS["CallingUser"]
    if not text or len(text) > longest or (is_number and not _NUMBER.fullmatch(text)):
        raise _Fault("Client.NotUnderstood", f"{name} is missing, twice, wrong or longer than {longest}")
    return text


def _answer(ledger: Ledger, population: Population, asked: _Asked) -> etree._Element:
    subject = population.people.get(asked.idnp)
    question = Question(
        register="RSP", name="GetPerson", operation=CATALOGUE["RSP"]["person"], idnp=asked.idnp, parameters={}
    )
    write_down(ledger, question=question, caller=asked.caller, at=clock.now_text(), found=subject is not None)
    if subject is None:
        raise _Fault("Client.NoSuchRecord", "the register holds no such record")
    if is_told_to(Mode.WRONG_SUBJECT):
        subject = somebody_else(population, subject)
    answer = etree.Element(f"{{{MCONNECT}}}GetPersonResponse", nsmap={"mc": MCONNECT})
    person = etree.SubElement(answer, f"{{{MCONNECT}}}Person")
    texts = {
        "IDNP": subject["idnp"],
        "FamilyName": subject["names"][0],
        "GivenName": subject["names"][1],
        "DateOfBirth": birth_date(subject),
    }
    for name, text in texts.items():
        etree.SubElement(person, f"{{{MCONNECT}}}{name}").text = text
    _add_address(person, population, subject)
    return answer


def _add_address(person: etree._Element, population: Population, subject: Row) -> None:
    parent = etree.SubElement(person, f"{{{MCONNECT}}}Registrations")
    if not subject.get("lives"):
        return
    for name in ("Registration", "Address"):
        parent = etree.SubElement(parent, f"{{{MCONNECT}}}{name}")
    where = rsp.address(population, subject)
    etree.SubElement(parent, f"{{{MCONNECT}}}Region").text = where["region"]
    etree.SubElement(parent, f"{{{MCONNECT}}}Locality").text = where["locality"]


def _fault(code: str, words: str) -> etree._Element:
    fault = etree.Element(f"{{{SOAP}}}Fault", nsmap={"soap": SOAP})
    etree.SubElement(fault, "faultcode").text = f"soap:{code}"
    etree.SubElement(fault, "faultstring").text = words
    return fault
