"""Something happened to a person's case: they get a message, or stand on the call list, never both for one event.

Where the notification platform is not connected, nobody gets a message, and the call list is what it was without it.
Call these in the transaction that moves the case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext
from ghiseu.journeys import message_jobs
from ghiseu.journeys.send_message import is_connected, let_call
from ghiseu.modules.appointments.models import Appointment
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.notifications import operations
from ghiseu.modules.notifications.models import MessageEvent
from ghiseu.modules.notifications.operations import News
from ghiseu.modules.payments.models import PaymentOrder

SEND_WITHIN = timedelta(hours=24)


def case_sent(case: Case, *, submission: str, acting: ActingContext, at: datetime) -> None:
    """The institution has the file with this number of ours. Nobody is called about it: the slip says the same."""
    _tell(case, _News(event=MessageEvent.CASE_SENT, subject=submission), acting=acting, at=at)


def papers_asked(case: Case, *, submission: str, acting: ActingContext, at: datetime) -> None:
    """The institution asks for papers. What it says more while it waits for them is the same event."""
    times = case.events.filter(key="papers-missing").count()
    if not _tell(case, _News(event=MessageEvent.PAPERS_ASKED, subject=f"{submission}/{times}"), acting=acting, at=at):
        cases.ask_to_call(case, CallReason.PAPERS_MISSING, at=at)


def result_ready(
    case: Case, *, submission: str, acting: ActingContext, at: datetime, is_electronic: bool = False
) -> None:
    """The result of the file lies at the centre, ready for pick-up; an electronic one is in their cabinet too."""
    event = MessageEvent.RESULT_ELECTRONIC if is_electronic else MessageEvent.RESULT_READY
    if not _tell(case, _News(event=event, subject=submission), acting=acting, at=at):
        cases.ask_to_call(case, CallReason.RESULT_READY, at=at)


def appointment_booked(case: Case, appointment: Appointment, *, acting: ActingContext, at: datetime) -> None:
    """A place was booked. Nobody is called about it: the person was there and has it on paper."""
    _tell_of(case, MessageEvent.APPOINTMENT_BOOKED, appointment, acting=acting, at=at)


def appointment_moved(case: Case, appointment: Appointment, *, acting: ActingContext, at: datetime) -> None:
    """The appointment was moved to this one."""
    _tell_of(case, MessageEvent.APPOINTMENT_MOVED, appointment, acting=acting, at=at)


def appointment_near(case: Case, appointment: Appointment, *, acting: ActingContext, at: datetime) -> None:
    """The appointment is on the next working day."""
    _tell_of(case, MessageEvent.APPOINTMENT_REMINDER, appointment, acting=acting, at=at)


def payment_missing(case: Case, order: PaymentOrder, *, acting: ActingContext, at: datetime) -> None:
    """The order is not paid and runs out on the next working day."""
    day = clock.today(case.centre.time_zone, at=order.expires_at)
    news = _News(
        event=MessageEvent.PAYMENT_MISSING,
        subject=order.key,
        values={"until": f"{day:%d.%m.%Y}"},
        until=order.expires_at,
    )
    _tell_or_call(case, news, acting=acting, at=at)


def facts_of(case: Case, appointment: Appointment | None = None) -> dict[str, str]:
    """Return what fills the words of a message or a call: where to come, and when. No personal data."""
    centre: Centre = case.centre
    values = {"number": case.number, "centre": centre.name, "address": centre.address, "phone": centre.phone}
    if appointment is None:
        return values
    office = appointment.occupancy.offered.office
    begins = clock.local(office.time_zone, at=appointment.occupancy.starts_at)
    where = {"office": office.name, "address": office.address}
    return values | where | {"day": f"{begins:%d.%m.%Y}", "time": f"{begins:%H:%M}", "number": appointment.number}


def _tell_of(case: Case, event: MessageEvent, appointment: Appointment, *, acting: ActingContext, at: datetime) -> None:
    news = _News(
        event=event,
        subject=appointment.number,
        values=facts_of(case, appointment),
        until=appointment.occupancy.starts_at,
    )
    _tell_or_call(case, news, acting=acting, at=at)


def _tell_or_call(case: Case, news: "_News", *, acting: ActingContext, at: datetime) -> None:
    """Tell by a message, and call whom none reaches. Only where messages can be sent at all."""
    if is_connected() and not _tell(case, news, acting=acting, at=at):
        let_call(case, news.event, at=at)


def _tell(case: Case, news: "_News", *, acting: ActingContext, at: datetime) -> bool:
    """Queue the message about the event, once; tell whether there is one. False: only a person can tell them."""
    person = case.applicant
    if not is_connected() or not person.idnp or person.has_no_channel or case.restricted_at is not None:
        return False
    told = News(
        event=news.event,
        case_id=case.pk,
        case_number=case.number,
        subject=news.subject,
        recipient=person.idnp,
        language=person.language,
        send_until=min(at + SEND_WITHIN, news.until or at + SEND_WITHIN),
        values={**facts_of(case), **news.values},
    )
    message = operations.queue(news=told, acting=acting, at=at)
    if message is not None:
        message_jobs.enqueue(message.pk, centre_id=case.centre_id)
    return True


@dataclass(frozen=True, kw_only=True)
class _News:
    """An event with the number of what it is about; a message would be too late after `until`."""

    event: MessageEvent
    subject: str
    values: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None
