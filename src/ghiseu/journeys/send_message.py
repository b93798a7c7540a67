"""The worker sends a queued message, asks what became of it, and hands those whom it does not reach to a person.

A message goes out at most once. Its platform knows no key, so anything but a fresh message is looked for there first:
one whose outcome is unknown, and one that has waited so long that it may have been sent before a restore.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ghiseu.foundation.access import ActingContext, Channel, transaction
from ghiseu.foundation.outcomes import OutcomeUnknown, OutsideError, Refused, TryLater
from ghiseu.foundation.ports import PortNotServed
from ghiseu.journeys.load_case import acting_on, package_of
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.appointments.states import AppointmentState
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.models import Operator
from ghiseu.modules.centres.queries import former_place
from ghiseu.modules.notifications import operations, queries
from ghiseu.modules.notifications.models import Message, MessageEvent
from ghiseu.modules.notifications.operations import LeaseLost
from ghiseu.modules.notifications.ports import (
    MNOTIFY,
    Accepted,
    CannotTell,
    Messages,
    Outgoing,
    Progress,
    Stage,
    messages,
)
from ghiseu.modules.notifications.states import MessageState
from ghiseu.modules.notifications.texts import wording

FRESH_FOR = timedelta(minutes=5)
# What a call that broke off may still do there: only after it does "not in the list" mean "not sent".
SETTLED_AFTER = timedelta(minutes=2)
ASK_FOR = timedelta(hours=4)
LOOK_FOR = timedelta(hours=24)
# Who was not reached by a message about this is called for this reason. About the others the slip says the same.
CALL_REASONS = {
    MessageEvent.PAPERS_ASKED: CallReason.PAPERS_MISSING,
    MessageEvent.RESULT_READY: CallReason.RESULT_READY,
    MessageEvent.RESULT_ELECTRONIC: CallReason.RESULT_READY,
    MessageEvent.APPOINTMENT_MOVED: CallReason.APPOINTMENT,
    MessageEvent.APPOINTMENT_REMINDER: CallReason.APPOINTMENT,
    MessageEvent.PAYMENT_MISSING: CallReason.PAYMENT_MISSING,
}
_STATES = {
    MessageEvent.CASE_SENT: {CaseState.SENDING, CaseState.WITH_INSTITUTION},
    MessageEvent.PAPERS_ASKED: {CaseState.PAPERS_MISSING},
    MessageEvent.RESULT_READY: {CaseState.RESULT_READY},
    MessageEvent.RESULT_ELECTRONIC: {CaseState.RESULT_READY},
    MessageEvent.PAYMENT_MISSING: {CaseState.AWAITING_PAYMENT},
}


@dataclass(frozen=True, kw_only=True)
class _Ending:
    """How one try ended: the state it asks for, why, and what came of it."""

    to: MessageState
    note: str = ""
    accepted: Accepted | None = None
    progress: Progress | None = None
    not_seen: bool = False


def is_connected() -> bool:
    """Tell whether messages can be sent from here at all."""
    return bool(messages.keys())


def acting_for_message(case: Case) -> ActingContext:
    """Return the act that a message continues: of whoever opened the case, by the worker. Call it in a transaction."""
    opener = former_place(operator=Operator.objects.get(pk=case.opened_by_id), desk=case.visit.desk)
    acting = acting_on(case, at_desk=opener, package=package_of(case), reason="message to the person", visit=case.visit)
    return replace(acting, channel=Channel.WORKER)


def let_call(case: Case, event: MessageEvent, *, at: datetime) -> None:
    """Put the person on the call list for what no message told them. Call it in a transaction."""
    if (reason := CALL_REASONS.get(event)) is not None:
        cases.ask_to_call(case, reason, at=at)


def is_still_so(case: Case, event: MessageEvent, *, subject: str) -> bool:
    """Tell whether what the message would say is true now. `subject` is the number of an appointment's message."""
    if case.destroyed_at is not None:
        return False
    if (states := _STATES.get(event)) is not None:
        return case.state in states
    return Appointment.objects.filter(number=subject, state=AppointmentState.CONFIRMED).exists()


def work_on(*, message_id: int, at: datetime, ended: Callable[[], datetime]) -> datetime | None:
    """Send the message, or ask what became of it; return when the next try is due, or None.

    Two workers never make the same try; one that was overtaken writes nothing. May be repeated.
    """
    with transaction():
        message, acting = _lease(message_id, at=at)
    if message is None or acting is None:
        return None
    try:
        ending = _try(message, messages.get(MNOTIFY), acting=acting, at=at)
    except PortNotServed:
        ending = _not_connected(message)
    try:
        with transaction():
            return _write_down(message, ending, acting=acting, at=ended())
    except LeaseLost:
        return None


def _lease(message_id: int, *, at: datetime) -> tuple[Message | None, ActingContext | None]:
    """Return the message for one try, unless there is nothing to send any more."""
    case_id = Message.objects.filter(pk=message_id).values_list("case_id", flat=True).first()
    if case_id is None:
        return None, None
    case = cases.locked(case_id, destroyed_too=True)  # whoever changes what belongs to a case locks it first
    found = operations.locked(message_id)
    if case.destroyed_at is not None:
        operations.stop_looking(message=found, note="the content of the case was destroyed")
        return None, None
    acting = acting_for_message(case)
    if found.state == MessageState.QUEUED and found.next_try_at is not None:
        event = MessageEvent(found.event)
        if not is_still_so(case, event, subject=found.subject_of_event):
            operations.end(message=found, to=MessageState.NOT_NEEDED, note="the matter went on", acting=acting, at=at)
            return None, None
        if case.restricted_at is not None or at >= found.send_until:
            note = "the case is restricted" if case.restricted_at is not None else "it could not be sent in time"
            operations.end(message=found, to=MessageState.UNDELIVERED, note=note, acting=acting, at=at)
            _say(found, case, was=MessageState.QUEUED, at=at)
            return None, None
    return operations.lease(message=found, acting=acting, at=at), acting


def _try(message: Message, served: Messages, *, acting: ActingContext, at: datetime) -> _Ending:
    """Make one call. Holds no transaction."""
    if message.state == MessageState.SENT:
        return _look(message, served, acting=acting)
    if message.state == MessageState.UNKNOWN:
        return _find(message, served, acting=acting, at=at)
    if at - message.made_at > FRESH_FOR:
        looked_for = _find(message, served, acting=acting, at=at)
        if not looked_for.not_seen:
            return looked_for
    try:
        accepted = served.send(outgoing(message), acting=acting)
    except TryLater as error:
        return _Ending(to=MessageState.QUEUED, note=error.reason)
    except Refused as error:
        return _Ending(to=MessageState.UNDELIVERED, note=error.reason)
    except OutcomeUnknown as error:
        return _Ending(to=MessageState.UNKNOWN, note=error.reason)
    return _Ending(to=MessageState.SENT, accepted=accepted)


def _not_connected(message: Message) -> _Ending:
    """Let the message wait on. It is not forgotten: when its time is over a person calls."""
    to = MessageState.QUEUED if message.state == MessageState.SENDING else MessageState(message.state)
    return _Ending(to=to, note="messages are not connected")


def _find(message: Message, served: Messages, *, acting: ActingContext, at: datetime) -> _Ending:
    """Ask whether the platform has the message already."""
    since = message.made_at
    with transaction():
        known = queries.known_ids(but=message.pk, since=since)
    unsettled = MessageState.UNKNOWN
    try:
        found = served.find(outgoing(message), since=since, known=known, acting=acting)
    except CannotTell as doubt:
        return _Ending(to=unsettled, note=doubt.why)
    except OutsideError as error:
        # Of what only waited nothing was asked yet: it may go on waiting as it was.
        waits = message.state == MessageState.SENDING
        return _Ending(to=MessageState.QUEUED if waits else unsettled, note=error.reason)
    if found is not None:
        return _Ending(to=MessageState.SENT, accepted=found)
    if message.state == MessageState.UNKNOWN and at - _last_try(message) < SETTLED_AFTER:
        return _Ending(to=unsettled, note="not seen yet")
    return _Ending(to=MessageState.QUEUED, not_seen=True)


def _last_try(message: Message) -> datetime:
    return message.last_tried_at or message.made_at


def _look(message: Message, served: Messages, *, acting: ActingContext) -> _Ending:
    """Ask how far a sent message is."""
    try:
        progress = served.progress(message.notification_id, recipient=message.recipient, acting=acting)
    except OutsideError as error:
        return _Ending(to=MessageState.SENT, note=error.reason)
    to = {Stage.REACHED: MessageState.DELIVERED, Stage.NOT_REACHED: MessageState.UNDELIVERED}
    return _Ending(to=to.get(progress.stage, MessageState.SENT), progress=progress)


def outgoing(message: Message) -> Outgoing:
    """Return the message as it goes to the platform: Romanian and the person's language."""
    words = wording(message.event, language=message.language, values=message.values)
    return Outgoing(
        event=message.event,
        recipient=message.recipient,
        subject=words.subject,
        short=words.short,
        body=words.body,
        variables=message.values,
    )


def _write_down(message: Message, ending: _Ending, *, acting: ActingContext, at: datetime) -> datetime | None:
    case = cases.locked(message.case_id)
    held = operations.held_by(message_id=message.pk, fence=message.fence)
    if ending.accepted is not None:
        held.notification_id = ending.accepted.notification_id
        held.request = ending.accepted.request or held.request
        held.answer = ending.accepted.answer
    if ending.progress is not None:
        held.platform_status, held.answer = ending.progress.status, ending.progress.answer
    was, to, note = held.state, ending.to, ending.note
    if was == MessageState.UNKNOWN and to == MessageState.UNKNOWN and at >= _last_try(held) + ASK_FOR:
        to, note = MessageState.UNDELIVERED, f"never known whether it was sent: {note}"
    if was == to == MessageState.SENT and held.sent_at is not None and at >= held.sent_at + LOOK_FOR:
        return _after_the_last_look(held, ending, case, acting=acting, at=at)
    if to in {MessageState.DELIVERED, MessageState.UNDELIVERED}:
        operations.end(message=held, to=to, note=note or held.platform_status, acting=acting, at=at)
    elif ending.not_seen:
        operations.send_soon(message=held, acting=acting, at=at)
    else:
        operations.put_off(message=held, to=to, note=note, acting=acting, at=at)
    _say(held, case, was=was, at=at)
    return held.next_try_at


def _after_the_last_look(
    held: Message, ending: _Ending, case: Case, *, acting: ActingContext, at: datetime
) -> datetime | None:
    """A day is over: what was given to a channel is left so; what never got that far, a person tells."""
    if ending.progress is not None and ending.progress.stage is Stage.TRANSMITTED:
        operations.stop_looking(message=held, note="given to a channel; no more is told")
        return None
    operations.end(message=held, to=MessageState.UNDELIVERED, note="not sent on for a day", acting=acting, at=at)
    _say(held, case, was=MessageState.SENT, at=at)
    return None


def _say(held: Message, case: Case, *, was: str, at: datetime) -> None:
    """Tell it on the timeline; whoever was not reached is called, as long as there is something to tell."""
    if held.state == MessageState.SENT and was != MessageState.SENT:
        tell(case, "message-sent", at=at, by_id=None)
    if held.state == MessageState.UNDELIVERED:
        tell(case, "message-undelivered", at=at, by_id=None)
        event = MessageEvent(held.event)
        if is_still_so(case, event, subject=held.subject_of_event):
            let_call(case, event, at=at)
