"""What one read looks like on the wire: headers and body out, a checked answer in.

The four facts of every call (user, entity, basis, reason) with their greatest lengths are those that
third-party SOAP clients send in namespace https://mconnect.gov.md; everything else is our own contract
(docs/interfaces/registers.openapi.yaml), since none is public.
"""

import hashlib
import re
import secrets
from datetime import datetime
from urllib.parse import quote

import orjson

from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import UnusableAnswer, WrongSubject
from ghiseu.modules.applicants.ports import FactValue, RegisterAnswer, RegisterQuestion

LONGEST_BASIS = 256
LONGEST_REASON = 512
DEEPEST = 8
NO_SUCH_RECORD = "no_such_record"
MEDIA_TYPE = "application/json"
_NAME = re.compile(r"[A-Za-z]\w{0,39}", re.ASCII)
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")


def path(question: RegisterQuestion) -> str:
    """Return the path of the question. Raises ValueError when a name could leave its place in the address."""
    for name in (question.register, question.operation):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a register or an operation: {name!r}")
    return f"/api/{question.register}/{question.operation}"


def headers(acting: ActingContext) -> dict[str, str]:
    """Return who asks, for whom, on what law and why; what the body is, the caller adds.

    Texts are percent-encoded UTF-8, cut to the platform's lengths before.
    """
    return {
        "Accept-Encoding": "identity",
        "X-Calling-User": acting.operator_idnp,
        "X-Calling-Entity": acting.legal_entity_idno,
        "X-Call-Subject": quote(acting.subject_idnp or acting.subject_document),
        "X-Call-Basis": quote(acting.legal_basis[:LONGEST_BASIS]),
        "X-Call-Reason": quote(acting.legal_reason[:LONGEST_REASON]),
        "X-Call-Matter": quote(acting.case_number or acting.visit_number),
        "traceparent": traceparent(acting.correlation_id),
    }


def body(question: RegisterQuestion) -> bytes:
    """Return the question as JSON."""
    return orjson.dumps({**question.parameters, "idnp": question.subject_idnp})


def traceparent(correlation_id: str) -> str:
    """Return the W3C Trace Context header, version 00; an id that is no trace id is hashed to one."""
    trace = correlation_id
    if not _TRACE_ID.fullmatch(trace):
        trace = hashlib.sha256(correlation_id.encode()).hexdigest()[:32]
    return f"00-{trace}-{secrets.token_hex(8)}-01"


def read_answer(content: bytes, *, media_type: str, question: RegisterQuestion) -> RegisterAnswer:
    """Read an answer of status 200 strictly. Raises UnusableAnswer, WrongSubject."""
    given = read_object(content, media_type=media_type)
    subject = given.get("subject")
    if not isinstance(subject, dict) or not isinstance(subject.get("idnp"), str):
        raise UnusableAnswer("the answer names no subject")
    facts = given.get("facts")
    if not isinstance(facts, dict):
        raise UnusableAnswer("the answer has no facts")
    _compare(given, question)
    if {subject["idnp"], facts.get("idnp", subject["idnp"])} != {question.subject_idnp}:
        raise WrongSubject("the answer speaks of another person")
    return RegisterAnswer(
        register=question.register,
        operation=question.operation,
        subject_idnp=question.subject_idnp,
        facts={name: _fact(value, depth=0) for name, value in facts.items()},
        record_id=_text(given, "record_id"),
        read_at=_moment(_text(given, "read_at")),
    )


def read_object(content: bytes, *, media_type: str) -> dict[str, object]:
    """Return a JSON object. Raises UnusableAnswer for any other content."""
    if media_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnusableAnswer(f"not JSON but {media_type[:60] or 'no content type'}")
    try:
        given = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnusableAnswer("the answer is not JSON") from error
    if not isinstance(given, dict):
        raise UnusableAnswer("the answer is not a JSON object")
    return given


def _compare(given: dict[str, object], question: RegisterQuestion) -> None:
    if (given.get("register"), given.get("operation")) != (question.register, question.operation):
        raise UnusableAnswer("the answer is to another question")


def _text(given: dict[str, object], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise UnusableAnswer(f"the answer has no {name}")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnusableAnswer("read_at is not a moment") from error
    if moment.tzinfo is None:
        raise UnusableAnswer("read_at has no time zone")
    return moment


def _fact(value: object, *, depth: int) -> FactValue:
    if depth > DEEPEST:
        raise UnusableAnswer("the facts are too deep")
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, list):
        return [_fact(item, depth=depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(name): _fact(item, depth=depth + 1) for name, item in value.items()}
    raise UnusableAnswer("a fact is a fraction")
