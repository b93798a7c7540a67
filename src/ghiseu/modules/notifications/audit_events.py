"""What the journal says about messages: every step of the table."""

from ghiseu.foundation.audit import Event, declare
from ghiseu.modules.notifications.states import STEPS

_MEANINGS = {
    "notifications.message.started": "Sending of a message to the person began",
    "notifications.message.sent": "The notification platform accepted the message",
    "notifications.message.postponed": "The message was not sent; it is tried later",
    "notifications.message.refused": "The notification platform refused the message; a person is to call",
    "notifications.message.unknown": "It is not known whether the message was sent; the platform is asked",
    "notifications.message.found": "The platform was asked and has the message",
    "notifications.message.not-seen": "The platform was asked and never saw the message",
    "notifications.message.never-known": "Nobody can say whether the message was sent; it is not sent again",
    "notifications.message.too-late": "The message could not be sent in time; a person is to call",
    "notifications.message.not-needed": "The matter went on before the message was sent; it is not sent",
    "notifications.message.delivered": "The message reached the person",
    "notifications.message.undelivered": "The message did not reach the person; a person is to call",
}
declare(*(Event(name=name, meaning=_MEANINGS[name]) for name in set(STEPS.values())))
