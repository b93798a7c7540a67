"""What registered systems ask MPay for: the invoices of an order, and the payment note as a PDF."""

import secrets
import unicodedata
from collections.abc import Sequence
from io import BytesIO

import httpx
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from simulators.common.simulator import Simulator
from simulators.mpay.caller import Caller, Order, ServiceFault
from simulators.mpay.soap import NotProperlyAnswered

LONGEST = 36
SIZES = {"A4": (595, 842), "A5": (420, 595)}


def papers(simulator: Simulator, *, caller: Caller) -> Blueprint:
    """Return /api/invoices, /api/Invoices/DownloadInvoicePdf and /api/Invoices/GetPdfInvoiceBytes."""
    views = Blueprint("papers", __name__)
    applies, book = simulator.behaviour.applies, caller.book

    @views.get("/api/invoices")
    @applies("invoices")
    def invoices() -> ResponseReturnValue:
        if fault := _fault():
            return fault
        book.ledger.record_call("invoices", key=request.args["orderKey"])
        return list(book.invoices(request.args["orderKey"]))

    @views.get("/api/Invoices/DownloadInvoicePdf")
    @applies("note_file")
    def download() -> ResponseReturnValue:
        return _note(caller, size="A4", as_file=True)

    @views.get("/api/Invoices/GetPdfInvoiceBytes")
    @applies("note")
    def pdf_bytes() -> ResponseReturnValue:
        size = request.args.get("pageFormat", "A4")
        if size not in SIZES:
            return {"title": "pageFormat is A4 or A5"}, 400
        return _note(caller, size=size, as_file=False)

    return views


def _fault() -> tuple[dict[str, str], int] | None:
    for name in ("serviceID", "orderKey"):
        if not 0 < len(request.args.get(name, "")) <= LONGEST:
            return {"title": f"{name} is missing or too long"}, 400
    return None


def _note(caller: Caller, *, size: str, as_file: bool) -> ResponseReturnValue:
    if fault := _fault():
        return fault
    key, book = request.args["orderKey"], caller.book
    book.ledger.record_call("note", key=key)
    try:
        order = caller.order(service_id=request.args["serviceID"], order_key=key)
    except (ServiceFault, NotProperlyAnswered, httpx.HTTPError) as error:
        return {"title": f"the service does not tell the order: {error}"}, 404
    if order is None:
        return {"title": "no such order"}, 404
    known = book.invoices(order.order_key)
    invoice = known[0] if known else f"{secrets.randbelow(10**14):014}"
    book.make_invoice(invoice, order_key=order.order_key)
    answer = Response(drawn(_lines(order, invoice), size=SIZES[size]), content_type="application/octet-stream")
    if as_file:
        answer.headers["Content-Disposition"] = f'attachment; filename="Nota de plata {invoice}.pdf"'
    return answer


def _lines(order: Order, invoice: str) -> Sequence[str]:
    return (
        f"Nota de plata {invoice} (simulator)",
        order.reason,
        f"Platitor: {order.customer_name}",
        f"Cheia comenzii: {order.order_key}",
        f"De achitat: {order.amount} {order.currency}",
        f"Pana la: {order.due_date[:10]}",
    )


def drawn(lines: Sequence[str], *, size: tuple[int, int]) -> bytes:
    """Return a PDF of one page with these lines; letters are written without their marks."""
    width, height = size
    text = "\n".join(f"({_plain(line)}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf 18 TL 40 {height - 60} Td\n{text}\nET".encode("ascii")
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 5 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>".encode("ascii"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
    )
    page, places = BytesIO(), []
    page.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, start=1):
        places.append(page.tell())
        page.write(b"%d 0 obj\n%b\nendobj\n" % (number, part))
    start = page.tell()
    page.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1))
    page.writelines(b"%010d 00000 n \n" % place for place in places)
    page.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start))
    return page.getvalue()


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return ascii_only.replace("\\", "").replace("(", "[").replace(")", "]")
