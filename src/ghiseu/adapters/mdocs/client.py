"""The DocumentSharing port over the REST interface of MDocs. Source: the MDocs guide of egov4dev, API reference."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NoReturn
from urllib.parse import quote

import httpx
import orjson

from ghiseu.adapters.mdocs import wire
from ghiseu.adapters.mdocs.wire import Form
from ghiseu.foundation.access import ActingContext
from ghiseu.foundation.outcomes import OutcomeUnknown, OutsideError, Refused, TryLater, UnusableAnswer
from ghiseu.foundation.wire.exchange import Answer, Exchange, Limits
from ghiseu.foundation.wire.platforms import Finding, Level, findings_about_ours
from ghiseu.foundation.wire.system_certificate import SystemCertificate
from ghiseu.modules.documents.ports import Stored, ToStore

PAGE_ROWS = 100
MOST_PAGES = 50
# What MDocs itself decided about the request; anything else turned it away before it was looked at.
DECISIONS = (
    httpx.codes.BAD_REQUEST,
    httpx.codes.FORBIDDEN,
    httpx.codes.NOT_FOUND,
    httpx.codes.REQUEST_ENTITY_TOO_LARGE,
)
NEARLY_FULL = 0.9
PAGE = "text/html"


class MDocs:
    """One store. Keeps its connections; may be used from many threads.

    How calls may be repeated, of which the guide says nothing: `keep_bytes` neither, but a repeat does no harm;
    `publish` and `share` are queryable, by our number and by the person; `keep_until` and `withdraw` have the same
    effect however often. Documents belong to the legal entity of the act, so no address names a person.
    """

    def __init__(
        self,
        *,
        url: str,
        certificate: SystemCertificate,
        limits: Limits | None = None,
        form: Form = Form.LIBRARY,
        types: Sequence[str] = (),
    ) -> None:
        """`url` ends in /api; `types` are the codes of the document types that we use. Raises NotThere, NotUsable."""
        self._exchange = Exchange("MDocs", url=url, limits=limits or Limits(), tls=certificate.client_context())
        self._certificate = certificate
        self._form = form
        self._types = tuple(types)

    def keep_bytes(self, content: bytes, *, media_type: str, document_type: str, acting: ActingContext) -> Stored:
        """POST the bytes, in parts when they are large. Raises TryLater, Refused, OutcomeUnknown.

        A part that is lost loses all of them; the next try begins anew and what came is named by no document.
        """
        del acting  # the contract has no place for who acts, and the bytes are nobody's yet
        blob_id, sent, answered = "", "", ""
        for place, part in wire.parts(content):
            method, path = ("PUT", f"blobs/{_segment(blob_id)}") if blob_id else ("POST", "blobs")
            headers = {"Content-Type": media_type} | ({"Content-Range": place} if place else {})
            asked = {} if blob_id else {"params": {"documentTypeCode": document_type}}
            request = self._exchange.request(method, path, content=part, headers=headers, **asked)
            answer = self._written(request)
            if not blob_id:
                blob_id, sent, answered = _id_in(answer), wire.text_of(request), answer.body.decode("utf-8", "replace")
        return Stored(id=blob_id, sent=sent, answered=answered)

    def publish(self, document: ToStore, *, at: datetime, acting: ActingContext) -> Stored:
        """POST one document of the legal entity. Raises TryLater, Refused, OutcomeUnknown (then `find` first)."""
        body = wire.publication(document, owner=_owner(acting), at=at)
        return self._made(self._exchange.request("POST", "documents", **_json(body)))

    def find(self, number: str, *, acting: ActingContext) -> str:
        """Return the id of the oldest document with exactly this number. Raises TryLater, Refused, UnusableAnswer."""
        asked = {"principal": _owner(acting), "searchBy": number}
        found = [row for row in self._listed("documents", asked) if row.get("number") == number]
        oldest = sorted(found, key=lambda row: str(row.get("createdOn") or ""))
        return _id(oldest[0]) if oldest else ""

    def share(
        self, document_id: str, *, person_idnp: str, begins_at: datetime, ends_at: datetime, acting: ActingContext
    ) -> Stored:
        """POST one share with the person. Raises TryLater, Refused, OutcomeUnknown (then `find_share` first)."""
        principal = wire.person(person_idnp)
        body = wire.share(self._form, principal=principal, begins_at=begins_at, ends_at=ends_at)
        return self._made(self._of(document_id, acting, "POST", "/shares", **_json(body)))

    def find_share(self, document_id: str, *, person_idnp: str, acting: ActingContext) -> str:
        """Return the id of the share with the person. Raises TryLater, Refused, UnusableAnswer."""
        path, principal = f"documents/{_segment(document_id)}/shares", wire.person(person_idnp)
        found = [row for row in self._listed(path, {"principal": _owner(acting)}) if wire.shared_with(row) == principal]
        return _id(found[0]) if found else ""

    def keep_until(self, document_id: str, until: datetime, *, acting: ActingContext) -> Stored:
        """PATCH the day on which the document goes. May be repeated. Raises TryLater, Refused, OutcomeUnknown."""
        request = self._of(document_id, acting, "PATCH", "", **_json(wire.expiry(self._form, until)))
        return _kept(document_id, request, self._written(request))

    def withdraw(self, document_id: str, share_id: str, *, acting: ActingContext) -> Stored:
        """DELETE the share; one that is not there (any more) is done. Raises TryLater, Refused, OutcomeUnknown."""
        request = self._of(document_id, acting, "DELETE", f"/shares/{_segment(share_id)}")
        answer = self._sent(request)
        if answer.status != httpx.codes.NOT_FOUND or not wire.problem(answer):
            _require_success(answer)
        return _kept(share_id, request, answer)

    def check(self, *, at: datetime) -> list[Finding]:
        """Return how long our certificate holds, whether MDocs answers, knows our types and has room. Never raises."""
        renew = "Order a new system certificate from STISC."
        found = [*findings_about_ours(self._certificate, at=at, next_step=renew)]
        try:
            found += [self._type_found(code) for code in self._types]
            found.append(self._room_found())
        except OutsideError as error:
            step = "Look at GHISEU_MDOCS_URL, at the network, and whether our certificate is registered at MDocs."
            found.append(Finding(level=Level.ERROR, fact=error.reason, next_step=step))
        return found

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _type_found(self, code: str) -> Finding:
        answer = self._exchange.read(self._exchange.request("GET", f"document-types/{_segment(code)}"))
        if answer.status == httpx.codes.NOT_FOUND:
            step = "Ask AGE to make the type, or correct GHISEU_MDOCS_DOCUMENT_TYPES."
            return Finding(level=Level.ERROR, fact=f"MDocs has no document type {code}", next_step=step)
        _require_success(answer)
        wire.read(answer.body)
        return Finding(level=Level.OK, fact=f"MDocs answers and knows the document type {code}")

    def _room_found(self) -> Finding:
        answer = self._exchange.read(self._exchange.request("GET", "quota"))
        _require_success(answer)
        told = wire.read(answer.body)
        most, used = (told.get("storageMaximum"), told.get("storageUsage")) if isinstance(told, dict) else (None, None)
        if isinstance(most, int) and isinstance(used, int) and most > 0 and used / most >= NEARLY_FULL:
            step = "Ask AGE for more room."
            return Finding(level=Level.WARNING, fact=f"MDocs: {used} of {most} bytes are used", next_step=step)
        return Finding(level=Level.OK, fact="MDocs has room for us")

    def _of(self, document_id: str, acting: ActingContext, method: str, rest: str, **parts: object) -> httpx.Request:
        asked = {"principal": _owner(acting)}
        return self._exchange.request(method, f"documents/{_segment(document_id)}{rest}", params=asked, **parts)

    def _made(self, request: httpx.Request) -> Stored:
        answer = self._written(request)
        return _kept(_id_in(answer), request, answer)

    def _written(self, request: httpx.Request) -> Answer:
        answer = self._sent(request)
        _require_success(answer)
        return answer

    def _sent(self, request: httpx.Request) -> Answer:
        answer = self._exchange.write(request)
        if httpx.codes.is_success(answer.status) and answer.body and answer.media_type == PAGE:
            raise OutcomeUnknown("a page answers in the place of MDocs")
        return answer

    def _listed(self, path: str, asked: dict[str, str]) -> Iterator[dict[str, object]]:
        """Yield the rows of all pages."""
        seen = 0
        for page in range(1, MOST_PAGES + 1):
            params = {**asked, "page": str(page), "itemsPerPage": str(PAGE_ROWS)}
            answer = self._exchange.read(self._exchange.request("GET", path, params=params))
            _require_success(answer)
            rows, total = wire.rows(answer.body), wire.total_of(answer)
            yield from rows
            seen += len(rows)
            if not rows or (seen >= total if total is not None else len(rows) < PAGE_ROWS):
                return
        raise UnusableAnswer("MDocs has more pages than can be")


def _segment(text: str) -> str:
    """Return the text as one step of a path."""
    return quote(text, safe="")


def _owner(acting: ActingContext) -> str:
    return wire.organisation(acting.legal_entity_idno)


def _json(body: object) -> dict[str, object]:
    return {"content": orjson.dumps(body), "headers": {"Content-Type": "application/json; charset=utf-8"}}


def _kept(found: str, request: httpx.Request, answer: Answer) -> Stored:
    said = f"{answer.status}\n{answer.body.decode('utf-8', 'replace')}".strip()
    return Stored(id=found, sent=wire.text_of(request), answered=said)


def _id_in(answer: Answer) -> str:
    """Return the id that a writing call brought. Raises OutcomeUnknown: done or not, we cannot tell."""
    try:
        return wire.id_of(answer.body)
    except UnusableAnswer as error:
        raise OutcomeUnknown(error.reason) from error


def _id(row: dict[str, object]) -> str:
    found = row.get("id")
    if not isinstance(found, str) or not found:
        raise UnusableAnswer("MDocs lists a row without an id")
    return found


def _require_success(answer: Answer) -> None:
    if not httpx.codes.is_success(answer.status):
        _decline(answer)


def _decline(answer: Answer) -> NoReturn:
    """End a call that was not accepted. Nothing was done there.

    Only an error body of MDocs is a decision; a log-in page or a proxy decided nothing, and the call is made again.
    """
    told = wire.problem(answer)
    if answer.status in DECISIONS and told:
        raise Refused(f"MDocs: {told}", code=str(answer.status))
    raise TryLater(f"MDocs answers with status {answer.status} {told}".strip())
