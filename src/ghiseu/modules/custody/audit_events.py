"""What the journal says about hand-overs and about papers on their way to the door."""

from ghiseu.foundation.audit import Event, declare
from ghiseu.modules.custody.delivery_states import PaperState, event_of

declare(Event(name="custody.result.handed-over", meaning="A result was handed to a named, identified person"))

_MEANINGS = {
    PaperState.ORDERED: "The person wants the paper delivered to the door",
    PaperState.AWAITING_PAYMENT: "Address and courier were chosen; the delivery waits for its payment",
    PaperState.PAID: "The delivery was paid",
    PaperState.READY: "The paper is packed and may be fetched",
    PaperState.AWAITING_PICKUP: "The courier is to fetch the paper",
    PaperState.DELIVERING: "The courier has the paper",
    PaperState.DELIVERED: "The courier says that the paper was delivered",
    PaperState.CONFIRMED: "The person confirmed that the paper came",
    PaperState.PROBLEM: "The courier could not deliver the paper",
    PaperState.RETURNING: "The paper is on its way back",
    PaperState.RETURNED: "The paper came back and lies on the shelf",
    PaperState.CANCELLED: "The delivery was called off",
    PaperState.EXPIRED: "The delivery was not confirmed in time",
}
declare(
    *(Event(name=event_of(state), meaning=meaning) for state, meaning in _MEANINGS.items()),
    Event(name="custody.delivery.packed", meaning="The paper was packed for the courier"),
    Event(name="custody.delivery.told", meaning="The delivery platform read the order and its receiver", reads=True),
)
