"""The payments' side of the control interface: what a test says in JSON, a person says on the page."""

from dataclasses import asdict
from pathlib import Path

import httpx
from flask import render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control
from simulators.common.simulator import Simulator
from simulators.mpay import switch as switches
from simulators.mpay.book import Book
from simulators.mpay.caller import INSTRUMENTS, ServiceFault
from simulators.mpay.pages import SERVICE_ID
from simulators.mpay.postman import Postman
from simulators.mpay.soap import NotProperlyAnswered
from simulators.mpay.switch import Switch, Told

PANEL = (Path(__file__).parent / "panel.html").read_text(encoding="utf-8")


def add_control_of_payments(simulator: Simulator, *, postman: Postman, switch: Switch, book: Book) -> None:
    """Add /control/mpay (faults), POST /control/pay, POST /control/send-now and their panel."""
    app = simulator.app

    def panel() -> Markup:
        text = render_template_string(PANEL, told=switch.told(), names=switches.NAMES, payments=book.payments())
        return Markup(text)  # noqa: S704 - Flask escaped the values

    def send_now() -> ResponseReturnValue:
        book.make_due()
        return back_to_control()

    app.add_url_rule("/control/mpay", "control_mpay", lambda: _show(switch))
    app.add_url_rule("/control/mpay", "control_mpay_change", lambda: _change(switch), methods=["POST"])
    app.add_url_rule("/control/pay", "control_pay", lambda: _pay(postman), methods=["POST"])
    app.add_url_rule("/control/send-now", "control_send_now", send_now, methods=["POST"])
    simulator.panels.append(panel)
    simulator.resets.append(lambda: switch.tell(Told()))


def _show(switch: Switch) -> ResponseReturnValue:
    return {**asdict(switch.told()), "faults": list(switches.NAMES)}


def _change(switch: Switch) -> ResponseReturnValue:
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    fault = str((given or {}).get("fault", ""))
    times = str((given or {}).get("times") or "")
    try:
        seconds = float(str((given or {}).get("seconds") or Told.seconds))
    except ValueError:
        seconds = -1.0
    if fault not in switches.NAMES or (times and not times.isdigit()) or seconds < 0:
        return {"error": "fault is one of the names, times and seconds numbers", "faults": list(switches.NAMES)}, 400
    switch.tell(Told(fault=fault, times=int(times) if times else None, seconds=seconds))
    return _show(switch) if request.is_json else back_to_control()


def _pay(postman: Postman) -> ResponseReturnValue:
    """Pay as a person would: {"order_key", "amount" (else all that is due), "instrument"}; answers the payment."""
    given = request.get_json(silent=True) or {}
    instrument = str(given.get("instrument") or "card")
    if instrument not in INSTRUMENTS:
        return {"error": f"instrument is one of {', '.join(INSTRUMENTS)}"}, 400
    try:
        order = postman.caller.order(
            service_id=str(given.get("service_id") or SERVICE_ID), order_key=str(given.get("order_key", ""))
        )
    except (ServiceFault, NotProperlyAnswered, httpx.HTTPError) as error:
        return {"error": str(error)}, 502
    if order is None or not order.is_payable:
        return {"error": order.status if order else "unknown"}, 409
    payment = postman.take_money(order, amount=str(given.get("amount") or order.amount), instrument=instrument)
    return {**asdict(payment)}
