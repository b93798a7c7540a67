"""Money that fits no order is settled by people: counted for an order after all, or given back when two agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import ActingContext, transaction
from ghiseu.foundation.money import Money
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys import collect_payment
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import Case
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Role
from ghiseu.modules.payments import queries, unassigned
from ghiseu.modules.payments.models import PaymentOrder, UnassignedPayment, UnassignedState
from ghiseu.modules.payments.operations import MoneyCame, ReceiptDoesNotMatch
from ghiseu.modules.payments.unassigned import ReasonMissing, SamePerson

__all__ = ["ReasonMissing", "SamePerson"]


class NotForYou(Exception):
    """Only the centre lead decides what becomes of money that fits no order."""


class NoSuchOrder(Exception):
    """No order of this centre has the key."""


class DoesNotFit(Exception):
    """The order takes nothing of this money: another currency, or nothing is due any more."""


@dataclass(frozen=True, kw_only=True)
class Unassigned:
    """One payment as a list shows it. `why` is amount, currency, payment-id or not-payable."""

    id: int
    order_key: str
    case_number: str
    money: Money
    left: Money
    why: str
    received_at: datetime
    state: UnassignedState
    reason: str
    asked_by_me: bool
    assigned_to: str
    settled_at: datetime | None


def show_unassigned(*, at_desk: AtDesk) -> tuple[Sequence[Unassigned], Sequence[Unassigned]]:
    """Return this centre's payments that wait for a person, and those settled lately."""
    with transaction():
        waiting = queries.unsettled(centre_id=at_desk.centre_id)
        settled = queries.lately_settled(centre_id=at_desk.centre_id)
        return [_shown(one, at_desk) for one in waiting], [_shown(one, at_desk) for one in settled]


def _shown(kept: UnassignedPayment, at_desk: AtDesk) -> Unassigned:
    return Unassigned(
        id=kept.pk,
        order_key=kept.order_key,
        case_number=kept.order.case.number,
        money=kept.money,
        left=kept.left,
        why=kept.why,
        received_at=kept.received_at,
        state=UnassignedState(kept.state),
        reason=kept.reason or "",
        asked_by_me=kept.asked_by_id == at_desk.operator_id,
        assigned_to=kept.assigned_to.key if kept.assigned_to else "",
        settled_at=kept.settled_at,
    )


def assign(*, payment: int, order_key: str, at_desk: AtDesk, at: datetime) -> None:
    """Count the money for an order of this centre, as much as is due there; the rest stays to be given back.

    The payment counts for one order only. Raises NotForYou, NoSuchOrder, DoesNotFit, StepNotAllowed (settled
    meanwhile), UnassignedPayment.DoesNotExist.
    """
    if not at_desk.has_role(Role.CENTRE_LEAD):
        raise NotForYou(payment)
    with transaction():
        UnassignedPayment.objects.get(pk=payment)  # nothing is said about orders to whoever names no payment of theirs
        target = PaymentOrder.objects.filter(key=order_key).first()
        if target is None:
            raise NoSuchOrder(order_key)
        case = cases.locked(target.case_id, destroyed_too=True)  # before the payment, as a confirmation does
        kept = unassigned.locked(payment)
        kept.event_of_step(UnassignedState.ASSIGNED)
        target.refresh_from_db()
        part = Money(amount=min(target.remaining.amount, kept.left.amount), currency=kept.currency)
        acting = _acting(case, at_desk)
        came = MoneyCame(payment_id=kept.payment_id, invoice_id=kept.invoice_id, money=part, paid_at=kept.paid_at)
        try:
            order = collect_payment.count(case, key=order_key, came=came, acting=acting, at=at)
        except (ReceiptDoesNotMatch, StepNotAllowed) as misfit:
            raise DoesNotFit(order_key) from misfit
        unassigned.assign(kept, part=part, to=order, acting=acting, at=at)


def ask_refund(*, payment: int, reason: str, at_desk: AtDesk, at: datetime) -> None:
    """Ask that what is left of the money is given back; somebody else of the centre has to agree.

    Raises NotForYou, ReasonMissing, StepNotAllowed, UnassignedPayment.DoesNotExist.
    """
    if not at_desk.has_role(Role.CENTRE_LEAD):
        raise NotForYou(payment)
    with transaction():
        kept = unassigned.locked(payment)
        unassigned.ask_refund(kept, reason=reason, acting=_acting(kept.order.case, at_desk), at=at)


def agree_refund(*, payment: int, at_desk: AtDesk, at: datetime) -> None:
    """Agree that the money is given back. Raises SamePerson, StepNotAllowed, UnassignedPayment.DoesNotExist."""
    with transaction():
        kept = unassigned.locked(payment)
        unassigned.agree_refund(kept, acting=_acting(kept.order.case, at_desk), at=at)


def decline_refund(*, payment: int, at_desk: AtDesk, at: datetime) -> None:
    """Let the money wait again. Raises StepNotAllowed, UnassignedPayment.DoesNotExist."""
    with transaction():
        kept = unassigned.locked(payment)
        unassigned.decline_refund(kept, acting=_acting(kept.order.case, at_desk), at=at)


def _acting(case: Case, at_desk: AtDesk) -> ActingContext:
    return acting_on(case, at_desk=at_desk, package=package_of(case), reason="payment settled")
