"""How the next answers are wrong: the SAML side of the control interface."""

import threading
from dataclasses import dataclass, replace
from pathlib import Path

from flask import render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control
from simulators.common.simulator import Simulator
from simulators.mpass import faults

PANEL = (Path(__file__).parent / "panel.html").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Told:
    """The present fault; `times` None means until told otherwise."""

    fault: str = faults.NORMAL
    times: int | None = None


class Switch:
    """Kept in memory: a restarted simulator answers properly."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told = Told()

    def tell(self, told: Told) -> None:
        """Replace the fault."""
        with self._lock:
            self._told = told

    def told(self) -> Told:
        """Return the present fault without using it up."""
        with self._lock:
            return self._told

    def take(self) -> str:
        """Return the fault of this answer and use up one of its times."""
        with self._lock:
            told = self._told
            if told.times is not None:
                self._told = replace(told, times=told.times - 1) if told.times > 1 else Told()
            return told.fault


def add_switch(simulator: Simulator) -> Switch:
    """Add GET and POST /control/saml ({"fault": name, "times": n or null}) and its panel; return the switch."""
    switch = Switch()

    def show() -> ResponseReturnValue:
        return {"fault": switch.told().fault, "times": switch.told().times, "faults": list(faults.NAMES)}

    def change() -> ResponseReturnValue:
        given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
        fault = str((given or {}).get("fault", ""))
        times = str((given or {}).get("times") or "")
        if fault not in faults.NAMES or (times and not times.isdigit()):
            return {"error": "fault is one of the names, times a number", "faults": list(faults.NAMES)}, 400
        switch.tell(Told(fault=fault, times=int(times) if times else None))
        return show() if request.is_json else back_to_control()

    def panel() -> Markup:
        text = render_template_string(PANEL, told=switch.told(), names=faults.NAMES)
        return Markup(text)  # noqa: S704 - Flask escaped the values

    simulator.app.add_url_rule("/control/saml", "control_saml", show)
    simulator.app.add_url_rule("/control/saml", "control_saml_change", change, methods=["POST"])
    simulator.panels.append(panel)
    simulator.resets.append(lambda: switch.tell(Told()))
    return switch
