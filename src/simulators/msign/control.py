"""The signatures' side of the control interface: what a test says in JSON, a person says on the page."""

from pathlib import Path

from flask import render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control
from simulators.common.simulator import Simulator
from simulators.msign.pages import Desk, sign_as
from simulators.msign.people import everybody
from simulators.msign.signing import How

PANEL = (Path(__file__).parent / "panel.html").read_text(encoding="utf-8")
NOT_FOUND = ({"error": "there is no such pending request"}, 404)


def add_control_of_signing(simulator: Simulator, desk: Desk) -> None:
    """Add /control/signing (how), POST /control/requests/<id>/sign|cancel|expire|forget and their panel."""
    app, book = simulator.app, desk.book

    def panel() -> Markup:
        text = render_template_string(PANEL, told=desk.switch.told(), hows=list(How), requests=book.newest())
        return Markup(text)  # noqa: S704 - Flask escaped the values

    def change() -> ResponseReturnValue:
        given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        try:
            desk.switch.tell(How(str((given or {}).get("how", ""))))
        except ValueError:
            return {"error": "how is one of the names", "names": [str(one) for one in How]}, 400
        return back_to_control()

    def sign(request_id: str) -> ResponseReturnValue:
        found, given = book.find(request_id), request.get_json(silent=True) or {}
        who = everybody().get(str(given.get("who") or (found.signer if found else "")))
        if found is None or who is None or not sign_as(desk, found, who=who, how=desk.switch.told()):
            return NOT_FOUND
        return back_to_control()

    def act(request_id: str, what: str) -> ResponseReturnValue:
        acts = {
            "cancel": lambda: book.end(request_id, status="Failure", why="cancelled"),
            "expire": lambda: book.end(request_id, status="Expired"),
            "forget": lambda: book.forget(request_id),
        }
        return back_to_control() if what in acts and acts[what]() else NOT_FOUND

    app.add_url_rule("/control/signing", "control_signing", change, methods=["POST"])
    app.add_url_rule("/control/requests/<request_id>/sign", "control_sign", sign, methods=["POST"])
    app.add_url_rule("/control/requests/<request_id>/<what>", "control_request", act, methods=["POST"])
    simulator.panels.append(panel)
    simulator.resets.append(lambda: desk.switch.tell(How.RIGHT))
