"""What is to be paid, and that it was paid. Amounts are decimals with a currency."""

import base64
from typing import ClassVar

from django.db import models

from ghiseu.foundation.crypto import EncryptedTextField
from ghiseu.foundation.money import Money
from ghiseu.foundation.states import Stateful, Steps


class PaymentOrderState(models.TextChoices):
    ISSUED = "issued"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_ = PaymentOrderState  # short, for the table below
OPEN_ORDERS = (_.ISSUED, _.PARTLY_PAID)
STEPS: Steps[PaymentOrderState] = {
    (_.ISSUED, _.PAID): "payments.order.paid",
    (_.ISSUED, _.PARTLY_PAID): "payments.order.partly-paid",
    (_.PARTLY_PAID, _.PAID): "payments.order.paid",
    (_.ISSUED, _.EXPIRED): "payments.order.expired",
    (_.PARTLY_PAID, _.EXPIRED): "payments.order.expired",
    (_.ISSUED, _.CANCELLED): "payments.order.cancelled",
    (_.PARTLY_PAID, _.CANCELLED): "payments.order.cancelled",
    # The bank may confirm after we gave up waiting; the money is real either way.
    (_.EXPIRED, _.PAID): "payments.order.paid-late",
}


class PaymentOrder(Stateful):
    """One amount asked for one case: the quote frozen with its rule version, under a key that can be typed."""

    STEPS: ClassVar[Steps[PaymentOrderState]] = STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="payment_orders")
    key = models.CharField(max_length=36, unique=True)
    state = models.CharField(max_length=12, choices=PaymentOrderState.choices, default=PaymentOrderState.ISSUED)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    paid_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(max_length=3)
    lines = models.JSONField()
    quote = models.JSONField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="payments_order_asks_for_money", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="payments_paid_order_says_when",
                condition=~models.Q(state="paid") | models.Q(paid_at__isnull=False),
            ),
            models.CheckConstraint(
                name="payments_order_takes_no_more_than_it_asks",
                condition=models.Q(paid_amount__lte=models.F("amount")),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(state__in=("issued", "partly_paid")),
                name="payments_case_has_one_open_order",
            ),
        ]

    @property
    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)

    @property
    def remaining(self) -> Money:
        return Money(amount=self.amount - self.paid_amount, currency=self.currency)


class Confirmation(models.Model):
    """That money came for an order. `payment_id` is the payment system's own and counts once, for ever."""

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="confirmations")
    payment_id = models.TextField(unique=True)
    invoice_id = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    paid_at = models.DateTimeField()
    received_at = models.DateTimeField()


class OrderPlace(models.Model):
    """At which centre an order was issued: the payment system knows only the key. No personal data."""

    key = models.CharField(max_length=36, unique=True)
    centre_number = models.BigIntegerField()


class UnassignedState(models.TextChoices):
    WAITING = "waiting"
    PART_ASSIGNED = "part_assigned"
    ASSIGNED = "assigned"
    REFUND_ASKED = "refund_asked"
    REFUND_AGREED = "refund_agreed"


_U = UnassignedState  # short, for the tables below
UNSETTLED = (_U.WAITING, _U.PART_ASSIGNED, _U.REFUND_ASKED)
SETTLED = (_U.ASSIGNED, _U.REFUND_AGREED)
UNASSIGNED_STEPS: Steps[UnassignedState] = {
    (_U.WAITING, _U.ASSIGNED): "payments.payment.assigned",
    # The order asked for less than came: what is left over can only go back.
    (_U.WAITING, _U.PART_ASSIGNED): "payments.payment.assigned",
    (_U.WAITING, _U.REFUND_ASKED): "payments.refund.asked",
    (_U.PART_ASSIGNED, _U.REFUND_ASKED): "payments.refund.asked",
    (_U.REFUND_ASKED, _U.REFUND_AGREED): "payments.refund.agreed",
    (_U.REFUND_ASKED, _U.WAITING): "payments.refund.declined",
    (_U.REFUND_ASKED, _U.PART_ASSIGNED): "payments.refund.declined",
}


class UnassignedPayment(Stateful):
    """Money that came and fits no order as it is: wrong amount or currency, cancelled, paid already. Never lost.

    `order` is the one that the payment named; a person counts it for an order after all, or has it given back, which
    needs two people. The payment system itself has no call for giving back: it is done in its back office.
    """

    STEPS: ClassVar[Steps[UnassignedState]] = UNASSIGNED_STEPS

    centre = models.ForeignKey("centres.Centre", on_delete=models.PROTECT)
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="unassigned")
    state = models.CharField(max_length=16, choices=UnassignedState.choices, default=UnassignedState.WAITING)
    payment_id = models.TextField(unique=True)
    invoice_id = models.TextField(blank=True)
    order_key = models.TextField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    assigned_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    currency = models.CharField(max_length=3)
    why = models.TextField()
    paid_at = models.DateTimeField()
    received_at = models.DateTimeField()
    assigned_to = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, null=True, related_name="+")
    # Why it is given back, in the words of whoever asked; not under the key of the case, which may be gone by then.
    reason = EncryptedTextField(null=True)
    asked_by_id = models.BigIntegerField(null=True)
    settled_by_id = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payments_unassigned_gives_no_more_than_came",
                condition=models.Q(assigned_amount__gte=0, assigned_amount__lte=models.F("amount")),
            ),
            models.CheckConstraint(
                name="payments_assigned_payment_is_counted_whole",
                condition=~models.Q(state="assigned") | models.Q(assigned_amount=models.F("amount")),
            ),
            models.CheckConstraint(
                name="payments_assigned_money_says_where",
                condition=models.Q(assigned_amount=0) | models.Q(assigned_to__isnull=False),
            ),
            models.CheckConstraint(
                name="payments_settled_payment_says_when_and_by_whom",
                condition=~models.Q(state__in=("assigned", "refund_agreed"))
                | models.Q(settled_at__isnull=False, settled_by_id__isnull=False),
            ),
            models.CheckConstraint(
                name="payments_refund_is_agreed_by_another_person",
                condition=~models.Q(state="refund_agreed")
                | (models.Q(asked_by_id__isnull=False) & ~models.Q(asked_by_id=models.F("settled_by_id"))),
            ),
        ]

    @property
    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)

    @property
    def left(self) -> Money:
        """Return what is counted for no order."""
        return Money(amount=self.amount - self.assigned_amount, currency=self.currency)


class PaymentMessage(models.Model):
    """A signed message of the payment system, raw, stored before anything else is done with it."""

    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    sealed = EncryptedTextField()  # the bytes in base64; the payer's name may be among them
    operation = models.TextField(blank=True)  # empty: not read, because it was refused before
    outcome = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], condition=models.Q(operation=""), name="payments_message_not_read")
        ]

    @property
    def raw(self) -> bytes:
        """Return the message as it came."""
        return base64.b64decode(self.sealed)
