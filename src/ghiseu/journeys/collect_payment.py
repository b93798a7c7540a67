"""An order is issued, the payment system confirms it, perhaps often, perhaps late; the case wakes by itself."""

from datetime import datetime
from decimal import Decimal

from ghiseu.foundation.access import ActingContext, Scope, scoped_to, transaction
from ghiseu.foundation.money import Money
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys.load_case import acting_on, case_for, opened, package_of
from ghiseu.journeys.submit_case import frozen_quote, send
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.payments import operations, queries, unassigned
from ghiseu.modules.payments.models import PaymentOrder, PaymentOrderState
from ghiseu.modules.payments.operations import MoneyCame, ReceiptDoesNotMatch
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions import queries as submission_queries
from ghiseu.modules.submissions.operations import acting_from

NOT_PAYABLE = "not-payable"  # cancelled, or paid already


class PriceUnknown(Exception):
    """Nobody knows the price, so no order is issued; the institution has to be asked."""


class UnknownOrder(Exception):
    """No order of ours has this key."""


def issue_order(*, number: str, at_desk: AtDesk, at: datetime) -> PaymentOrder:
    """Issue the order of a case that waits for payment, for what is still due; pressed twice it is one order.

    Raises NoSuchCase, PriceUnknown, StepNotAllowed when the case does not wait for money or enough came already.
    """
    with transaction():
        case = cases.locked(case_for(number, at_desk=at_desk).pk)
        if case.state != CaseState.AWAITING_PAYMENT:
            raise StepNotAllowed(f"{number} does not wait for payment")
        file = opened(case, at_desk=at_desk, at=at)
        total = _frozen_total(case) or file.judged.quote.total
        if total is None:
            raise PriceUnknown(number)
        if not case.quote:
            case.quote = frozen_quote(file)
            case.save(update_fields=["quote"])
        due = queries.still_due(case, total=total)
        if due.is_zero and not queries.has_open_order(case):
            raise StepNotAllowed(f"{number} is paid")
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason="payment order issued")
        return operations.issue_order(case=case, money=due, acting=acting, at=at)


def _frozen_total(case: Case) -> Money | None:
    if not case.quote or case.quote.get("total") is None:
        return None
    return Money(amount=Decimal(case.quote["total"]), currency=case.quote["currency"])


def confirm(*, key: str, came: MoneyCame, at: datetime) -> None:
    """Record that money came. The same confirmation any number of times has one effect.

    Money that fits no order is kept as unassigned. Raises UnknownOrder only when no order ever had the key.
    """
    with transaction():
        centre_id = queries.centre_of(key)
    if centre_id is None:
        raise UnknownOrder(key)
    with scoped_to(Scope(centre_id=centre_id)), transaction():
        case = cases.locked(PaymentOrder.objects.get(key=key).case_id, destroyed_too=True)  # money is never refused
        if unassigned.is_kept(came.payment_id):
            return  # told again; a person settles it, or has
        acting = _continued(case, reason="payment confirmed")
        try:
            count(case, key=key, came=came, acting=acting, at=at)
        except (ReceiptDoesNotMatch, StepNotAllowed) as misfit:
            why = misfit.why if isinstance(misfit, ReceiptDoesNotMatch) else NOT_PAYABLE
            named = PaymentOrder.objects.get(key=key)
            unassigned.keep(order=named, came=came, why=why, acting=acting, at=at)
            cases.ask_to_call(case, CallReason.ALARM, at=at)


def count(case: Case, *, key: str, came: MoneyCame, acting: ActingContext, at: datetime) -> PaymentOrder:
    """Count the money for the order of a locked case; once the whole price came, the file goes on by itself.

    Raises ReceiptDoesNotMatch, StepNotAllowed; nothing is counted then. Call it inside a transaction.
    """
    was = PaymentOrder.objects.get(key=key).state  # it stands still since the case is locked
    order = operations.record_payment(key=key, came=came, acting=acting, at=at)
    _tell_of_late_part(case, order, at)
    if order.state == PaymentOrderState.PAID and was != PaymentOrderState.PAID:
        if case.destroyed_at is None:
            tell(case, "paid", at=at, by_id=None, amount=str(order.amount), currency=order.currency)
        _wake(case, order, at=at)
    return order


def _tell_of_late_part(case: Case, order: PaymentOrder, at: datetime) -> None:
    """A part came for an order that had run out: somebody has to speak with the person."""
    if order.state == PaymentOrderState.EXPIRED and order.paid_amount > 0:
        cases.ask_to_call(case, CallReason.ALARM, at=at)


def _wake(case: Case, order: PaymentOrder, *, at: datetime) -> None:
    """Send the file on, now that its whole price came. Whatever does not fit is left to a person.

    A late payment of an earlier price does not pay for what was submitted since; the new order stays open then.
    """
    total = _frozen_total(case)
    waits = case.state == CaseState.AWAITING_PAYMENT and total is not None and _is_for(order, case)
    if total is None or not waits or not queries.still_due(case, total=total).is_zero:
        cases.ask_to_call(case, CallReason.ALARM, at=at)
        return
    acting = _continued(case, reason="file sent after payment")
    operations.cancel_open_orders(case=case, acting=acting, at=at)
    if queries.paid_for(case, currency=total.currency).amount > total.amount:
        cases.ask_to_call(case, CallReason.ALARM, at=at)  # something is to be given back
    send(case, submission_queries.living(case), acting=acting, at=at)


def _is_for(order: PaymentOrder, case: Case) -> bool:
    """Tell whether the order was issued for the price that is frozen now; the promised day may differ."""
    return {**order.quote, "date": None} == {**case.quote, "date": None}


def _continued(case: Case, *, reason: str) -> ActingContext:
    """Return the act that the payment system's message continues: of whoever submitted, else opened the case."""
    package = package_of(case)
    submitted = case.submissions.order_by("-id").first()
    if submitted is not None and submitted.acting:  # empty: the content of the case was destroyed
        kept = acting_from(submitted.acting)
        return kept.because(legal_basis=kept.legal_basis, legal_reason=f"{package.code}: {reason}")
    place = former_place(operator=Operator.objects.get(pk=case.opened_by_id), desk=case.visit.desk)
    return acting_on(case, at_desk=place, package=package, reason=reason, visit=case.visit)


def expire(*, at: datetime) -> int:
    """Give back cases whose order ran out unpaid or half paid; return how many. For the centre of the scope."""
    with transaction():
        late = queries.late(at=at)
    return sum(_expire(order_id, case_id, at=at) for order_id, case_id in late)


def _expire(order_id: int, case_id: int, *, at: datetime) -> bool:
    with transaction():
        case = cases.locked(case_id, destroyed_too=True)
        acting = _continued(case, reason="payment order expired")
        order = operations.expire_order(order_id, acting=acting, at=at)
        if order is None:
            return False
        if order.paid_amount > 0:  # a part came: somebody speaks with the person about the rest
            cases.ask_to_call(case, CallReason.ALARM, at=at)
        if case.state == CaseState.AWAITING_PAYMENT:
            parked = submission_queries.living(case)
            if parked is not None:
                submissions.withdraw(submission=parked, acting=acting, at=at)
            cases.move(case, CaseState.DRAFT, acting=acting, at=at, tell_as="payment-expired")
            cases.ask_to_call(case, CallReason.PAYMENT_EXPIRED, at=at)
        return True
