"""The page of what is booked, and what happens there without the caller: places taken, time over, an office's no."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask import render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common import clock
from simulators.common.control import back_to_control, control_page
from simulators.common.ledger import Row
from simulators.common.simulator import Simulator
from simulators.programari import shapes
from simulators.programari.book import TAKES, WORDS, Book, NotPossible, Status
from simulators.programari.plan import CHISINAU, Plan

PANEL = Path(__file__).with_name("panel.html").read_text(encoding="utf-8")
BY_THE_OFFICE = (Status.CANCELED, Status.REJECTED, Status.FINISHED, Status.ABSENT)
TAKE_NEXT = "programari-take-next"


def next_is_taken(simulator: Simulator) -> bool:
    """Tell whether others take the place that is asked for now; that happens once."""
    return bool(simulator.app.config.pop(TAKE_NEXT, False))


def add_control_of_bookings(simulator: Simulator, *, plan: Plan, book: Book) -> None:
    """Add POST /control/take {"calendar", "start"}, /control/take-next, /control/lapse, /control/appointments/<id>."""
    app = simulator.app

    def panel() -> Markup:
        rows = [_line(row, plan) for row in reversed(book.appointments(where={}))]
        text = render_template_string(
            PANEL, rows=rows, calendars=list(plan.calendars.values()), next_taken=app.config.get(TAKE_NEXT)
        )
        return Markup(text)  # noqa: S704 - Flask escaped the values

    def shown(do: Callable[[], object]) -> ResponseReturnValue:
        try:
            do()
        except NotPossible as error:
            return ({"error": str(error)}, 409) if request.is_json else (control_page(simulator, fault=str(error)), 409)
        return back_to_control()

    def take() -> ResponseReturnValue:
        return shown(lambda: _take(plan, book))

    def take_next() -> ResponseReturnValue:
        return shown(lambda: app.config.update({TAKE_NEXT: True}))

    def lapse() -> ResponseReturnValue:
        return shown(book.let_lapse)

    def act(appointment: str) -> ResponseReturnValue:
        return shown(lambda: book.set_status(appointment, _status_given()))

    app.add_url_rule("/control/take", "take_place", take, methods=["POST"])
    app.add_url_rule("/control/take-next", "take_next", take_next, methods=["POST"])
    app.add_url_rule("/control/lapse", "lapse", lapse, methods=["POST"])
    app.add_url_rule("/control/appointments/<appointment>", "act_on_appointment", act, methods=["POST"])
    simulator.resets.append(lambda: app.config.pop(TAKE_NEXT, None))
    simulator.panels.append(panel)


def _line(row: Row, plan: Plan) -> dict[str, object]:
    status = Status(int(str(row["status"])))
    acts = [(int(one), WORDS[one]) for one in BY_THE_OFFICE] if status in TAKES else []
    where = plan.calendars[str(row["calendar"])]
    return {"row": row, "where": where, "when": shapes.local(row), "words": WORDS[status], "acts": acts}


def _given() -> dict[str, object]:
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    return dict(given) if isinstance(given, dict) else {}


def _status_given() -> Status:
    try:
        return Status(int(str(_given().get("status"))))
    except ValueError as error:
        raise NotPossible("status is a number from 1 to 7") from error


def _take(plan: Plan, book: Book) -> None:
    given = _given()
    calendar = plan.calendars.get(str(given.get("calendar")))
    try:
        start = datetime.fromisoformat(str(given.get("start")))
    except ValueError as error:
        raise NotPossible("start is a moment") from error
    start = start if start.tzinfo else start.replace(tzinfo=CHISINAU)
    place = plan.place(calendar, start, at=clock.now()) if calendar else None
    if calendar is None or place is None:
        raise NotPossible("there is no such place")
    book.take(calendar, place)
