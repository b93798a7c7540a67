"""The interface for systems, /api/v2: "eProgramări. Integration guide", chapter "API reference".

204 means that nothing was found. An error is a problem document.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from simulators.common.behaviour import Mode, is_told_to
from simulators.common.ledger import Row
from simulators.common.simulator import Simulator
from simulators.programari import reading, shapes
from simulators.programari.book import STRANGER, Book, NotPossible
from simulators.programari.control import next_is_taken
from simulators.programari.plan import Plan
from simulators.programari.reading import NUMBER, NotUnderstood

Json = Mapping[str, object] | Sequence[Mapping[str, object]]


def interface(simulator: Simulator, *, plan: Plan, book: Book) -> Blueprint:
    """Return the addresses below /api/v2; each misbehaves under the last word of its path."""
    views = Blueprint("programari", __name__, url_prefix="/api/v2")

    def add(method: str, path: str, answer: Callable[..., Json]) -> None:
        operation = path.rpartition("/")[2]
        view = simulator.behaviour.applies(operation)(_answering(simulator, operation, answer))
        views.add_url_rule(path, f"{method}-{path.replace('/', '-')}", view, methods=[method])

    for method, path, answer in (*_offer(plan, book), *_lists(plan, book), *_acts(simulator, plan, book)):
        add(method, path, answer)
    return views


def _answering(simulator: Simulator, operation: str, answer: Callable[..., Json]) -> Callable[..., ResponseReturnValue]:
    @wraps(answer)
    def view(**path: str) -> ResponseReturnValue:
        simulator.ledger.record_call(operation, key=path.get("appointment", ""))
        try:
            reading.require_language()
            told = answer(**path)
        except NotUnderstood as error:
            return _problem(str(error), field=error.field)
        except NotPossible as error:
            return _problem(str(error), field=error.field)
        return jsonify(told) if told or request.method != "GET" else Response(status=204)

    return view


def _problem(words: str, *, field: str) -> Response:
    body = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "title": "Bad Request", "status": 400,
        "detail": words, "instance": request.path, "errors": {field or "request": [words]},
    }  # fmt: skip
    response = jsonify(body)
    response.status_code, response.content_type = 400, "application/problem+json"
    return response


def _offer(plan: Plan, book: Book) -> list[tuple[str, str, Callable[..., Json]]]:
    def locations(named: str) -> Json:
        number, size = reading.page_asked(required=True)
        organization = plan.given["organization"]
        if reading.argument(named) != organization["id" if named == "OrganizationId" else "idno"]:
            return []
        rows = [shapes.location(plan, one) for one in plan.given["locations"]]
        return shapes.page(rows, number=number, size=size)

    def calendars() -> Json:
        location = plan.location(reading.argument("locationId"))
        offered = location["calendars"] if location else {}
        return [shapes.calendar(plan.given["calendars"][name], key) for name, key in offered.items()]

    def config() -> Json:
        found = plan.calendars.get(reading.argument("calendarLocationId"))
        return shapes.config(plan, found, book.taken_in(found.id)) if found else {}

    def config_by_idno() -> Json:
        idno, service = reading.argument("LocationIdno"), reading.argument("ServiceCode")
        fitting = [one for one in plan.calendars.values() if one.calendar["service"] == service]
        is_ours = idno == plan.given["organization"]["idno"]
        return shapes.config(plan, fitting[0], book.taken_in(fitting[0].id)) if fitting and is_ours else {}

    def settings() -> Json:
        reading.argument("OrganizationId")
        return shapes.settings(plan, reading.argument("CalendarId"))

    return [
        ("GET", "/organizations/list", lambda: [shapes.organization(plan)]),
        ("GET", "/locations/list", lambda: locations("OrganizationId")),
        ("GET", "/locations/list-by-idno", lambda: locations("Idno")),
        ("GET", "/calendars/list", calendars),
        ("GET", "/calendars/config", config),
        ("GET", "/calendars/config-by-idno", config_by_idno),
        ("GET", "/settings", settings),
    ]


def _lists(plan: Plan, book: Book) -> list[tuple[str, str, Callable[..., Json]]]:
    def found(**where: str) -> list[Row]:
        status = reading.status_asked()
        rows = book.appointments(where=where)
        return [row for row in rows if status is None or row["status"] == status]

    def of_user(shape: Callable[[Plan, Row], Mapping[str, object]]) -> Json:
        idnp = reading.argument("Idnp", NUMBER)
        if is_told_to(Mode.WRONG_SUBJECT):
            return [{**shape(plan, row), "userIdentifier": STRANGER} for row in found()]
        number, size = reading.page_asked()
        return [shape(plan, row) for row in found(identifier=idnp)][number * size : (number + 1) * size]

    def whole_list() -> Json:
        number, size = reading.page_asked(required=True)
        identifier = request.args.get("UserIdentifier")
        rows = found(identifier=identifier) if identifier else found()
        start, end = (reading.moment_asked(name) for name in ("Start", "End"))
        rows = [row for row in rows if _is_within(row, start, end)]
        return shapes.page([shapes.listed(plan, row) for row in rows], number=number, size=size)

    def public(named: str) -> Json:
        number, size = reading.page_asked()
        wanted = reading.argument(named)
        calendars = {one.id for one in plan.calendars.values() if wanted in (one.id, one.location["id"])}
        rows = [row for row in found() if row["calendar"] in calendars]
        return [shapes.public(plan, row) for row in rows][number * size : (number + 1) * size]

    return [
        ("GET", "/appointments/list", whole_list),
        ("GET", "/appointments/user-list", lambda: of_user(shapes.listed)),
        ("GET", "/appointments/user-list-updated", lambda: of_user(shapes.whole)),
        ("GET", "/appointments/location-list", lambda: public("LocationId")),
        ("GET", "/appointments/calendar-location-list", lambda: public("CalendarLocationId")),
    ]


def _acts(simulator: Simulator, plan: Plan, book: Book) -> list[tuple[str, str, Callable[..., Json]]]:
    def ask() -> Json:
        wanted, hours = reading.wishes(plan), plan.given["confirm_within_hours"]
        if next_is_taken(simulator):
            book.take(wanted[0].calendar, wanted[0].place)
        rows = book.keep(wanted, hours=hours, most=plan.given["appointments_limit"])
        models = [shapes.result(plan, row, hours) for row in rows]
        return {"userAccessToken": models[0]["userAccessToken"], "appointmentRequestResultModels": models}

    def confirm(appointment: str) -> Json:
        book.confirm(appointment)
        return {}

    def cancel(appointment: str) -> Json:
        text = request.args.get("notifyUser", "true")
        if text not in ("true", "false"):
            raise NotUnderstood("notifyUser", "true or false is expected")
        book.cancel(appointment, notify=text == "true")
        return {}

    return [
        ("POST", "/appointments/request", ask),
        ("PATCH", "/appointments/<appointment>/confirm", confirm),
        ("DELETE", "/appointments/<appointment>/cancel", cancel),
    ]


def _is_within(row: Row, start: datetime | None, end: datetime | None) -> bool:
    begins = datetime.fromisoformat(str(row["starts"]))
    return (start is None or begins >= start) and (end is None or begins <= end)
