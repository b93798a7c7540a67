"""The two operations of MPay's service provider contract, in and out of XML (guide of MPay, API reference).

Reading forgives what the public sources disagree about: the order of members, `Currency` or `CurrencyCode`, a missing
`DestinationAccount` and whatever its members are called. Writing keeps the alphabetical order of the samples and the
words of the guide; where MPay's contract writes another one (a status, a type of customer, the name of a member), the
settings say which. Times carry no offset and are local. Properties of orders are not written: guide and sample disagree
about their members.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from lxml import etree

from ghiseu.adapters.mpay import names
from ghiseu.adapters.mpay.errors import InvalidParameter, MessageRefused

LONGEST_TEXT = 36
LONGEST_REASON = 50
LONGEST_NAME = 60
LANGUAGES = ("ro", "ru", "en")
DECIMALS = 2
CURRENCY = re.compile(r"[A-Z]{3}")
NO_OTHER_WORDS: Mapping[str, str] = {}
AMOUNT = re.compile(r"\+?[0-9]{1,10}(\.[0-9]{1,10})?")


@dataclass(frozen=True, kw_only=True)
class OrderDetailsQuery:
    """MPay asks what an order is about. `language` is ro, ru or en."""

    service_id: str
    order_key: str
    language: str


@dataclass(frozen=True, kw_only=True)
class PaymentConfirmation:
    """MPay says that an order was paid. `payment_id` is unique in MPay."""

    service_id: str
    order_key: str
    payment_id: str
    invoice_id: str
    paid_at: datetime
    amount: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One part of the amount still due."""

    line_id: str
    reason: str
    amount_due: Decimal


@dataclass(frozen=True, kw_only=True)
class OrderDetails:
    """What MPay is told about an order. `status` is a word of MPay's OrderStatus."""

    service_id: str
    order_key: str
    reason: str
    status: str
    issued_at: datetime
    due_at: datetime
    amount_due: Decimal
    currency: str
    customer_type: str
    customer_id: str
    customer_name: str
    lines: Sequence[OrderLine]


def read(body: etree._Element, *, zone: ZoneInfo) -> OrderDetailsQuery | PaymentConfirmation:
    """Return the operation in a verified Body; the SOAPAction is not looked at. Raises InvalidParameter."""
    operation = body[0] if len(body) == 1 else None
    member = operation[0] if operation is not None and len(operation) == 1 else None
    if operation is None or member is None:
        raise InvalidParameter("the Body does not hold one operation with one argument")
    if (operation.tag, member.tag) == (names.mpay("GetOrderDetails"), names.mpay("query")):
        language = _text(member, "Language", longest=2, required=False).lower()
        return OrderDetailsQuery(
            service_id=_text(member, "ServiceID"),
            order_key=_text(member, "OrderKey"),
            language=language if language in LANGUAGES else LANGUAGES[0],
        )
    if (operation.tag, member.tag) == (names.mpay("ConfirmOrderPayment"), names.mpay("confirmation")):
        return _confirmation(member, zone=zone)
    raise InvalidParameter("this operation is not offered")


def order_details_answer(
    found: Sequence[OrderDetails], *, zone: ZoneInfo, words: Mapping[str, str] = NO_OTHER_WORDS
) -> etree._Element:
    """Return GetOrderDetailsResponse; without an order its result is empty.

    `words` holds what is written instead of a word of the guide, be it a value or the name of a member.
    """
    answer = etree.Element(names.mpay("GetOrderDetailsResponse"), nsmap={"m": names.MPAY})
    result = etree.SubElement(answer, names.mpay("GetOrderDetailsResult"))
    for details in found:
        _order(result, details, zone, words)
    return answer


def confirmed_answer() -> etree._Element:
    """Return the empty ConfirmOrderPaymentResponse: the money is counted, do not repeat."""
    return etree.Element(names.mpay("ConfirmOrderPaymentResponse"), nsmap={"m": names.MPAY})


def fault(refusal: MessageRefused) -> etree._Element:
    """Return the SOAP 1.1 fault; the bare code word stands in faultcode, as partners of MPay send it."""
    found = etree.Element(names.soap("Fault"), nsmap={"s": names.SOAP})
    etree.SubElement(found, "faultcode").text = refusal.code
    words = etree.SubElement(found, "faultstring")
    words.text = refusal.reason
    words.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    return found


def contract(*, address: str) -> bytes:
    """Return our description of the service (WSDL 1.1) at this address."""
    return _contract().replace("@ADDRESS@", escape(address, {'"': "&quot;"})).encode()


@cache
def _contract() -> str:
    return resources.files("ghiseu.adapters.mpay").joinpath("service_provider.wsdl").read_text(encoding="utf-8")


def _confirmation(member: etree._Element, *, zone: ZoneInfo) -> PaymentConfirmation:
    currency = _currency(member)
    amount = _text(member, "TotalAmount")
    if not AMOUNT.fullmatch(amount) or not Decimal(amount):
        raise InvalidParameter("TotalAmount is not an amount above zero")
    if Decimal(amount) != round(Decimal(amount), DECIMALS):
        raise InvalidParameter("TotalAmount has more than two decimals")
    return PaymentConfirmation(
        service_id=_text(member, "ServiceID"),
        order_key=_text(member, "OrderKey"),
        payment_id=_text(member, "PaymentID"),
        invoice_id=_text(member, "InvoiceID", required=False),
        paid_at=_moment(_text(member, "PaidAt"), zone=zone),
        amount=Decimal(amount),
        currency=currency,
    )


def _currency(member: etree._Element) -> str:
    """Return the currency by either name that is in use; two that differ are refused."""
    found = {_text(member, name, required=False) for name in ("Currency", "CurrencyCode")} - {""}
    if len(found) != 1 or not CURRENCY.fullmatch(text := found.pop()):
        raise InvalidParameter("Currency is not one code of ISO 4217")
    return text


def _text(member: etree._Element, name: str, *, longest: int = LONGEST_TEXT, required: bool = True) -> str:
    found = member.findall(names.mpay(name))
    if len(found) > 1 or any(len(one) for one in found):
        raise InvalidParameter(f"{name} is not one text")
    text = (found[0].text or "").strip() if found else ""
    if len(text) > longest or (required and not text):
        raise InvalidParameter(f"{name} is missing or too long")
    return text


def _moment(text: str, *, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidParameter("PaidAt is not a moment") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _order(result: etree._Element, told: OrderDetails, zone: ZoneInfo, words: Mapping[str, str]) -> None:
    order = etree.SubElement(result, names.mpay("OrderDetails"))
    _members(
        order,
        words,
        AllowAdvancePayment="false",
        AllowPartialPayment="false",
        Currency=told.currency,
        CustomerID=told.customer_id,
        CustomerName=told.customer_name[:LONGEST_NAME],
        CustomerType=words.get(told.customer_type, told.customer_type),
        DueDate=_local(told.due_at, zone),
        IssuedAt=_local(told.issued_at, zone),
    )
    lines = etree.SubElement(order, names.mpay("Lines"))
    for told_line in told.lines:
        line = etree.SubElement(lines, names.mpay("OrderLine"))
        # The plural is the guide's: the order says AllowPartialPayment, its line AllowPartialPayments.
        _members(line, words, AllowAdvancePayments="false", AllowPartialPayments="false")
        _members(line, words, AmountDue=f"{told_line.amount_due:.2f}")
        # Empty: the accounts of the contract with MPay count.
        etree.SubElement(line, names.mpay("DestinationAccount"))
        _members(line, words, LineID=told_line.line_id[:LONGEST_TEXT], Reason=told_line.reason[:LONGEST_REASON])
    _members(
        order,
        words,
        OrderKey=told.order_key,
        Reason=told.reason[:LONGEST_REASON],
        ServiceID=told.service_id,
        Status=words.get(told.status, told.status),
        TotalAmountDue=f"{told.amount_due:.2f}",
    )


def _members(parent: etree._Element, words: Mapping[str, str], **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, names.mpay(words.get(name, name))).text = text


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
