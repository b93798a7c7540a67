"""Where a person makes a power, accepts it, withdraws it, and says what the calling system may ask."""

from datetime import datetime
from pathlib import Path

from flask import render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common import clock
from simulators.common.control import back_to_control, control_page
from simulators.common.server import Simulator
from simulators.mpower.book import Book, NotPossible, Power, Status
from simulators.mpower.people import name_of, names
from simulators.mpower.rights import ENDPOINTS, SHAPES, Rights

PANEL = (Path(__file__).parent / "panel.html").read_text(encoding="utf-8")
LONGEST = 36500
WORDS = {Status.PENDING_ACCEPTANCE: "waits for acceptance", Status.PENDING_VALIDITY: "begins later"}


def add_control_of_powers(simulator: Simulator, *, book: Book, rights: Rights) -> None:
    """Add POST /control/powers (make), /control/powers/<code>/<act>, /control/rights, and their panel."""
    app = simulator.app

    def panel() -> Markup:
        at = clock.now()
        rows = [_row(one, at) for one in book.everything()]
        text = render_template_string(
            PANEL, rows=rows, types=book.types(), names=names(), rights=rights.now(), endpoints=ENDPOINTS, shapes=SHAPES
        )
        return Markup(text)  # noqa: S704 - Flask escaped the values

    def refused(error: NotPossible) -> ResponseReturnValue:
        if request.is_json:
            return {"error": str(error)}, 409
        return control_page(simulator, fault=str(error)), 409

    def make() -> ResponseReturnValue:
        try:
            code = _make(book)
        except NotPossible as error:
            return refused(error)
        return {"code": code} if request.is_json else back_to_control()

    def act(code: str, act: str) -> ResponseReturnValue:
        try:
            state = book.act(code, act)
        except NotPossible as error:
            return refused(error)
        return {"state": state} if request.is_json else back_to_control()

    app.add_url_rule("/control/powers", "make_power", make, methods=["POST"])
    app.add_url_rule("/control/powers/<code>/<act>", "act_on_power", act, methods=["POST"])
    app.add_url_rule("/control/rights", "change_rights", lambda: _change(rights), methods=["POST"])
    simulator.panels.append(panel)


def _row(power: Power, at: datetime) -> dict[str, object]:
    """Return one power as the page shows it; what has ended by itself can be told nothing more."""
    status = power.status(at)
    has_ended = status is Status.CANCELED
    return {
        "power": power,
        "by": name_of(power.given_by),
        "to": name_of(power.given_to),
        "status": status,
        "words": "ended" if has_ended and power.state == "valid" else WORDS.get(status, power.state),
        "acts": [] if has_ended else power.acts(),
    }


def _make(book: Book) -> str:
    given = (request.get_json(silent=True) if request.is_json else request.form.to_dict()) or {}
    days = str(given.get("days") or "365")
    if not days.isdigit() or int(days) > LONGEST:
        raise NotPossible("days is a number")
    return book.make(
        type_code=str(given.get("type", "")),
        given_by=str(given.get("by", "")).strip(),
        given_to=str(given.get("to", "")).strip(),
        days=int(days),
        accepted=str(given.get("state", "valid")) == "valid",
    )


def _change(rights: Rights) -> ResponseReturnValue:
    if request.is_json:
        given = request.get_json(silent=True) or {}
        endpoints, sees_all = tuple(given.get("endpoints", ENDPOINTS)), bool(given.get("sees_all", True))
        shape = str(given.get("shape", SHAPES[0]))
    else:
        endpoints, sees_all = tuple(request.form.getlist("endpoints")), request.form.get("sees_all") == "yes"
        shape = request.form.get("shape", SHAPES[0])
    if shape not in SHAPES or not set(endpoints) <= set(ENDPOINTS):
        return {"error": "unknown endpoint or shape"}, 400
    rights.change(endpoints=endpoints, sees_all=sees_all, shape=shape)
    return back_to_control()
