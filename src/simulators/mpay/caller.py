"""The two calls that MPay makes to the service: what is this order about, and it was paid."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from lxml import etree

from simulators.common import clock
from simulators.common.keys import Identity
from simulators.mpay import soap
from simulators.mpay.book import Book, Payment
from simulators.mpay.soap import MPAY, SOAP, NotProperlyAnswered, Signing

SECONDS = 30.0
LONG_AGO = timedelta(hours=3)
LOCAL = ZoneInfo("Europe/Chisinau")
INSTRUMENTS = {
    "card": "EXEMPLU (Card)",
    "terminal": "EXEMPLU (Terminal)",
    "bank": "EXEMPLU (Banca)",
    "pos": "EXEMPLU (POS)",
}


class ServiceFault(Exception):
    """The service answered with a SOAP fault; `code` is its word."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Line:
    """One part of an order."""

    line_id: str
    reason: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order as the service tells it."""

    service_id: str
    order_key: str
    reason: str
    status: str
    customer_name: str
    due_date: str
    amount: str
    currency: str
    lines: Sequence[Line]

    @property
    def is_payable(self) -> bool:
        """Tell whether money may be taken for it."""
        return self.status in {"Active", "PartiallyPaid"} and Decimal(self.amount) > 0


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Calls the service at `address` with our key, or with one that it has not pinned."""

    address: str
    right: Identity
    wrong: Identity
    book: Book

    def order(self, *, service_id: str, order_key: str, language: str = "RO") -> Order | None:
        """Ask for an order; None when the service does not know it.

        Raises ServiceFault, NotProperlyAnswered, httpx.HTTPError.
        """
        content = _element("GetOrderDetails")
        query = _child(content, "query")
        _members(query, Language=language, OrderKey=order_key, ServiceID=service_id)
        self.book.ledger.record_call("GetOrderDetails", key=order_key)
        answer = self._send(soap.message(content, Signing(identity=self.right, at=clock.now())))
        found = answer.find(f".//{{{MPAY}}}OrderDetails")
        return None if found is None else _order(found)

    def confirm(self, payment: Payment, *, fault: str) -> None:
        """Send one notice about the payment, wrong in this way. Returning means that the service agreed.

        Raises ServiceFault, NotProperlyAnswered, httpx.HTTPError.
        """
        signing = Signing(identity=self.right, at=clock.now(), with_sha1=fault == "sha1")
        if fault == "wrong_certificate":
            signing = replace(signing, identity=self.wrong)
        if fault == "old_timestamp":
            signing = replace(signing, at=signing.at - LONG_AGO)
        message = soap.message(confirmation_of(payment), signing)
        if fault == "tampered_body":
            message = message.replace(b"<TotalAmount>", b"<TotalAmount>1")
        self.book.ledger.record_call("ConfirmOrderPayment", key=payment.payment_id, behaviour=fault)
        answer = self._send(message)
        if answer.tag != f"{{{MPAY}}}ConfirmOrderPaymentResponse":
            raise NotProperlyAnswered("the answer is to another question")

    def _send(self, message: bytes) -> etree._Element:
        response = httpx.post(
            self.address,
            content=message,
            headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'},
            timeout=SECONDS,
            trust_env=False,
        )
        known = self.book.certificate()
        answer, signer = soap.opened(
            response.content,
            known=x509.load_pem_x509_certificate(known.encode()) if known else None,
            at=clock.now(),
        )
        self.book.register(signer.public_bytes(serialization.Encoding.PEM).decode())
        if answer.tag == f"{{{SOAP}}}Fault":
            raise ServiceFault(answer.findtext("faultcode", ""), answer.findtext("faultstring", ""))
        return answer


def confirmation_of(payment: Payment) -> etree._Element:
    """Return ConfirmOrderPayment about this payment; its time is local, without an offset."""
    content = _element("ConfirmOrderPayment")
    confirmation = _child(content, "confirmation")
    _members(confirmation, Currency=payment.currency, InvoiceID=payment.invoice_id)
    line = _child(_child(confirmation, "Lines"), "PaymentConfirmationLine")
    _members(line, Amount=payment.amount, DestinationAccount="", LineID="1")
    paid_at = clock.moment(payment.at).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M:%S")
    _members(confirmation, OrderKey=payment.order_key, PaidAt=paid_at, PaymentID=payment.payment_id)
    instrument = _child(_child(confirmation, "Properties"), "PaymentProperty")
    _members(instrument, Name="Bank", Value=INSTRUMENTS[payment.instrument])
    _members(confirmation, ServiceID=payment.service_id, TotalAmount=payment.amount)
    return content


def _order(found: etree._Element) -> Order:
    def text(element: etree._Element, name: str) -> str:
        return element.findtext(f"{{{MPAY}}}{name}", "")

    return Order(
        service_id=text(found, "ServiceID"),
        order_key=text(found, "OrderKey"),
        reason=text(found, "Reason"),
        status=text(found, "Status"),
        customer_name=text(found, "CustomerName"),
        due_date=text(found, "DueDate"),
        amount=text(found, "TotalAmountDue"),
        currency=text(found, "Currency"),
        lines=[
            Line(line_id=text(line, "LineID"), reason=text(line, "Reason"), amount=text(line, "AmountDue"))
            for line in found.iter(f"{{{MPAY}}}OrderLine")
        ],
    )


def _element(name: str) -> etree._Element:
    return etree.fromstring(f'<{name} xmlns="{MPAY}"/>')  # without a prefix, as in the samples


def _child(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{MPAY}}}{name}")


def _members(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        _child(parent, name).text = text
