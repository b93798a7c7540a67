"""What a person sees of MDocs at home, and the form switch on the control page."""

from pathlib import Path

from flask import Blueprint, Response, render_template_string, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from simulators.common.control import back_to_control, page
from simulators.common.simulator import Simulator
from simulators.mdocs.book import Book, Wrong, principal
from simulators.mdocs.switch import FORMS, LIBRARY, Switch

HERE = Path(__file__).parent
CABINET = (HERE / "cabinet.html").read_text(encoding="utf-8")
PANEL = (HERE / "panel.html").read_text(encoding="utf-8")
WORDS = {
    "ro": {"title": "Documentele mele", "idnp": "IDNP", "show": "Arată documentele", "none": "Nu aveți documente acum.",
           "until": "până la", "open": "Deschide", "wrong": "IDNP-ul are 13 cifre. Verificați fiecare cifră.",
           "document": "Document", "number": "Număr"},
    "ru": {"title": "Мои документы", "idnp": "IDNP", "show": "Показать документы", "none": "Сейчас документов нет.",
           "until": "до", "open": "Открыть", "wrong": "В IDNP 13 цифр. Проверьте каждую цифру.",
           "document": "Документ", "number": "Номер"},
    "en": {"title": "My documents", "idnp": "IDNP", "show": "Show the documents", "none": "There are no documents now.",
           "until": "until", "open": "Open", "wrong": "The IDNP has 13 digits. Check each digit.",
           "document": "Document", "number": "Number"},
}  # fmt: skip


def pages(book: Book) -> Blueprint:
    """Return the person's page: the number stands in the form, never in an address."""
    views = Blueprint("cabinet", __name__)

    @views.route("/", methods=["GET", "POST"])
    def cabinet() -> ResponseReturnValue:
        language = request.values.get("lang", "ro")
        words = WORDS.get(language, WORDS["ro"])
        idnp = request.form.get("idnp", "").strip()
        rows, fault = [], ""
        if request.method == "POST":
            try:
                rows = book.shared_with(principal(f"urn:md:idnp:{idnp}", field="idnp"))
            except Wrong:
                fault = words["wrong"]
        told = {"words": words, "rows": rows, "idnp": idnp, "fault": fault, "asked": request.method == "POST"}
        shown = page(f"MDocs – {words['title']}", CABINET, language=language, languages=tuple(WORDS), **told)
        return shown, 422 if fault else 200

    @views.post("/open")
    def open_one() -> ResponseReturnValue:
        mine = book.shared_with(f"urn:md:idnp:{request.form.get('idnp', '')}")
        share = next((row for row in mine if row["id"] == request.form.get("share")), None)
        document = book.document(str(share["document_id"])) if share else None
        if document is None:
            return Response("not (any more) for you", status=404)
        content, media_type = book.content(document)
        return Response(content, content_type=media_type)

    return views


def add_control_of_forms(simulator: Simulator, *, switch: Switch, book: Book) -> None:
    """Add POST /control/mdocs {"form": library|guide} and its panel."""

    def panel() -> Markup:
        rows = book.ledger.rows(
            "SELECT d.number, d.name, d.expires_on, s.shared_for, s.to_at FROM documents d "
            "LEFT JOIN shares s ON s.document_id = d.id ORDER BY d.rowid DESC LIMIT 50"
        )
        return Markup(render_template_string(PANEL, form=switch.form, forms=FORMS, rows=rows))  # noqa: S704 - escaped

    def change() -> ResponseReturnValue:
        given = (request.get_json(silent=True) if request.is_json else request.form.to_dict()) or {}
        form = str(given.get("form", ""))
        if form not in FORMS:
            return {"error": f"form is one of {', '.join(FORMS)}"}, 400
        switch.form = form
        return back_to_control()

    def forget() -> None:
        switch.form = LIBRARY

    simulator.app.add_url_rule("/control/mdocs", "control_mdocs", change, methods=["POST"])
    simulator.panels.append(panel)
    simulator.resets.append(forget)
