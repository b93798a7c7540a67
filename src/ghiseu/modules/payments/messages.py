"""Signed messages of the payment system, kept as they came: the evidence that it said so."""

import hashlib
from datetime import datetime

from ghiseu.foundation.access import require_transaction
from ghiseu.modules.payments.models import PaymentMessage


def keep(raw: bytes, *, at: datetime) -> int:
    """Keep the bytes before anything else is done with them; return the number to note the outcome under.

    Every delivery is kept, repeats and refused ones too. Raises NoTransaction.
    """
    require_transaction()
    return PaymentMessage.objects.create(received_at=at, sha256=hashlib.sha256(raw).hexdigest(), raw=raw).pk


def note_outcome(message: int, *, operation: str, outcome: str) -> None:
    """Note what the message asked for and how it ended: answered, or the fault code. Raises NoTransaction."""
    require_transaction()
    PaymentMessage.objects.filter(pk=message).update(operation=operation, outcome=outcome)
