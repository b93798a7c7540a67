"""MPay's papers about our orders: the three reading calls of its system port (integration guide, REST helpers).

No contract file of them is public. An invoice number is taken as a text or as an object with `invoiceId`; the bytes of
a PDF are taken as they are or in base64, as MPay's platform writes them when it answers in JSON.
"""

import base64
import binascii
import json
import re
import ssl

import httpx

from ghiseu.foundation.outcomes import NotFoundThere, UnusableAnswer
from ghiseu.foundation.wire.exchange import MAX_RESULT_BYTES, Answer, Exchange, Limits
from ghiseu.modules.payments.ports import NoteFile, PageFormat

PDF = b"%PDF-"
FILE_NAME = re.compile(r'filename="?([^";]+)"?', re.IGNORECASE)
USUAL_NAME = "Nota de plata.pdf"
LONGEST_NAME = 100
LONGEST_NUMBER = 36
ODD_SIGNS = re.compile(r"[^\w .()-]")


class MPayInvoices:
    """Asks MPay for its invoices and payment notes. Every call reads and changes nothing: it may be repeated at will.

    The wire carries our service and the key of the order, and no person.
    """

    def __init__(self, *, url: str, service_id: str, limits: Limits, tls: ssl.SSLContext | None) -> None:
        """`url` is that of the system port, without `/api`; `tls` is our side of the handshake."""
        self._exchange = Exchange("MPay", url=f"{url.rstrip('/')}/api", limits=limits, tls=tls)
        self._service_id = service_id

    def numbers(self, *, order_key: str) -> tuple[str, ...]:
        """Return the numbers of the order's invoices, none for an order that MPay does not know yet.

        Raises TryLater, UnusableAnswer.
        """
        answer = self._exchange.read(self._asking("invoices", order_key))
        if answer.status == httpx.codes.NOT_FOUND:
            return ()
        if answer.status != httpx.codes.OK:
            raise UnusableAnswer(f"HTTP {answer.status}")
        found = _json(answer)
        if not isinstance(found, list):
            raise UnusableAnswer("the invoices are not a list")
        return tuple(_number(one) for one in found)

    def note(self, *, order_key: str, page: PageFormat) -> bytes:
        """Return the PDF of the payment note. Raises NotFoundThere, TryLater, UnusableAnswer."""
        return _pdf(self._fetched("Invoices/GetPdfInvoiceBytes", order_key, pageFormat=str(page)))

    def note_file(self, *, order_key: str) -> NoteFile:
        """Return the payment note with the file name that MPay gives it. Raises as `note`."""
        answer = self._fetched("Invoices/DownloadInvoicePdf", order_key)
        told = FILE_NAME.search(answer.headers.get("content-disposition", ""))
        name = ODD_SIGNS.sub("", told.group(1)).strip()[:LONGEST_NAME] if told else ""
        return NoteFile(name=name or USUAL_NAME, content=_pdf(answer))

    def answers(self) -> None:
        """Ask for the invoices of no order. Raises TryLater, UnusableAnswer when MPay does not let us in."""
        self.numbers(order_key="0")

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def _asking(self, path: str, order_key: str, **more: str) -> httpx.Request:
        asked = {"serviceID": self._service_id, "orderKey": order_key, **more}
        return self._exchange.request("GET", path, params=asked)

    def _fetched(self, path: str, order_key: str, **more: str) -> Answer:
        answer = self._exchange.read(self._asking(path, order_key, **more), limit=MAX_RESULT_BYTES)
        if answer.status == httpx.codes.NOT_FOUND:
            raise NotFoundThere("MPay has no note for this order")
        if answer.status != httpx.codes.OK:
            raise UnusableAnswer(f"HTTP {answer.status}")
        return answer


def _json(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise UnusableAnswer("the answer is not JSON") from error


def _number(one: object) -> str:
    value = (
        next((text for name, text in one.items() if name.lower() == "invoiceid"), None)
        if isinstance(one, dict)
        else one
    )
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnusableAnswer("an invoice has no number")
    text = str(value).strip()
    if not 0 < len(text) <= LONGEST_NUMBER:
        raise UnusableAnswer("an invoice has no number")
    return text


def _pdf(answer: Answer) -> bytes:
    content = answer.body
    if answer.media_type == "application/json":
        told = _json(answer)
        try:
            content = base64.b64decode(told, validate=True) if isinstance(told, str) else b""
        except binascii.Error as error:
            raise UnusableAnswer("the note is not base64") from error
    if not content.startswith(PDF):
        raise UnusableAnswer("the note is not a PDF")
    return content
