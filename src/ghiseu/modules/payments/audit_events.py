"""What the journal says about money."""

from ghiseu.foundation.audit import Event, declare

declare(
    Event(name="payments.order.issued", meaning="A payment order was issued for a case"),
    Event(name="payments.order.paid", meaning="The payment system confirmed the whole amount"),
    Event(name="payments.order.partly-paid", meaning="The payment system confirmed a part of the amount"),
    Event(name="payments.order.paid-late", meaning="The money came after the order had expired"),
    Event(name="payments.order.expired", meaning="The order was not paid in its time"),
    Event(name="payments.payment.unassigned", meaning="Money came that fits no order as it is; kept for a person"),
    Event(name="payments.payment.assigned", meaning="Money that fitted no order was counted for one by a person"),
    Event(name="payments.refund.asked", meaning="Somebody asked that money which fits no order is given back"),
    Event(name="payments.refund.agreed", meaning="A second person agreed that the money is given back"),
    Event(name="payments.refund.declined", meaning="A second person declined: the money waits again"),
    Event(name="payments.order.cancelled", meaning="The order was withdrawn before it was paid"),
)
