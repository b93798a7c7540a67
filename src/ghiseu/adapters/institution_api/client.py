"""The Provider, Lookups and News ports over the institution interface v1.

Contract: docs/interfaces/institution.openapi.yaml. PUT is idempotent by our number and papers by their key;
both may be repeated. Still, after an unknown outcome the institution is asked first. A 5xx may follow a done
deed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn
from urllib.parse import quote

import httpx
from cryptography import x509

from ghiseu.adapters.institution_api import checks, wire
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import (
    NotFoundThere,
    OutcomeUnknown,
    OutsideError,
    Refused,
    TryLater,
    UnusableAnswer,
    WrongSubject,
)
from ghiseu.foundation.wire.exchange import MAX_RECORD_BYTES, MAX_RESULT_BYTES, Answer, Exchange, Limits
from ghiseu.modules.applicants.ports import FactValue
from ghiseu.modules.submissions.ports import Changes, Parcel, ParcelFile, ProviderRecord, Repeatability

PROBLEM = "application/problem+json"
# The request was understood and is not accepted; with a problem document, by the contract.
DECISIONS = (httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY)
MAX_REASON = 500


class InstitutionApi:
    """One institution. Keeps its connections; may be used from many threads."""

    repeatability = Repeatability.IDEMPOTENT_BY_KEY

    def __init__(
        self,
        institution: str,
        *,
        url: str,
        callback_certificates: Sequence[bytes] = (),
        limits: Limits | None = None,
    ) -> None:
        """`url` is without /v1; the certificates are PEM, two while the institution changes its key.

        Raises ValueError for a certificate that cannot be read.
        """
        self.institution = institution
        self._exchange = Exchange("the institution", url=f"{url.rstrip('/')}/v1", limits=limits or Limits())
        self._certificates = tuple(x509.load_pem_x509_certificate(pem) for pem in callback_certificates)

    def deliver(self, parcel: Parcel, *, acting: ActingContext) -> ProviderRecord:
        """PUT the submission. The same parcel again answers with the same record.

        Raises TryLater, Refused, OutcomeUnknown, WrongSubject.
        """
        request = self._exchange.request(
            "PUT",
            f"submissions/{quote(parcel.number, safe='')}",
            files=wire.submission_parts(parcel, acting),
            headers=wire.trace_header(acting),
        )
        return self._written(request, number=parcel.number, acting=acting)

    def supplement(
        self, number: str, files: tuple[ParcelFile, ...], *, key: str, acting: ActingContext
    ) -> ProviderRecord:
        """POST papers that were asked for. The same key again gives the same record. Raises as deliver."""
        request = self._exchange.request(
            "POST",
            f"submissions/{quote(number, safe='')}/papers",
            files=wire.paper_parts(files, acting),
            headers={"Idempotency-Key": key, **wire.trace_header(acting)},
        )
        return self._written(request, number=number, acting=acting)

    def find(self, number: str, *, subject_idnp: str, acting: ActingContext) -> ProviderRecord | None:
        """Return the record, or None only when the institution itself said that it never saw the number.

        Raises TryLater, UnusableAnswer, WrongSubject.
        """
        path = f"submissions/{quote(number, safe='')}"
        answer = self._exchange.read(self._exchange.request("GET", path, headers=wire.acting_header(acting)))
        if answer.status == httpx.codes.NOT_FOUND and _problem_code(answer) == "not-found":
            return None
        if answer.status != httpx.codes.OK:
            _refuse_reading(answer)
        record = _checked(wire.read_object(answer.body), number=number, acting=acting)
        if record.subject_idnp != subject_idnp:
            raise WrongSubject("the record is about another person")
        return record

    def fetch_result(self, number: str, document_id: str, *, acting: ActingContext) -> bytes:
        """Return the document; its hash is compared with the record's. Raises TryLater, UnusableAnswer."""
        record = self.find(number, subject_idnp=acting.subject_idnp, acting=acting)
        results = {result.document_id: result for result in record.results} if record else {}
        if document_id not in results:
            raise UnusableAnswer("the record names no such document")
        path = f"submissions/{quote(number, safe='')}/results/{quote(document_id, safe='')}"
        request = self._exchange.request("GET", path, headers=wire.acting_header(acting))
        answer = self._exchange.read(request, limit=MAX_RESULT_BYTES)
        if answer.status != httpx.codes.OK:
            _refuse_reading(answer)
        if hashlib.sha256(answer.body).hexdigest() != results[document_id].sha256:
            raise UnusableAnswer("the document has another hash than the record says")
        return answer.body

    def lookup(
        self,
        name: str,
        *,
        subject_idnp: str,
        acting: ActingContext,
        parameters: Mapping[str, str] | None = None,
    ) -> Mapping[str, FactValue]:
        """Ask a question that opens no dossier.

        Raises NotFoundThere, TryLater, Refused, UnusableAnswer, WrongSubject.
        """
        body = {
            "acting": wire.acting_object(acting),
            "subject_idnp": subject_idnp,
            "parameters": dict(parameters or {}),
        }
        request = self._exchange.request(
            "POST", f"lookups/{quote(name, safe='')}", json=body, headers=wire.trace_header(acting)
        )
        answer = self._exchange.read(request)
        if answer.status == httpx.codes.NOT_FOUND and _problem_code(answer) == "not-held":
            raise NotFoundThere("the institution holds no such record")
        if answer.status != httpx.codes.OK:
            _decline(answer)
        return _facts(wire.read_object(answer.body), name=name, subject_idnp=subject_idnp)

    def changes(self, *, after_sequence: int, limit: int = 500) -> Changes:
        """Return dossiers that changed after this sequence. Raises TryLater, UnusableAnswer."""
        asked = {"changed_after_sequence": str(after_sequence), "limit": str(limit)}
        answer = self._exchange.read(
            self._exchange.request("GET", "submissions", params=asked), limit=MAX_RECORD_BYTES * 8
        )
        if answer.status != httpx.codes.OK:
            _refuse_reading(answer)
        page = wire.read_object(answer.body)
        records, following = page.get("records"), page.get("next_sequence")
        if not isinstance(records, list) or not isinstance(following, int) or following < after_sequence:
            raise UnusableAnswer("the feed does not keep the contract")
        return Changes(records=tuple(wire.read_record(record)[0] for record in records), next_sequence=following)

    def read_push(self, raw: bytes, headers: Mapping[str, str], *, at: datetime | None = None) -> ProviderRecord:
        """Return the record of a callback that the institution signed. Raises UnusableAnswer.

        Nothing is read before the signature holds. A repeated or late one is genuine too: its sequence tells.
        """
        if len(raw) > MAX_RECORD_BYTES:
            raise UnusableAnswer("the callback is too large")
        checks.require_genuine(raw, headers, certificates=self._certificates, at=at)
        body = wire.read_object(raw)
        if body.get("institution") != self.institution:
            raise UnusableAnswer("the callback names another institution")
        return wire.read_record(body.get("record"))[0]

    def check(self) -> str:
        """Return an empty text when the institution answers and is the right one, else the fault."""
        try:
            answer = self._exchange.read(self._exchange.request("GET", "health"))
            named = wire.read_object(answer.body).get("institution") if answer.is_done else None
        except OutsideError as error:
            return f"{self.institution}: {error.reason}"
        if named != self.institution:
            return f"{self.institution}: another system answers at this address"
        return "" if self._certificates else f"{self.institution}: no certificate for callbacks is configured"

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _written(self, request: httpx.Request, *, number: str, acting: ActingContext) -> ProviderRecord:
        answer = self._exchange.write(request)
        if httpx.codes.is_client_error(answer.status):
            _decline(answer)
        if not answer.is_done:
            raise OutcomeUnknown(f"HTTP {answer.status}")
        try:
            return _checked(wire.read_object(answer.body), number=number, acting=acting)
        except WrongSubject:
            raise
        except UnusableAnswer as error:
            raise OutcomeUnknown(f"done or not: {error.reason}") from error


def _checked(body: dict[str, FactValue], *, number: str, acting: ActingContext) -> ProviderRecord:
    """Return the record if it answers our question. Raises WrongSubject, UnusableAnswer."""
    record, document = wire.read_record(body)
    if record.subject_idnp != acting.subject_idnp:
        raise WrongSubject("the record is about another person")
    if not acting.subject_idnp and document != acting.subject_document:
        raise WrongSubject("the record is about another person")
    if record.number != number:
        raise UnusableAnswer("the record has another number")
    return record


def _facts(body: dict[str, FactValue], *, name: str, subject_idnp: str) -> Mapping[str, FactValue]:
    if body.get("subject_idnp") != subject_idnp:
        raise WrongSubject("the answer is about another person")
    facts = body.get("facts")
    if body.get("name") != name or not isinstance(facts, dict):
        raise UnusableAnswer("the answer does not keep the contract")
    return facts


def _refuse_reading(answer: Answer) -> NoReturn:
    """End a reading call that brought neither what was asked nor a plain 'not found'."""
    code = _problem_code(answer)
    if code == "subject-differs":
        raise WrongSubject("the institution holds this number for another person")
    raise UnusableAnswer(f"HTTP {answer.status} {code}".strip())


def _decline(answer: Answer) -> NoReturn:
    """End a call that was not accepted: declined by the institution itself, or turned away before it got there.

    Only the problem documents of the contract are a decision. A login page, a missing route or a proxy's limit
    decided nothing, and nothing was done: somebody repairs the connection, and the same call is made again.
    """
    code = _problem_code(answer)
    is_decision = answer.status in DECISIONS or (answer.status == httpx.codes.NOT_FOUND and code == "no-such-lookup")
    if not code or not is_decision:
        raise TryLater(f"HTTP {answer.status} {code}".strip())
    raise Refused(_problem_text(answer, "detail") or _problem_text(answer, "title") or code, code=code)


def _problem_code(answer: Answer) -> str:
    """Return the institution's own code of an RFC 9457 problem document, else an empty text."""
    return _problem_text(answer, "code")


def _problem_text(answer: Answer, member: str) -> str:
    if answer.media_type != PROBLEM:
        return ""
    try:
        text = wire.read_object(answer.body).get(member)
    except UnusableAnswer:
        return ""
    return text[:MAX_REASON] if isinstance(text, str) else ""
