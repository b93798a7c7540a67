"""Ghișeu institution interface v1, the institution's side.

Contract: docs/interfaces/institution.openapi.yaml. The real interfaces of these institutions are not public.
"""

import base64
from collections.abc import Callable, Mapping

import orjson
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Behaviour, Instruction, Mode, is_told_to
from simulators.common.institution import intake
from simulators.common.institution.dossiers import Conflict, DossierError, Dossiers, UnknownDossier
from simulators.common.institution.profile import Json, LookupQuestion, NotHeldHere
from simulators.common.institution.record import record_of
from simulators.common.ledger import Row

FEED_LIMIT = 500


def institution_interface(dossiers: Dossiers, behaviour: Behaviour, changed: Callable[[], None]) -> Blueprint:
    """Return the routes of /v1; `changed` is called after each change of a dossier.

    Every call is written down before it is looked at.
    """
    routes = Blueprint("v1", __name__, url_prefix="/v1")
    calls = _Calls(dossiers, changed)
    number = "/submissions/<number>"
    rules = (
        ("/health", "health", "GET", calls.health),
        ("/submissions", "feed", "GET", calls.feed),
        (f"{number}/papers", "supplement", "POST", calls.supplement),
        (f"{number}/results/<document_id>", "result", "GET", calls.result),
        (number, "deliver", "PUT", calls.deliver),
        (number, "find", "GET", calls.find),
        ("/lookups/<name>", "lookup", "POST", calls.lookup),
    )
    for path, operation, method, view in rules:
        shows = (Mode.DUPLICATE, Mode.REORDER) if operation == "feed" else ()
        routes.add_url_rule(path, operation, behaviour.applies(operation, shows=shows)(view), methods=[method])
    routes.register_error_handler(intake.NotAccepted, lambda error: _problem(422, error.code, error.detail))
    routes.register_error_handler(Conflict, lambda error: _problem(409, error.code, error.detail))
    routes.register_error_handler(UnknownDossier, lambda error: _problem(404, error.code, error.detail))
    routes.register_error_handler(OtherPerson, lambda error: _problem(403, error.code, error.detail))
    return routes


class OtherPerson(DossierError):
    """The call is about somebody else than the dossier."""

    def __init__(self) -> None:
        super().__init__("subject-differs", "the dossier is about another person")


class _Calls:
    def __init__(self, dossiers: Dossiers, changed: Callable[[], None]) -> None:
        self._dossiers = dossiers
        self._changed = changed

    def health(self) -> ResponseReturnValue:
        return {"institution": self._dossiers.profile.name, "status": "ok"}

    def deliver(self, number: str) -> ResponseReturnValue:
        self._heard("deliver", number)
        dossier, is_new = self._dossiers.receive(intake.read_submission(number))
        self._changed()
        return self._record(dossier), 201 if is_new else 200

    def find(self, number: str) -> ResponseReturnValue:
        self._heard("find", number)
        acting = intake.read_acting_header()
        dossier = self._dossiers.find(number)
        _require_same_subject(acting, dossier)
        return self._record(dossier)

    def supplement(self, number: str) -> ResponseReturnValue:
        self._heard("supplement", number)
        key = request.headers.get("Idempotency-Key", "")
        if not key:
            raise intake.NotAccepted("key-missing", "Idempotency-Key is missing")
        acting, attachments = intake.read_papers()
        _require_same_subject(acting, self._dossiers.find(number))
        dossier = self._dossiers.supplement(number, key=key, attachments=attachments)
        self._changed()
        return self._record(dossier)

    def result(self, number: str, document_id: str) -> ResponseReturnValue:
        self._heard("result", number)
        acting = intake.read_acting_header()
        _require_same_subject(acting, self._dossiers.find(number))
        for result in self._dossiers.results(number):
            if result["document_id"] == document_id:
                return _document(result)
        raise UnknownDossier

    def feed(self) -> ResponseReturnValue:
        after = request.args.get("changed_after_sequence", type=int)
        limit = min(request.args.get("limit", FEED_LIMIT, type=int), FEED_LIMIT)
        if after is None or after < 0 or limit < 1:
            raise intake.NotAccepted("sequence-missing", "changed_after_sequence is a number from 0")
        rows = self._dossiers.changed_after(after, limit=limit)
        records = [record_of(row, self._dossiers.results(str(row["number"]))) for row in rows]
        next_sequence = int(str(rows[-1]["sequence"])) if rows else after
        if is_told_to(Mode.DUPLICATE):
            records += records
        if is_told_to(Mode.REORDER):
            records.reverse()
        return {"records": records, "next_sequence": next_sequence}

    def lookup(self, name: str) -> ResponseReturnValue:
        self._heard("lookup", name)
        given = request.get_json(silent=True)
        body: Mapping[str, object] = given if isinstance(given, dict) else {}
        acting = intake.read_acting(body.get("acting"))
        subject = str(body.get("subject_idnp", ""))
        if subject != intake.subject_of(acting)[0]:
            raise intake.NotAccepted("subject-differs", "the acting context is about another person")
        ask = self._dossiers.profile.lookups.get(name)
        if ask is None:
            return _problem(404, "no-such-lookup", "this institution does not answer that")
        given_parameters = body.get("parameters")
        parameters = given_parameters if isinstance(given_parameters, dict) else {}
        narrowed = {str(key): str(value) for key, value in parameters.items()}
        try:
            facts = ask(LookupQuestion(subject_idnp=subject, parameters=narrowed))
        except NotHeldHere:
            return _problem(404, "not-held", "no such record")
        with self._dossiers.ledger.write() as book:
            book.record_effect(kind="lookup.answered", key=name, subject=subject)
        shown = "2099010100376" if is_told_to(Mode.WRONG_SUBJECT) else subject
        return {"name": name, "subject_idnp": shown, "facts": facts, "read_at": clock.now_text()}

    def _record(self, dossier: Row) -> dict[str, Json]:
        return record_of(dossier, self._dossiers.results(str(dossier["number"])))

    def _heard(self, operation: str, key: str) -> None:
        self._dossiers.ledger.record_call(
            operation,
            key=key,
            correlation=request.headers.get("traceparent", ""),
            behaviour=_present_mode(),
        )


def _present_mode() -> str:
    return next((str(mode) for mode in Mode if is_told_to(mode)), str(Instruction().mode))


def _require_same_subject(acting: Mapping[str, object], dossier: Row) -> None:
    """A dossier is shown only to a call about its own person."""
    if intake.subject_of(acting) != (dossier["subject_idnp"], dossier["subject_document"]):
        raise OtherPerson


def _document(result: Row) -> Response:
    content = result["content"] if isinstance(result["content"], bytes) else b""
    digest = base64.b64encode(bytes.fromhex(str(result["sha256"]))).decode()
    return Response(
        content,
        content_type=str(result["media_type"]),
        headers={"Content-Digest": f"sha-256=:{digest}:", "Cache-Control": "no-store"},
    )


def _problem(status: int, code: str, detail: str) -> Response:
    """Return an RFC 9457 problem document with the institution's own code."""
    body = {"title": detail, "status": status, "code": code}
    return Response(orjson.dumps(body), status=status, content_type="application/problem+json")
