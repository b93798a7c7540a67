"""The terminal of an operator's computer: registered once, then it takes the money for an order or an invoice."""

from pathlib import Path

import httpx
from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from simulators.common.control import page
from simulators.common.simulator import Simulator
from simulators.mpay.caller import Order, ServiceFault
from simulators.mpay.pages import SERVICE_ID
from simulators.mpay.postman import Postman
from simulators.mpay.soap import NotProperlyAnswered

TEXT = (Path(__file__).parent / "terminal.html").read_text(encoding="utf-8")
NEEDED = ("OrganizationName", "OrganizationIdno", "OfficeAddress", "TerminalId", "VendorName", "IntendedIp")
COOKIE = "mpay-terminal"


def terminal(simulator: Simulator, *, postman: Postman) -> Blueprint:
    """Return /PosTerminal/Configure, /PosTerminal/Pay/… and /PosTerminal/PayInvoice/…."""
    views = Blueprint("terminal", __name__, url_prefix="/PosTerminal")
    applies, book = simulator.behaviour.applies, postman.caller.book

    @views.route("/Configure", methods=["GET", "POST"])
    @applies("configure")
    def configure() -> ResponseReturnValue:
        given = {name: request.values.get(name, "").strip() for name in (*NEEDED, "OrganizationService", "Counter")}
        missing = [name for name in NEEDED if not given[name]]
        if missing:
            return _page(f"Lipsește: {', '.join(missing)}"), 400
        book.register_terminal(given["TerminalId"], desk=given["Counter"], bank=given["VendorName"])
        answer = make_response(_page(done=f"Terminalul {given['TerminalId']} este configurat pe acest calculator."))
        answer.set_cookie(COOKIE, given["TerminalId"], httponly=True, samesite="Lax")
        return answer

    @views.post("/Pay/<service_id>/<order_key>")
    @applies("terminal")
    def pay(service_id: str, order_key: str) -> ResponseReturnValue:
        return _take(postman, service_id=service_id, order_key=order_key)

    @views.post("/PayInvoice/<invoice>")
    @applies("terminal")
    def pay_invoice(invoice: str) -> ResponseReturnValue:
        made = book.order_of_invoice(invoice)
        if made is None:
            return _page("Nu există o notă de plată cu acest număr."), 404
        return _take(postman, service_id=SERVICE_ID, order_key=made)

    return views


def _take(postman: Postman, *, service_id: str, order_key: str) -> ResponseReturnValue:
    if not postman.caller.book.has_terminal(request.cookies.get(COOKIE, "")):
        return _page("Acest calculator nu are un terminal configurat."), 409
    order: Order | None = None
    try:
        order = postman.caller.order(service_id=service_id, order_key=order_key)
    except (ServiceFault, NotProperlyAnswered, httpx.HTTPError) as error:
        return _page(f"Serviciul nu răspunde cum trebuie: {error}"), 502
    if order is None or not order.is_payable:
        return _page("Comanda nu există sau nu se poate achita acum."), 409
    payment = postman.take_money(order, amount=order.amount, instrument="pos")
    return _page(done=f"Plata {payment.payment_id}: {payment.amount} {payment.currency}, comanda {payment.order_key}.")


def _page(fault: str = "", *, done: str = "") -> str:
    return page("MPay", TEXT, language="ro", fault=fault, done=done)
