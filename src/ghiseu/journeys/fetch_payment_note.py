"""The payment note as the payment system draws it, for whoever wants its bar code beside our key."""

from datetime import datetime

from ghiseu.foundation.access import transaction
from ghiseu.journeys.show_case import open_and_show
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.payments import queries
from ghiseu.modules.payments.models import OPEN_ORDERS
from ghiseu.modules.payments.ports import THE_ONE, PageFormat, invoices


class NothingToPay(Exception):
    """No order of the case can be paid now."""


def fetch_payment_note(*, number: str, at_desk: AtDesk, at: datetime) -> bytes:
    """Return the note of the open order as a PDF; it only reads, and may be repeated.

    Raises NoSuchCase, ContentNotShown, NothingToPay, PortNotServed, NotFoundThere, TryLater, UnusableAnswer.
    """
    with transaction():
        file = open_and_show(number=number, at_desk=at_desk, at=at)
        order = queries.newest_order(file.case)
    if order is None or order.state not in OPEN_ORDERS:
        raise NothingToPay(number)
    return invoices.get(THE_ONE).note(order_key=order.key, page=PageFormat.A4)
