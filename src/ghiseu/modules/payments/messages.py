"""Signed messages of the payment system, kept as they came: the evidence that it said so."""

import base64
import hashlib
from datetime import datetime, timedelta

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.payments.models import PaymentMessage

# Anybody can send something to the address; more than these a day would fill the disk and prove nothing.
UNVERIFIED_A_DAY = 20
_A_DAY = timedelta(days=1)


def has_room(*, at: datetime) -> bool:
    """Tell whether a message may be kept before its signature was verified: few of the last day were refused."""
    refused = PaymentMessage.objects.filter(operation="", received_at__gt=at - _A_DAY)
    return refused.order_by()[:UNVERIFIED_A_DAY].count() < UNVERIFIED_A_DAY


def keep(raw: bytes, *, at: datetime) -> int:
    """Keep the bytes before they are acted upon; return the number to note the outcome under.

    Every verified delivery is kept, repeats too; one that is not verified while there is room. Raises NoTransaction.
    """
    require_transaction()
    return PaymentMessage.objects.create(
        received_at=at, sha256=hashlib.sha256(raw).hexdigest(), sealed=base64.b64encode(raw).decode()
    ).pk


def note_outcome(message: int, *, operation: str, outcome: str) -> None:
    """Note what the message asked for and how it ended: answered, or the fault code. Raises NoTransaction."""
    require_transaction()
    PaymentMessage.objects.filter(pk=message).update(operation=operation, outcome=outcome)
