"""Writing down that somebody is to be told, lending the message to one worker at a time, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError

from ghiseu.foundation.access import ActingContext, require_transaction, transaction
from ghiseu.foundation.audit import journal
from ghiseu.modules.notifications.models import Message, MessageEvent
from ghiseu.modules.notifications.states import MessageState
from ghiseu.modules.notifications.texts import language_of

LEASE = timedelta(minutes=3)
# Seconds until the next try, by how many there were.
SEND_PAUSES = (30, 120, 600, 1800, 3600)
ASK_PAUSES = (120, 300, 900, 3600)
LOOK_PAUSES = (60, 600, 3600, 6 * 3600, 12 * 3600)


class LeaseLost(Exception):
    """Another worker took the message over; what this one brought is not written."""


@dataclass(frozen=True, kw_only=True)
class News:
    """What is to be told to whom: `subject` is the number of what it is about, part of the event's key.

    `values` fill the words and hold no personal data. After `send_until` a message would come too late.
    """

    event: MessageEvent
    case_id: int
    case_number: str
    subject: str
    recipient: str
    language: str
    send_until: datetime
    values: dict[str, str] = field(default_factory=dict)


def queue(*, news: News, acting: ActingContext, at: datetime) -> Message | None:
    """Write down that the person is to be told; None when this event has a message already. Raises NoTransaction."""
    require_transaction()
    try:
        with transaction():
            return Message.objects.create(
                centre_id=acting.centre_id,
                case_id=news.case_id,
                case_number=news.case_number,
                event=news.event,
                subject_of_event=news.subject,
                key=f"{news.event}:{news.subject}",
                language=language_of(news.language),
                values=news.values,
                recipient=news.recipient,
                send_until=news.send_until,
                next_try_at=at,
                made_at=at,
            )
    except IntegrityError:
        if Message.objects.filter(key=f"{news.event}:{news.subject}").exists():
            return None
        raise


def locked(message_id: int) -> Message:
    """Return the message, locked until the transaction ends. Raises Message.DoesNotExist, NoTransaction."""
    require_transaction()
    return Message.objects.select_for_update(of=("self",)).get(pk=message_id)


def lease(*, message: Message, acting: ActingContext, at: datetime) -> Message | None:
    """Take a locked message for one try, or None when it is not due or another worker has it.

    A lease that ran out in `sending` becomes `unknown`: somebody may have sent it, so it is asked about first.
    Raises NoTransaction.
    """
    require_transaction()
    if message.next_try_at is None or message.next_try_at > at:
        return None
    if message.state == MessageState.SENDING:
        _step(message, MessageState.UNKNOWN, acting=acting, at=at)
    message.fence += 1
    message.next_try_at = message.leased_until = at + LEASE
    if message.state == MessageState.QUEUED:
        message.last_tried_at = at
        _step(message, MessageState.SENDING, acting=acting, at=at)
    else:
        message.save()
    return message


def held_by(*, message_id: int, fence: int) -> Message:
    """Return the message, locked, if this fence still holds it. Raises LeaseLost, NoTransaction."""
    require_transaction()
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
    if message.fence != fence:
        raise LeaseLost(str(message_id))
    return message


def put_off(*, message: Message, to: MessageState, note: str, acting: ActingContext, at: datetime) -> Message:
    """Let the message wait for its next try as queued, unknown or sent. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    pauses = {MessageState.UNKNOWN: ASK_PAUSES, MessageState.SENT: LOOK_PAUSES}.get(to, SEND_PAUSES)
    tries = message.fence if to in {message.state, MessageState.QUEUED} else 1
    message.next_try_at = at + timedelta(seconds=pauses[min(tries, len(pauses)) - 1])
    message.note, message.leased_until = note, None
    if to == message.state:
        message.save()
        return message
    return _step(message, to, acting=acting, at=at)


def send_soon(*, message: Message, acting: ActingContext, at: datetime) -> Message:
    """Let a message that the platform never saw be sent at once. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    message.next_try_at, message.note, message.leased_until = at, "", None
    return _step(message, MessageState.QUEUED, acting=acting, at=at)


def end(*, message: Message, to: MessageState, note: str, acting: ActingContext, at: datetime) -> Message:
    """Nothing more is done about the message. Raises StepNotAllowed, NoTransaction."""
    require_transaction()
    message.next_try_at, message.leased_until, message.note, message.ended_at = None, None, note, at
    return _step(message, to, acting=acting, at=at)


def stop_looking(*, message: Message, note: str) -> Message:
    """Nothing more is asked about the message; its state stays what is known of it. Raises NoTransaction."""
    require_transaction()
    message.next_try_at, message.note = None, note
    message.save()
    return message


def _step(message: Message, to: MessageState, *, acting: ActingContext, at: datetime) -> Message:
    event = message.move_to(to)
    if to == MessageState.SENT:
        message.sent_at = at
    message.save()
    journal.record(event, acting=acting, at=at, object_type="message", object_id=str(message.pk))
    return message
