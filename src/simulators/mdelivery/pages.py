"""The pages where a person chooses address and courier and pays, and the control of the way of the paper."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control, page
from simulators.common.simulator import Simulator
from simulators.mdelivery.book import CARRIERS, STATUSES, Book
from simulators.mdelivery.caller import Caller, NotAnswered
from simulators.mdelivery.postman import Postman

HERE = Path(__file__).parent
SHIPPING = (HERE / "shipping.html").read_text(encoding="utf-8")
PANEL = (HERE / "panel.html").read_text(encoding="utf-8")
SHORTEST_ADDRESS = 5
WORDS = {
    "ro": {"title": "Livrare la ușă", "receiver": "Primește", "paper": "Act", "address": "Adresa de livrare",
           "carrier": "Curier", "choose": "Alege livrarea", "pay": "Achită", "lei": "lei", "back": "Înapoi la serviciu",
           "chosen": "Livrarea este aleasă", "paid": "Livrarea este achitată", "unknown": "Nu există această comandă.",
           "silent": "Serviciul nu răspunde. Încercați mai târziu.", "status": "Starea",
           "wrong": "Scrieți adresa și alegeți curierul."},
    "ru": {"title": "Доставка на дом", "receiver": "Получатель", "paper": "Документ", "address": "Адрес доставки",
           "carrier": "Курьер", "choose": "Выбрать доставку", "pay": "Оплатить", "lei": "леев",
           "back": "Назад к услуге",
           "chosen": "Доставка выбрана", "paid": "Доставка оплачена", "unknown": "Такого заказа нет.",
           "silent": "Служба не отвечает. Попробуйте позже.", "status": "Состояние",
           "wrong": "Укажите адрес и выберите курьера."},
    "en": {"title": "Delivery to the door", "receiver": "Receiver", "paper": "Paper", "address": "Address",
           "carrier": "Courier", "choose": "Choose this delivery", "pay": "Pay", "lei": "lei",
           "back": "Back to the service", "chosen": "The delivery is chosen", "paid": "The delivery is paid",
           "unknown": "There is no such order.", "silent": "The service does not answer. Try later.",
           "status": "Status", "wrong": "Write the address and choose a courier."},
}  # fmt: skip


def pages(simulator: Simulator, *, caller: Caller, book: Book) -> Blueprint:
    """Return /public/shipping, as services send browsers here, and the two forms on it."""
    views = Blueprint("shipping", __name__)
    applies = simulator.behaviour.applies

    @views.get("/public/shipping")
    @applies("page")
    def look() -> ResponseReturnValue:
        return _shipping(caller, book)

    @views.post("/public/shipping")
    @applies("choose")
    def choose() -> ResponseReturnValue:
        carrier, address = request.form.get("carrier", ""), request.form.get("address", "").strip()
        if carrier not in CARRIERS or len(address) < SHORTEST_ADDRESS:
            return _shipping(caller, book, fault="wrong")
        try:
            told = caller.details(service=_asked("serviceId"), order=_asked("orderId"))
        except NotAnswered:
            return _shipping(caller, book, fault="silent")
        if told is None:
            return _shipping(caller, book, fault="unknown")
        receiver = told["receiver"]
        idnp = str(receiver.get("id")) if isinstance(receiver, dict) else ""
        book.choose(
            order_id=_asked("orderId"), service_id=_asked("serviceId"), receiver=idnp, carrier=carrier, address=address
        )
        return _shipping(caller, book)

    @views.post("/public/pay")
    @applies("pay")
    def pay() -> ResponseReturnValue:
        row = book.delivery(_asked("orderId"))
        if row is not None and row["status"] == "AwaitingPayment":
            book.move(str(row["order_id"]), "Paid")
        return _shipping(caller, book)

    return views


def _shipping(caller: Caller, book: Book, *, fault: str = "") -> ResponseReturnValue:
    language = request.values.get("lang", "ro").lower()
    words = WORDS.get(language, WORDS["ro"])
    order, service = _asked("orderId"), _asked("serviceId")
    told = None
    try:
        told = caller.details(service=service, order=order) if order and service else None
        fault = fault or ("" if told else "unknown")
    except NotAnswered:
        fault = "silent"
    shown = {"words": words, "order": order, "service": service, "told": told, "fault": words.get(fault, "")}
    more = {"row": book.delivery(order), "carriers": CARRIERS, "back": _back(), "lang": language}
    code = {"": 200, "unknown": 404, "silent": 502, "wrong": 422}[fault]
    return page(f"MDelivery – {words['title']}", SHIPPING, language=language, **shown, **more), code


def _asked(name: str) -> str:
    return request.values.get(name, "").strip()


def _back() -> str:
    """Return where the service wants its person back; the guide spells the parameter returUrl."""
    address = _asked("returUrl") or _asked("returnUrl")
    return address if urlsplit(address).scheme in {"http", "https"} else ""


def add_control_of_deliveries(simulator: Simulator, *, book: Book, postman: Postman) -> None:
    """Add POST /control/deliveries {"order", "status"}, POST /control/ask and their panel."""

    def panel() -> Markup:
        text = render_template_string(PANEL, rows=book.deliveries(), statuses=STATUSES)
        return Markup(text)  # noqa: S704 - Flask escaped the values

    def move() -> ResponseReturnValue:
        given = (request.get_json(silent=True) if request.is_json else request.form.to_dict()) or {}
        order, status = str(given.get("order", "")), str(given.get("status", ""))
        if status not in STATUSES:
            return {"error": f"status is one of {', '.join(STATUSES)}"}, 400
        if not book.move(order, status):
            return {"error": "there is no such delivery"}, 404
        return back_to_control()

    def ask() -> ResponseReturnValue:
        postman.ask()
        return back_to_control()

    simulator.app.add_url_rule("/control/deliveries", "control_deliveries", move, methods=["POST"])
    simulator.app.add_url_rule("/control/ask", "control_ask", ask, methods=["POST"])
    simulator.panels.append(panel)
