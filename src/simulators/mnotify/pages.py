"""What people see: the messages as the citizen gets them, and the panel of the control page."""

from pathlib import Path

from flask import Blueprint, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control, page
from simulators.common.simulator import Simulator
from simulators.mnotify.book import SHORT_CHANNELS, STATUSES, Book
from simulators.mnotify.people import Contact
from simulators.mnotify.switch import DELIVERIES, Switch

HERE = Path(__file__).parent
LIST, MESSAGE, PANEL = ((HERE / f"{name}.html").read_text(encoding="utf-8") for name in ("list", "message", "panel"))
WORDS = {
    "ro": {"to": "Către", "from": "De la", "sender": "Centrul unificat de servicii", "all": "Toate mesajele"},
    "ru": {"to": "Кому", "from": "От", "sender": "Единый центр услуг", "all": "Все сообщения"},
    "en": {"to": "To", "from": "From", "sender": "Unified service centre", "all": "All messages"},
}


def pages(*, book: Book, people: dict[str, Contact]) -> Blueprint:
    """Return / (the messages) and /messages/<id>."""
    views = Blueprint("pages", __name__)

    def name_of(recipient: object) -> str:
        known = people.get(str(recipient))
        return known.name if known else str(recipient)

    @views.get("/")
    def messages() -> ResponseReturnValue:
        wanted = request.args.get("person", "")
        rows = [row for row in book.messages() if not wanted or row["recipient"] == wanted]
        return page("MNotify", LIST, messages=rows, name_of=name_of, wanted=wanted)

    @views.get("/messages/<message>")
    def one(message: str) -> ResponseReturnValue:
        book.read(message)
        row = book.message(message)
        if row is None:
            return page("MNotify", "<p>No such message.</p>"), 404
        language = str(row["language"])
        mail = Markup(str(row["body"]))  # noqa: S704 - HTML of the sender, shown as an e-mail program shows it
        looks = {"is_short": row["channel"] in SHORT_CHANNELS, "words": WORDS[language], "mail": mail}
        return page("MNotify", MESSAGE, language=language, message=row, name=name_of(row["recipient"]), **looks)

    return views


def add_control_of_messages(simulator: Simulator, *, book: Book, people: dict[str, Contact], switch: Switch) -> None:
    """Add POST /control/mnotify, POST /control/notifications/<id> and their panel."""

    def set_status(notification: str) -> ResponseReturnValue:
        status = str(_given().get("status", ""))
        if status not in STATUSES:
            return {"error": "status is one of the names", "statuses": list(STATUSES)}, 400
        return back_to_control() if book.set_status(notification, status) else ({"error": "no such one"}, 404)

    def panel() -> Markup:
        text = render_template_string(
            PANEL,
            delivery=switch.delivery,
            deliveries=DELIVERIES,
            notifications=book.notifications()[:50],
            statuses=STATUSES,
            reached=sorted((one for one in people.values() if one.channels), key=lambda one: one.surname),
        )
        return Markup(text)  # noqa: S704 - Flask escaped the values

    add = simulator.app.add_url_rule
    add("/control/mnotify", "control_mnotify", lambda: _change(switch), methods=["POST"])
    add("/control/notifications/<notification>", "control_status", set_status, methods=["POST"])
    simulator.panels.append(panel)
    simulator.resets.append(switch.back)


def _change(switch: Switch) -> ResponseReturnValue:
    given = _given()
    delivery, first = str(given.get("delivery", switch.delivery)), str(given.get("first_page", 1))
    if delivery not in DELIVERIES or first not in {"0", "1"}:
        return {"error": "delivery is one of the names, first_page 0 or 1", "deliveries": list(DELIVERIES)}, 400
    switch.delivery, switch.first_page = delivery, int(first)
    return back_to_control()


def _given() -> dict[str, object]:
    given = request.get_json(silent=True) if request.is_json else request.form.to_dict()
    return {str(name): value for name, value in given.items()} if isinstance(given, dict) else {}
