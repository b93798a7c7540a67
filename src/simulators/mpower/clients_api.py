"""The clients API: five questions, all GET, in the envelope of "MPower. Integration guide" 2.2, "API reference"."""

import base64
import re
from collections.abc import Callable
from datetime import datetime

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.server import Simulator
from simulators.common.system_port import caller_certificate
from simulators.mpower import shapes
from simulators.mpower.book import Book, Power, Status
from simulators.mpower.paper import paper_of
from simulators.mpower.rights import Rights

CODE, TYPE, NUMBER = re.compile(r"\d{16}"), re.compile(r"AT-\w{7}"), re.compile(r"\d{13}")
KNOWN = {
    "Code-True-One": {"AuthorizationCode"},
    "Code-Details-One": {"AuthorizationCode"},
    "TypeCode-Valid-One": {"AuthorizationTypeCode", "AuthorizingIdn", "AuthorizedIdn"},
    "Idn-Details-List": {
        "IDNx", "Status", "AuthorizationTypeCode", "StartDate", "EndDate", "GrantedByIdn", "GrantedToIdn",
        "Page", "ItemsPerPage",
    },
    "file": {"AuthorizationCode"},
}  # fmt: skip
USUAL_PAGE = 20


class NotUnderstood(Exception):
    """The question breaks the contract."""


class NotThere(Exception):
    """There is no such power, or the caller may not see it."""


class Api:
    """The five questions over the book."""

    def __init__(self, book: Book, rights: Rights) -> None:
        self._book = book
        self._rights = rights

    def answer(self, operation: str) -> object:
        """Return `data`. Raises NotUnderstood, NotThere."""
        if unknown := request.args.keys() - KNOWN[operation]:
            raise NotUnderstood(f"unknown parameters: {', '.join(sorted(unknown))}")
        questions: dict[str, Callable[[], object]] = {
            "Code-True-One": self._truth,
            "Code-Details-One": self._details,
            "TypeCode-Valid-One": self._between,
            "Idn-Details-List": self._listed,
            "file": self._file,
        }
        return questions[operation]()

    def _truth(self) -> bool:
        return self._asked_for().status(clock.now()) is Status.VALID

    def _details(self) -> object:
        power = self._asked_for()
        if is_told_to(Mode.WRONG_SUBJECT):
            power = self._about_others(power)
        return shapes.details(power, at=clock.now(), shape=self._rights.now().shape)

    def _between(self) -> object:
        type_code = _argument("AuthorizationTypeCode", TYPE)
        by, to = _argument("AuthorizingIdn", NUMBER), _argument("AuthorizedIdn", NUMBER)
        fitting = [
            one for one in self._visible(self._book.of(by))
            if (one.type_code, one.given_by, one.given_to) == (type_code, by, to)
        ]  # fmt: skip
        if not fitting:
            raise NotThere
        best = max(fitting, key=lambda one: one.status(clock.now()) is Status.VALID)
        return shapes.between(best, at=clock.now(), shape=self._rights.now().shape)

    def _listed(self) -> object:
        party = _argument("IDNx", NUMBER)
        at, found = clock.now(), self._visible(self._book.of(party))
        if status := request.args.get("Status"):
            found = [one for one in found if one.status(at) == _status(status)]
        if request.args.get("AuthorizationTypeCode"):
            type_code = _argument("AuthorizationTypeCode", TYPE)
            found = [one for one in found if one.type_code == type_code]
        found = _within(found, _moment("StartDate"), _moment("EndDate"))
        by, to = (_argument(name, NUMBER, needed=False) for name in ("GrantedByIdn", "GrantedToIdn"))
        if by and by == to:
            raise NotUnderstood("GrantedByIdn and GrantedToIdn must differ")
        found = [one for one in found if by in ("", one.given_by) and to in ("", one.given_to)]
        if is_told_to(Mode.WRONG_SUBJECT):
            found = [one for one in self._book.everything() if party not in (one.given_by, one.given_to)]
        shape = self._rights.now().shape
        return [shapes.details(one, at=at, shape=shape) for one in _page(found)]

    def _file(self) -> object:
        power = self._asked_for()
        return {"content": base64.b64encode(paper_of(power)).decode(), "content-type": "application/pdf"}

    def _asked_for(self) -> Power:
        power = self._book.find(_argument("AuthorizationCode", CODE))
        if power is None or power not in self._visible([power]):
            raise NotThere
        return power

    def _visible(self, found: list[Power]) -> list[Power]:
        granted = self._rights.now()
        return [one for one in found if granted.sees_all or one.provider == granted.provider]

    def _about_others(self, power: Power) -> Power:
        """Return the power with its code, and everything else of somebody else's."""
        others = {power.given_by, power.given_to}
        other = next(one for one in self._book.everything() if not others & {one.given_by, one.given_to})
        return shapes.under_code(other, power.code)


def add_clients_api(simulator: Simulator, *, book: Book, rights: Rights) -> None:
    """Add the five addresses to the system port; each misbehaves under its own name."""
    api = Api(book, rights)
    for operation in KNOWN:
        place = operation if operation == "file" else f"check/{operation}"
        view = simulator.behaviour.applies(operation)(_view(api, book, rights, operation))
        simulator.system.add_url_rule(f"/clients-api/api/Authorization/{place}", operation, view)


def _view(api: Api, book: Book, rights: Rights, operation: str) -> Callable[[], ResponseReturnValue]:
    def view() -> ResponseReturnValue:
        response = _answered(api, rights, operation)
        query = "; ".join(f"{name}={value}" for name, value in sorted(request.args.items()))
        serial = str(caller_certificate().serial_number)
        book.record_question(operation=operation, query=query, status=response.status_code, serial=serial)
        return response

    return view


def _answered(api: Api, rights: Rights, operation: str) -> Response:
    if operation not in rights.now().endpoints:
        return Response(status=403)
    try:
        return jsonify({"data": api.answer(operation), "success": True, "messages": []})
    except NotUnderstood as error:
        return _fault(str(error), status=400)
    except NotThere:
        return _fault("the authorization was not found", status=404)


def _fault(message: str, *, status: int) -> Response:
    response = jsonify({"data": None, "success": False, "messages": [message]})
    response.status_code = status
    return response


def _argument(name: str, shape: re.Pattern[str], *, needed: bool = True) -> str:
    value = request.args.get(name, "")
    if not value and not needed:
        return ""
    if not shape.fullmatch(value):
        raise NotUnderstood(f"{name} has not the form of the contract")
    return value


def _status(text: str) -> Status:
    try:
        return Status(int(text))
    except ValueError as error:
        raise NotUnderstood("Status is a number from 1 to 6") from error


def _moment(name: str) -> datetime | None:
    text = request.args.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotUnderstood(f"{name} is no moment") from error
    if moment.tzinfo is None:
        raise NotUnderstood(f"{name} is not in UTC")
    return moment


def _within(found: list[Power], start: datetime | None, end: datetime | None) -> list[Power]:
    if start and end and start > end:
        raise NotUnderstood("StartDate is after EndDate")
    after = [one for one in found if start is None or one.begins >= start]
    return [one for one in after if end is None or (one.ends is not None and one.ends <= end)]


def _page(found: list[Power]) -> list[Power]:
    """Cut out the page: before the first is the first, beyond the last is empty."""
    try:
        page, size = int(request.args.get("Page", 1)), int(request.args.get("ItemsPerPage", USUAL_PAGE))
    except ValueError as error:
        raise NotUnderstood("Page and ItemsPerPage are numbers") from error
    page, size = max(page, 1), size if size > 0 else USUAL_PAGE
    return found[(page - 1) * size : page * size]
