"""What systems call: /api/Notification and /api/Template.

Source: guide of MNotify, "API reference". Lists are bare arrays, ids bare JSON strings; the shape of errors is not
documented, so programs must not read it.
"""

import json
import re
from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.ledger import Row
from simulators.common.simulator import Simulator
from simulators.mnotify.book import Addressed, Book
from simulators.mnotify.people import Contact
from simulators.mnotify.rules import (
    Json,
    complaints_about_notification,
    complaints_about_template,
    is_uuid,
)
from simulators.mnotify.switch import HELD, SENT_ONLY, Switch

CLIENT = "00000000-0000-4000-8000-0000000000aa"
SOMEBODY_ELSE = "2099000000000"
USUAL_PAGE = 10
ORDERS = {"", "createdat desc", "createdat asc", "createdat"}
VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]{1,100})\s*\}\}")
NOT_DETAILED = {"Pending", "Resolving", "Sending", "Sent"}


class Interface:
    """The calls of systems, on one book."""

    def __init__(self, simulator: Simulator, *, book: Book, people: Mapping[str, Contact], switch: Switch) -> None:
        self.simulator, self.book, self.people, self.switch = simulator, book, people, switch

    def blueprint(self) -> Blueprint:
        """Return all calls, each with the misbehaviour of its operation."""
        views = Blueprint("api", __name__, url_prefix="/api")
        applies = self.simulator.behaviour.applies
        for rule, method, operation, view in (
            ("/Notification", "POST", "send", self.send),
            ("/Notification", "GET", "list", self.listed),
            ("/Notification/<notification>", "GET", "status", self.status),
            ("/Notification/<notification>", "DELETE", "cancel", self.cancel),
            ("/Template", "GET", "templates", self.templates),
            ("/Template", "POST", "template-make", self.make_template),
            ("/Template/<template>", "GET", "template", self.template),
            ("/Template/<template>", "PUT", "template-change", self.change_template),
            ("/Template/<template>", "DELETE", "template-remove", self.remove_template),
            ("/Template/<template>/check", "POST", "template-check", self.check_template),
        ):
            wrapped = applies(operation)(view)
            views.add_url_rule(rule, operation, wrapped, methods=[method])
        views.before_request(self._note)
        return views

    def _note(self) -> None:
        operation = (request.endpoint or "").rpartition(".")[2]
        self.simulator.ledger.record_call(operation, correlation=request.headers.get("X-Correlation-ID", ""))

    def send(self) -> ResponseReturnValue:
        """Take a notification."""
        given = request.get_json(silent=True)
        complaints = [*complaints_about_notification(given, size=request.content_length or 0)]
        if complaints or not isinstance(given, dict):
            return _bad(*complaints)
        texts = {part: dict(given[part]) for part in ("subject", "body", "bodyShort")}
        chosen = given.get("template") or {}
        template = str(chosen.get("id") or "") if isinstance(chosen, dict) else "-"
        if template:
            kept = self.book.template(template) if is_uuid(template) else None
            variables = _variables(chosen.get("variables")) if isinstance(chosen, dict) else None
            if kept is None or variables is None:
                return _bad("The template or its variables are not known.")
            content = json.loads(str(kept["content"]))
            texts = {part: _filled(content[part], variables) for part in texts}
        addressed = [self._resolved(one) for one in given["recipients"]]
        return jsonify(self.book.take(given, texts=texts, addressed=addressed, template=template))

    def _resolved(self, one: dict[str, str]) -> Addressed:
        kinds = {"idnp": "IDNP", "idno": "IDNO", "email": "Email", "telephone": "Telephone"}
        kind, value = kinds[one["type"].lower()], str(one["value"])
        return Addressed(value=value, type=kind, contact=self.people.get(value) if kind == "IDNP" else None)

    def _settle(self) -> None:
        if (delivery := self.switch.delivery) != HELD:
            self.book.settle(as_sent=delivery == SENT_ONLY)

    def listed(self) -> ResponseReturnValue:
        """List what was sent."""
        self._settle()
        asked = request.args
        order, wanted = asked.get("OrderField", "").lower().strip(), asked.get("SearchBy", "")
        if order not in ORDERS or (wanted and not is_uuid(wanted)):
            return _bad("OrderField or SearchBy cannot be used.")
        try:
            page = int(asked.get("Page") or self.switch.first_page) - self.switch.first_page
            count = int(asked.get("ItemsPerPage") or USUAL_PAGE)
        except ValueError:
            return _bad("Page and ItemsPerPage are numbers.")
        rows = [row for row in self.book.notifications() if not wanted or row["id"] == wanted]
        if order in {"createdat", "createdat asc"}:
            rows.reverse()
        page = max(page, 0)
        return jsonify([_short(row) for row in rows[page * count : (page + 1) * count]])

    def status(self, notification: str) -> ResponseReturnValue:
        """Tell how far a notification is. Whose it is, is told only when something reached a channel."""
        self._settle()
        row = self.book.notification(notification)
        if row is None:
            return Response(status=404)
        recipients = [] if row["status"] in NOT_DETAILED else self._recipients(row)
        return {"id": row["id"], "status": row["status"], "recipients": recipients}

    def _recipients(self, row: Row) -> list[dict[str, object]]:
        messages = self.book.messages_of(str(row["id"]))
        found: list[dict[str, object]] = []
        for one in json.loads(str(row["body"]))["recipients"]:
            resolved = self._resolved(one)
            mine = [message for message in messages if message["recipient"] == resolved.value]
            value = SOMEBODY_ELSE if is_told_to(Mode.WRONG_SUBJECT) else resolved.value
            details = {"value": value, "type": resolved.type, "isLegal": resolved.type == "IDNO"}
            found.append({**details, "messages": [_message(message) for message in mine]})
        return found

    def cancel(self, notification: str) -> ResponseReturnValue:
        """Cancel what was not transmitted yet."""
        done = self.book.cancel(notification)
        return {"unknown": Response(status=404), "too late": Response(status=409)}.get(done) or jsonify(notification)

    def templates(self) -> ResponseReturnValue:
        """List the templates."""
        return jsonify([_template(row) for row in self.book.templates()])

    def template(self, template: str) -> ResponseReturnValue:
        """Return one template."""
        row = self.book.template(template)
        return Response(status=404) if row is None else jsonify(_template(row))

    def make_template(self) -> ResponseReturnValue:
        """Keep a new template."""
        given = request.get_json(silent=True)
        complaints = [*complaints_about_template(given)]
        return _bad(*complaints) if complaints or not given else jsonify(self.book.keep_template(given))

    def change_template(self, template: str) -> ResponseReturnValue:
        """Give a template another content."""
        if self.book.template(template) is None:
            return Response(status=404)
        given = request.get_json(silent=True)
        complaints = [*complaints_about_template(given)]
        if complaints or not given:
            return _bad(*complaints)
        return jsonify(self.book.keep_template(given, template=template))

    def remove_template(self, template: str) -> ResponseReturnValue:
        """Remove a template that nothing was sent by."""
        done = self.book.remove_template(template)
        return {"unknown": Response(status=404), "used": Response(status=409)}.get(done) or jsonify(template)

    def check_template(self, template: str) -> ResponseReturnValue:
        """Return the template with the given variables filled in."""
        row = self.book.template(template)
        given = request.get_json(silent=True)
        variables = _variables(given.get("variables")) if isinstance(given, dict) else None
        if row is None:
            return Response(status=404)
        if variables is None:
            return _bad("The field 'variables' must be JSON as text.")
        content = json.loads(str(row["content"]))
        filled = {part: _filled(content[part], variables) for part in ("subject", "body", "bodyShort")}
        return jsonify({**_template(row), **filled})


def _bad(*complaints: str) -> ResponseReturnValue:
    return {"errors": list(complaints) or ["The request cannot be read."]}, 400


def _variables(given: Json) -> dict[str, str] | None:
    """Return the variables, which are an object written as JSON text, or None."""
    if not isinstance(given, str):
        return None
    try:
        found = json.loads(given)
    except ValueError:
        return None
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else None


def _filled(texts: Mapping[str, str], variables: Mapping[str, str]) -> dict[str, str]:
    now = clock.now()
    known = {"Date": f"{now:%d.%m.%Y}", "Time": f"{now:%H:%M}", **variables}
    return {
        language: VARIABLE.sub(lambda found: known.get(found[1], found[0]), text) for language, text in texts.items()
    }


def _audit(row: Row) -> dict[str, object]:
    at, changed = (str(row[name]).replace("+00:00", "Z") for name in ("at", "changed"))
    return {"createdAt": at, "lastUpdatedAt": changed, "createdBy": CLIENT, "lastUpdatedBy": CLIENT}


def _short(row: Row) -> dict[str, object]:
    return {"id": row["id"], "status": row["status"], **_audit(row)}


def _message(row: Row) -> dict[str, object]:
    names = {"messageId": row["id"], "subject": row["subject"], "status": row["status"], "channel": row["channel"]}
    return {**names, **_audit(row)}


def _template(row: Row) -> dict[str, object]:
    return {"id": row["id"], "senderId": "1099000000021", **json.loads(str(row["content"])), **_audit(row)}
