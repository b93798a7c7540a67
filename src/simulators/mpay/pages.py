"""The pages where a person pays: types the key of an order or comes from the service, looks at it, pays."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from simulators.common.control import page
from simulators.common.simulator import Simulator
from simulators.mpay.caller import INSTRUMENTS, Caller, Order, ServiceFault
from simulators.mpay.postman import Postman
from simulators.mpay.soap import NotProperlyAnswered

HERE = Path(__file__).parent
KEY = (HERE / "key.html").read_text(encoding="utf-8")
ORDER = (HERE / "order.html").read_text(encoding="utf-8")
PAID = (HERE / "paid.html").read_text(encoding="utf-8")
SERVICE_ID = "CUPS01"
BY_ONESELF = [one for one in INSTRUMENTS if one != "pos"]
STATUS_WORDS = {
    "Active": "de achitat",
    "PartiallyPaid": "achitată parțial",
    "Paid": "achitată",
    "Completed": "serviciul a fost prestat",
    "Expired": "termenul de plată a expirat",
    "Cancelled": "anulată",
    "Refunding": "se restituie",
    "Refunded": "restituită",
}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the person or the service that sent them asks for."""

    service_id: str
    order_key: str
    return_url: str


def pages(simulator: Simulator, *, caller: Caller, postman: Postman) -> Blueprint:
    """Return the start page, /service/pay (GET and POST, as services send people here), /pay and /paid."""
    views = Blueprint("pay", __name__)
    applies = simulator.behaviour.applies

    @views.get("/")
    def start() -> ResponseReturnValue:
        return _key_page(simulator)

    @views.route("/service/pay", methods=["GET", "POST"])
    @applies("page")
    def look() -> ResponseReturnValue:
        wish = _wish()
        order, fault = _find(caller, wish)
        if order is None:
            return _key_page(simulator, fault=fault, wish=wish), 404
        return _order_page(order, wish)

    @views.post("/pay")
    @applies("pay")
    def pay() -> ResponseReturnValue:
        wish, instrument = _wish(), request.form.get("instrument", "")
        order, fault = _find(caller, wish)
        if order is None:
            return _key_page(simulator, fault=fault, wish=wish), 404
        if not order.is_payable or instrument not in INSTRUMENTS:
            return _order_page(order, wish), 409
        payment = postman.take_money(order, amount=order.amount, instrument=instrument)
        return redirect(f"/paid/{payment.payment_id}?{urlencode({'return': wish.return_url})}", code=303)

    @views.get("/paid/<payment_id>")
    def paid(payment_id: str) -> ResponseReturnValue:
        payment = postman.book.payment(payment_id)
        if payment is None:
            return _key_page(simulator, fault="Plata nu a fost găsită."), 404
        back = _web_address(request.args.get("return", ""))
        return page("MPay", PAID, language="ro", payment=payment, back=back)

    return views


def _wish() -> Wish:
    given = request.values
    return Wish(
        service_id=given.get("ServiceID", "").strip() or SERVICE_ID,
        order_key=given.get("OrderKey", "").strip(),
        return_url=_web_address(given.get("ReturnUrl", "")),
    )


def _web_address(text: str) -> str:
    """Return the address when a browser may be sent there."""
    return text if urlsplit(text).scheme in {"http", "https"} else ""


def _find(caller: Caller, wish: Wish) -> tuple[Order | None, str]:
    """Return the order, or the words that say why there is none."""
    if not wish.order_key:
        return None, "Introduceți cheia comenzii."
    try:
        order = caller.order(service_id=wish.service_id, order_key=wish.order_key)
    except (ServiceFault, NotProperlyAnswered, httpx.HTTPError) as error:
        return None, f"Serviciul nu răspunde cum trebuie: {error}"
    return order, "Nu există o comandă cu această cheie. Verificați fiecare semn de pe notă."


def _key_page(simulator: Simulator, *, fault: str = "", wish: Wish | None = None) -> str:
    return page("MPay", KEY, language="ro", fault=fault, wish=wish, product=simulator.launch.product)


def _order_page(order: Order, wish: Wish) -> str:
    words = STATUS_WORDS.get(order.status, order.status)
    return page("MPay", ORDER, language="ro", order=order, wish=wish, words=words, instruments=tuple(BY_ONESELF))
