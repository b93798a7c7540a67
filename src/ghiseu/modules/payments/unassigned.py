"""Money that fits no order: kept at once, and settled by people. It is counted once, whatever happens to it."""

from datetime import datetime

from django.db import IntegrityError

from ghiseu.foundation.access import ActingContext, require_transaction, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.money import Money
from ghiseu.modules.payments.models import PaymentOrder, UnassignedPayment, UnassignedState
from ghiseu.modules.payments.operations import MoneyCame


class SamePerson(Exception):
    """Whoever asked that money is given back does not agree to it as well."""


class ReasonMissing(Exception):
    """Giving money back needs a reason in words."""


def is_kept(payment_id: str) -> bool:
    """Tell whether this centre keeps the payment, or has settled it: told again, it has no further effect."""
    return UnassignedPayment.objects.filter(payment_id=payment_id).exists()


def keep(*, order: PaymentOrder, came: MoneyCame, why: str, acting: ActingContext, at: datetime) -> None:
    """Keep money that fits the order not as it is, once, for a person to settle. Raises NoTransaction."""
    require_transaction()
    if is_kept(came.payment_id):
        return
    try:
        with transaction():
            kept = UnassignedPayment.objects.create(
                centre_id=order.centre_id,
                order=order,
                payment_id=came.payment_id,
                invoice_id=came.invoice_id,
                order_key=order.key,
                amount=came.money.amount,
                currency=came.money.currency,
                why=why,
                paid_at=came.paid_at,
                received_at=at,
            )
    except IntegrityError:  # kept at another centre already, whose rows are not seen here
        return
    _record("payments.payment.unassigned", kept, acting=acting, at=at, why=why)


def locked(payment: int) -> UnassignedPayment:
    """Return the centre's payment, locked until the end of the transaction. Raises UnassignedPayment.DoesNotExist."""
    require_transaction()
    return UnassignedPayment.objects.select_for_update(of=("self",)).get(pk=payment)


def assign(kept: UnassignedPayment, *, part: Money, to: PaymentOrder, acting: ActingContext, at: datetime) -> None:
    """Note that `part` of it is counted for the order now. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    is_whole = part == kept.left
    event = kept.move_to(UnassignedState.ASSIGNED if is_whole else UnassignedState.PART_ASSIGNED)
    kept.assigned_amount += part.amount
    kept.assigned_to = to
    if is_whole:
        kept.settled_at, kept.settled_by_id = at, acting.operator_id
    kept.save()
    _record(event, kept, acting=acting, at=at, order=str(to.pk), amount=str(part.amount))


def ask_refund(kept: UnassignedPayment, *, reason: str, acting: ActingContext, at: datetime) -> None:
    """Ask that what is left is given back. Raises ReasonMissing, StepNotAllowed, NoTransaction."""
    require_transaction()
    if not reason.strip():
        raise ReasonMissing(kept.pk)
    event = kept.move_to(UnassignedState.REFUND_ASKED)
    kept.reason, kept.asked_by_id = reason.strip(), acting.operator_id
    kept.save()
    _record(event, kept, acting=acting, at=at, amount=str(kept.left.amount))


def agree_refund(kept: UnassignedPayment, *, acting: ActingContext, at: datetime) -> None:
    """Agree, as another person than who asked. Raises SamePerson, StepNotAllowed, NoTransaction."""
    require_transaction()
    event = kept.event_of_step(UnassignedState.REFUND_AGREED)
    if kept.asked_by_id == acting.operator_id:
        raise SamePerson(kept.pk)
    kept.move_to(UnassignedState.REFUND_AGREED)
    kept.settled_at, kept.settled_by_id = at, acting.operator_id
    kept.save()
    _record(event, kept, acting=acting, at=at, amount=str(kept.left.amount))


def decline_refund(kept: UnassignedPayment, *, acting: ActingContext, at: datetime) -> None:
    """Let the money wait again; who asked may do so too. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    was = UnassignedState.PART_ASSIGNED if kept.assigned_amount else UnassignedState.WAITING
    event = kept.move_to(was)
    kept.reason, kept.asked_by_id = None, None
    kept.save()
    _record(event, kept, acting=acting, at=at)


def _record(event: str, kept: UnassignedPayment, *, acting: ActingContext, at: datetime, **details: str) -> None:
    number = str(kept.pk)
    journal.record(
        event, acting=acting, at=at, object_type="unassigned-payment", object_id=number, details=dict(details)
    )
