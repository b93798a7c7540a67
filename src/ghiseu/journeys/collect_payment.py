"""An order is issued, the payment system confirms it, perhaps often, perhaps late; the case wakes by itself."""

from datetime import datetime
from decimal import Decimal

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import journal
from ghiseu.foundation.money import Money
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys.load_case import acting_on, case_numbered, opened, package_of
from ghiseu.journeys.submit_case import frozen_quote, send
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.queries import at_desk as place_of
from ghiseu.modules.payments import operations, queries
from ghiseu.modules.payments.models import PaymentOrder, PaymentOrderState
from ghiseu.modules.payments.operations import MoneyCame, ReceiptDoesNotMatch
from ghiseu.modules.submissions import operations as submissions
from ghiseu.modules.submissions import queries as submission_queries


class PriceUnknown(Exception):
    """Nobody knows the price, so no order is issued; the institution has to be asked."""


class UnknownOrder(Exception):
    """No order of ours has this key."""


def issue_order(*, number: str, at_desk: AtDesk, at: datetime) -> PaymentOrder:
    """Issue the order of a case that waits for payment; pressed twice it is one order.

    Raises NoSuchCase, PriceUnknown, StepNotAllowed when the case does not wait for money.
    """
    with transaction():
        case = cases.locked(case_numbered(number).pk)
        if case.state != CaseState.AWAITING_PAYMENT:
            raise StepNotAllowed(f"{number} does not wait for payment")
        file = opened(case, at_desk=at_desk, at=at)
        total = _frozen_total(case) or file.judged.quote.total
        if total is None:
            raise PriceUnknown(number)
        if not case.quote:
            case.quote = frozen_quote(file)
            case.save(update_fields=["quote"])
        acting = acting_on(case, at_desk=at_desk, package=file.package, reason="payment order issued")
        return operations.issue_order(case=case, money=total, acting=acting, at=at)


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
        order = PaymentOrder.objects.select_for_update(of=("self",)).select_related("case").get(key=key)
        case = cases.locked(order.case_id)
        at_desk = _place(case)
        acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="payment confirmed")
        was = order.state
        try:
            order = operations.record_payment(key=key, came=came, acting=acting, at=at)
        except (ReceiptDoesNotMatch, StepNotAllowed) as misfit:
            operations.keep_unassigned(key=key, came=came, why=str(misfit), at=at)
            cases.ask_to_call(case, CallReason.ALARM, on=at.date(), at=at)
            return
        _tell_of_late_part(case, order, at)
        if order.state == PaymentOrderState.PAID and was != PaymentOrderState.PAID:
            operations.cancel_open_orders(case=case, acting=acting, at=at)
            tell(case, "paid", at=at, by_id=None, amount=str(order.amount), currency=order.currency)
            _wake(case, at_desk=at_desk, at=at)


def _tell_of_late_part(case: Case, order: PaymentOrder, at: datetime) -> None:
    """A part came for an order that had run out: somebody has to speak with the person."""
    if order.state == PaymentOrderState.EXPIRED and order.paid_amount > 0:
        cases.ask_to_call(case, CallReason.ALARM, on=at.date(), at=at)


def _wake(case: Case, *, at_desk: AtDesk, at: datetime) -> None:
    """Send the file on, now that it is paid. A case that went elsewhere meanwhile is left to a person."""
    if case.state != CaseState.AWAITING_PAYMENT:
        cases.ask_to_call(case, CallReason.ALARM, on=at.date(), at=at)
        return
    acting = acting_on(case, at_desk=at_desk, package=package_of(case), reason="file sent after payment")
    send(case, submission_queries.living(case), acting=acting, at=at)


def _place(case: Case) -> AtDesk:
    """Return the place of the operator who opened the case; the payment only continues their act."""
    operator = Operator.objects.get(pk=case.opened_by_id)
    place = place_of(operator=operator, desk=case.visit.desk, on=case.opened_at.date())
    if place is None:
        raise UnknownOrder(case.number)
    return place


def expire(*, at: datetime) -> int:
    """Give back cases whose order ran out unpaid; return how many. For the centre of the scope."""
    with transaction():
        expired = operations.expire_orders(at=at)
        for order in expired:
            case = cases.locked(order.case_id)
            acting = acting_on(case, at_desk=_place(case), package=package_of(case), reason="payment order expired")
            journal.record(
                "payments.order.expired", acting=acting, at=at, object_type="payment-order", object_id=str(order.pk)
            )
            if case.state != CaseState.AWAITING_PAYMENT:
                continue
            parked = submission_queries.living(case)
            if parked is not None:
                submissions.withdraw(submission=parked, acting=acting, at=at)
            cases.move(case, CaseState.DRAFT, acting=acting, at=at, tell_as="payment-expired")
            cases.ask_to_call(case, CallReason.PAYMENT_EXPIRED, on=at.date(), at=at)
        return len(expired)
