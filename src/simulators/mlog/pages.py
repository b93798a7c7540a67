"""What people see: the messages and how they are treated on the control page, and the events in words."""

import json
from dataclasses import asdict
from pathlib import Path

from flask import render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control, page
from simulators.common.simulator import Simulator
from simulators.mlog import book
from simulators.mlog.switch import NotUnderstood, Switch

HERE = Path(__file__).parent
PANEL = (HERE / "panel.html").read_text(encoding="utf-8")
EVENTS = (HERE / "events.html").read_text(encoding="utf-8")
MOST_SHOWN = 200
NEWEST = (
    "SELECT e.sequence, e.body, e.signed, e.is_registered, m.state FROM events e JOIN messages m ON m.uid = e.uid "
    "ORDER BY e.sequence DESC LIMIT 2000"
)
MESSAGES = (
    "SELECT m.uid, m.at, m.state, m.fault, (SELECT count(*) FROM events e WHERE e.uid = m.uid) AS events "
    "FROM messages m ORDER BY m.at DESC LIMIT 20"
)


def add_pages(simulator: Simulator, *, switch: Switch) -> None:
    """Add the panel, /events, /control/mlog and /control/look."""

    def panel() -> Markup:
        book.look(simulator.ledger)
        told, messages = switch.told(), simulator.ledger.rows(MESSAGES)
        return Markup(render_template_string(PANEL, told=told, messages=messages))  # noqa: S704 - Flask escaped them

    def change() -> ResponseReturnValue:
        given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        try:
            switch.tell(given if isinstance(given, dict) else {"": ""})
        except NotUnderstood as error:
            return {"error": str(error)}, 400
        return asdict(switch.told()) if request.is_json else back_to_control()

    def look() -> ResponseReturnValue:
        book.make_due(simulator.ledger)
        return back_to_control()

    simulator.app.add_url_rule("/control/mlog", "control_mlog", lambda: asdict(switch.told()))
    simulator.app.add_url_rule("/control/mlog", "control_mlog_change", change, methods=["POST"])
    simulator.app.add_url_rule("/control/look", "control_look", look, methods=["POST"])
    simulator.app.add_url_rule("/events", "events", lambda: _events(simulator), methods=["GET", "POST"])
    simulator.panels.append(panel)
    simulator.resets.append(switch.forget)


def _events(simulator: Simulator) -> str:
    book.look(simulator.ledger)
    asked = {"subject": request.form.get("subject", "").strip(), "kind": request.form.get("kind", "").strip()}
    rows = []
    for row in simulator.ledger.rows(NEWEST):
        event = json.loads(str(row["body"]))
        if asked["subject"] in {"", event.get("subject")} and asked["kind"].lower() in str(event["event_type"]).lower():
            rows.append({**row, "event": event})
    return page("MLog: events", EVENTS, rows=rows[:MOST_SHOWN], asked=asked)
