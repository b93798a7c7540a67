"""The control interface of every simulator: what a test says in JSON, a person says on a page."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Response, jsonify, redirect, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.behaviour import Instruction, InstructionNotUnderstood, Mode, read_instruction
from simulators.common.simulator import Simulator

PAGE = (Path(__file__).parent / "control.html").read_text(encoding="utf-8")


def add_control(simulator: Simulator) -> None:
    """Add GET /control, POST /control/behaviour, GET /control/ledger and POST /control/reset."""
    app = simulator.app
    app.before_request(_refuse_other_sites)
    app.add_url_rule("/control", "control", lambda: control_page(simulator))
    app.add_url_rule("/control/ledger", "control_ledger", lambda: jsonify(simulator.ledger.everything()))
    app.add_url_rule("/control/behaviour", "control_behaviour", lambda: _behaviour(simulator), methods=["GET", "POST"])
    app.add_url_rule("/control/reset", "control_reset", lambda: _reset(simulator), methods=["POST"])


def control_page(simulator: Simulator, *, fault: str = "") -> str:
    """Return the page: the simulator's own panels, its behaviour with a form to change it, the ledger."""
    panels = [panel() for panel in simulator.panels]
    return page(
        simulator.title,
        PAGE,
        told=simulator.behaviour.told(),
        modes=list(Mode),
        panels=panels,
        fault=fault,
        simulator=simulator,
    )


def page(title: str, body: str, *, language: str = "en", **values: object) -> str:
    """Return a whole plain page around a Jinja body (`values` are escaped)."""
    inner = Markup(render_template_string(body, **values))  # noqa: S704 - Flask escaped the values
    layout = (Path(__file__).parent / "layout.html").read_text(encoding="utf-8")
    return render_template_string(layout, title=title, inner=inner, language=language)


def back_to_control() -> ResponseReturnValue:
    """Answer a form with the control page and a program with 204."""
    if request.is_json or not request.form:
        return Response(status=204)
    return redirect("/control", code=303)


def _behaviour(simulator: Simulator) -> ResponseReturnValue:
    if request.method == "GET":
        return simulator.behaviour.told().as_json()
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    if not isinstance(given, dict):
        return {"error": "a JSON object is expected"}, 400
    try:
        instruction = read_instruction(given)
    except InstructionNotUnderstood as error:
        if request.is_json:
            return {"error": str(error)}, 400
        return control_page(simulator, fault=str(error)), 400
    simulator.behaviour.tell(instruction)
    return instruction.as_json() if request.is_json else back_to_control()


def _reset(simulator: Simulator) -> ResponseReturnValue:
    simulator.behaviour.tell(Instruction())
    simulator.ledger.clear()
    for forget in simulator.resets:
        forget()
    return back_to_control()


def _refuse_other_sites() -> ResponseReturnValue | None:
    """A page of another site must not press our buttons in somebody's browser."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and request.path.startswith("/control") and origin:
        host = urlsplit(origin).netloc
        if host != request.host:
            return Response("another site may not do this", status=403)
    return None
