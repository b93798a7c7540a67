"""What registered systems call: `POST /register`, `GET /query/{uid}`, `GET /query` (guide "MLog")."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.common import clock
from simulators.common.behaviour import Mode, is_told_to
from simulators.common.ledger import Row
from simulators.common.simulator import Simulator
from simulators.common.system_port import caller_certificate
from simulators.mlog import book
from simulators.mlog.book import Taken
from simulators.mlog.events import Line, NotAnEvent, NotJson, events_of, lines_of
from simulators.mlog.jws import NotSigned
from simulators.mlog.search import PAGE_SIZE, AskedWrongly, found_in_time, listed
from simulators.mlog.switch import Switch, Told

MOST_BYTES = 256 * 1024
LISTED_OTHERWISE = {Mode.DUPLICATE, Mode.REORDER}


def add_interface(simulator: Simulator, *, switch: Switch) -> None:
    """Add the three calls to the system port."""
    behaviour, calls = simulator.behaviour, _Calls(simulator, switch)
    register = behaviour.applies("register", shows={Mode.WRONG_SIGNATURE})(calls.register)
    by_uid = behaviour.applies("query", shows=LISTED_OTHERWISE)(calls.query_uid)
    query = behaviour.applies("query", shows=LISTED_OTHERWISE)(calls.query)
    simulator.system.before_request(calls.only_known)
    simulator.system.add_url_rule("/register", "register", register, methods=["POST"])
    simulator.system.add_url_rule("/query/<uid>", "query_uid", by_uid)
    simulator.system.add_url_rule("/query", "query", query)


class _Calls:
    def __init__(self, simulator: Simulator, switch: Switch) -> None:
        self._ledger, self._behaviour, self._switch = simulator.ledger, simulator.behaviour, switch

    def only_known(self) -> ResponseReturnValue | None:
        return None if self._switch.told().is_known else answer(401, "Unknown system")

    def register(self) -> ResponseReturnValue:
        body, told = request.get_data(), self._switch.told()
        self._ledger.record_call("register", behaviour=str(self._behaviour.told().mode))
        if len(body) > MOST_BYTES:
            return answer(413, "Payload too large")
        try:
            lines = lines_of(body.decode("utf-8"))
        except (UnicodeDecodeError, NotJson):
            return answer(400, "Invalid JSON")
        taken, fault = _judged(lines, told)
        if told.declines and any(told.declines in str(one.event) for one in taken):
            return answer(400, "Invalid JSON")
        after = timedelta(seconds=told.after)
        uid, at = book.take(self._ledger, taken, media_type=request.mimetype, size=len(body), fault=fault, after=after)
        return jsonify(status="200", message="OK", timestamp=_milliseconds(at), UID=uid)

    def query_uid(self, uid: str) -> ResponseReturnValue:
        return self._searched(lambda: self._of_message(uid))

    def query(self) -> ResponseReturnValue:
        uid = request.args.get("uid")
        if uid:
            return self._searched(lambda: self._of_message(uid))
        return self._searched(lambda: found_in_time(self._ledger, request.args))

    def _of_message(self, uid: str) -> list[Row]:
        return book.registered(self._ledger, "uid = ?", (uid,))

    def _searched(self, find: Callable[[], list[Row]]) -> ResponseReturnValue:
        self._ledger.record_call("query", behaviour=str(self._behaviour.told().mode))
        book.look(self._ledger)
        try:
            found = find()
            shown = listed(found, request.args)
        except AskedWrongly as error:
            return answer(400, str(error))
        book.record_search(self._ledger, request.args.to_dict() | (request.view_args or {}), found=len(found))
        if not found:
            return answer(404, "No data")
        shown = shown * 2 if is_told_to(Mode.DUPLICATE) else shown
        return jsonify(
            status="200",
            message="OK",
            timestamp=_milliseconds(clock.now()),
            result=shown[::-1] if is_told_to(Mode.REORDER) else shown,
            pagination={"record-count": len(found), "page-size": int(request.args.get("page_size", PAGE_SIZE))},
        )


def answer(status: int, message: str) -> Response:
    """Return a refusal as MLog words it."""
    response = jsonify(status=str(status), message=message, timestamp=_milliseconds(clock.now()))
    response.status_code = status
    return response


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _judged(lines: list[Line], told: Told) -> tuple[list[Taken], str]:
    """Return the events of a message and why none of it will be registered, empty when it will."""
    if not told.takes_unsigned and not all(line.is_signed for line in lines):
        return [], "this system has to sign its events"
    taken: list[Taken] = []
    try:
        for line in lines:
            events = events_of(line, certificate=caller_certificate())
            taken += [Taken(event=one, is_signed=line.is_signed) for one in events]
    except (NotSigned, NotAnEvent) as error:
        return taken, str(error)
    if is_told_to(Mode.WRONG_SIGNATURE):
        return taken, "the signature does not hold (told so)"
    if told.refuses:
        taken = [one for one in taken if told.refuses not in str(one.event)]
    return taken, ""
