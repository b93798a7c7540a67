"""MPay calls us: what is this order about, and it was paid. Every message is kept raw before it is acted upon."""

from datetime import datetime

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from lxml import etree

from ghiseu.adapters.mpay import security, signing, strict, wire
from ghiseu.adapters.mpay.errors import InternalError, MessageRefused, UnknownOrder, UnknownService
from ghiseu.adapters.mpay.parties import NotConfigured, Parties, parties, service_address
from ghiseu.channels.callbacks.unverified import not_kept
from ghiseu.foundation import clock
from ghiseu.foundation.access import transaction
from ghiseu.foundation.identifiers.numbers import InvalidNumber, parse_order_key
from ghiseu.foundation.money import Money
from ghiseu.journeys import collect_payment
from ghiseu.journeys.tell_order import Payable, tell_order
from ghiseu.modules.payments import messages
from ghiseu.modules.payments.operations import MoneyCame

log = structlog.get_logger(__name__)

XML = "text/xml; charset=utf-8"
ANSWERED = "answered"
STATUS = {
    Payable.OPEN: "Active",
    Payable.PARTLY_PAID: "PartiallyPaid",
    Payable.PAID: "Paid",
    Payable.EXPIRED: "Expired",
    Payable.CANCELLED: "Cancelled",
}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest) -> HttpResponse:
    """Answer MPay (POST), or describe the service (GET ?wsdl). The same message any number of times has one effect."""
    if request.method == "GET":
        if "wsdl" not in {name.lower() for name in request.GET}:
            return HttpResponse("SOAP 1.1; ?wsdl describes it", content_type="text/plain; charset=utf-8", status=405)
        return HttpResponse(wire.contract(address=service_address()), content_type=XML)
    if int(request.META.get("CONTENT_LENGTH") or 0) > strict.MAX_BYTES:
        return HttpResponse("too large", content_type="text/plain; charset=utf-8", status=413)
    try:
        sides = parties()
    except NotConfigured as error:
        log.warning("mpay.not-configured", setting=str(error))
        return HttpResponse("not connected to MPay", content_type="text/plain; charset=utf-8", status=503)
    at = clock.now()
    try:
        return _respond(request.body, sides=sides, at=at)
    except DatabaseError:
        log.exception("mpay.message.not-recorded")
        # Nothing is counted: MPay sends a confirmation again until it succeeds.
        fault = wire.fault(InternalError("not recorded here; send it again"))
        with_sha1 = sides.signs_with.is_sha1(asked_with_sha1=False)
        return _signed(fault, sides=sides, status=500, with_sha1=with_sha1, at=at)


def _respond(raw: bytes, *, sides: Parties, at: datetime) -> HttpResponse:
    message = _kept_unread(raw, at=at)
    operation, asked_with_sha1 = "", False
    try:
        checked = security.verified(raw, pinned=sides.pinned, accepts_sha1=sides.accepts_sha1, at=at)
        message = message or _kept(raw, at=at)
        asked_with_sha1 = checked.is_sha1
        asked = wire.read(checked.body, zone=sides.zone)
        operation = type(asked).__name__
        if asked.service_id != sides.service_id:
            raise UnknownService("the ServiceID is not ours")
        answer, outcome, status = _answer(asked, sides=sides, at=at), ANSWERED, 200
    except MessageRefused as refusal:
        log.warning("mpay.message.refused", code=refusal.code, reason=refusal.reason, message=message)
        # SOAP 1.1 chapter 6.2: a fault comes with status 500.
        answer, outcome, status = wire.fault(refusal), refusal.code, 500
    if message is None:
        not_kept("mpay")
    else:
        with transaction():
            messages.note_outcome(message, operation=operation, outcome=outcome)
    with_sha1 = sides.signs_with.is_sha1(asked_with_sha1=asked_with_sha1)
    return _signed(answer, sides=sides, status=status, with_sha1=with_sha1, at=at)


def _signed(content: etree._Element, *, sides: Parties, status: int, with_sha1: bool, at: datetime) -> HttpResponse:
    message = signing.signed(
        content,
        key=sides.key,
        certificate=sides.certificate,
        with_sha1=with_sha1,
        key_named_by=sides.key_named_by,
        at=at,
    )
    return HttpResponse(message, content_type=XML, status=status)


def _kept_unread(raw: bytes, *, at: datetime) -> int | None:
    """Keep the message before it is looked at; while many are refused, one more has to be verified first."""
    with transaction():
        return messages.keep(raw, at=at) if messages.has_room(at=at) else None


def _kept(raw: bytes, *, at: datetime) -> int:
    with transaction():
        return messages.keep(raw, at=at)


def _answer(
    asked: wire.OrderDetailsQuery | wire.PaymentConfirmation, *, sides: Parties, at: datetime
) -> etree._Element:
    if isinstance(asked, wire.OrderDetailsQuery):
        return wire.order_details_answer(_details(asked, at=at), zone=sides.zone, words=sides.words)
    came = MoneyCame(
        payment_id=asked.payment_id,
        invoice_id=asked.invoice_id,
        money=Money(amount=asked.amount, currency=asked.currency),
        paid_at=asked.paid_at,
    )
    try:
        collect_payment.confirm(key=_own_form(asked.order_key), came=came, at=at)
    except collect_payment.UnknownOrder as error:
        raise UnknownOrder("no order has this OrderKey") from error
    return wire.confirmed_answer()


def _details(asked: wire.OrderDetailsQuery, *, at: datetime) -> list[wire.OrderDetails]:
    """Return the order in MPay's words; none when the key is unknown (the operation has no fault for that)."""
    told = tell_order(key=_own_form(asked.order_key), language=asked.language, at=at)
    if told is None:
        return []
    return [
        wire.OrderDetails(
            service_id=asked.service_id,
            order_key=asked.order_key,
            reason=told.reason,
            status=STATUS[told.payable],
            issued_at=told.issued_at,
            due_at=told.expires_at,
            amount_due=told.due.amount,
            currency=told.due.currency,
            customer_type="Person",
            customer_id=told.payer_idnp,
            customer_name=told.payer_name,
            lines=[wire.OrderLine(line_id=line.id, reason=line.reason, amount_due=line.due) for line in told.lines],
        )
    ]


def _own_form(key: str) -> str:
    """Return the key as we print it, however the payer typed it; a text that is no key of ours stays as it is."""
    try:
        return parse_order_key(key)
    except InvalidNumber:
        return key
