"""A paper result goes to the door by courier: ordered and packed at the desk, chosen and paid at MDelivery.

MDelivery calls us: it asks what an order is about, tells where the paper is, and asks what we changed.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from ghiseu.foundation import clock
from ghiseu.foundation.access import ActingContext, Scope, require_transaction, scoped_to, transaction
from ghiseu.foundation.identifiers import numbers
from ghiseu.foundation.identifiers.numbers import InvalidNumber
from ghiseu.foundation.states import StepNotAllowed
from ghiseu.journeys.load_case import acting_on, case_numbered, load_case, package_of
from ghiseu.modules.applicants.models import Person as Applicant
from ghiseu.modules.cases import operations as cases
from ghiseu.modules.cases.models import CallReason, Case
from ghiseu.modules.cases.states import CaseState, Outcome
from ghiseu.modules.cases.timeline import tell
from ghiseu.modules.centres.at_desk import AtDesk
from ghiseu.modules.centres.models import Centre
from ghiseu.modules.custody import deliveries
from ghiseu.modules.custody.delivery_states import MATTERS, PaperState
from ghiseu.modules.custody.models import PaperDelivery
from ghiseu.modules.custody.ports import COURIERS, CarrierNews, Order, Person, couriers
from ghiseu.modules.submissions.operations import acting_from, acting_text

TO_THE_DOOR = "mdelivery"  # the way of delivery in the packages
SENT = (CaseState.SENDING, CaseState.WITH_INSTITUTION, CaseState.PAPERS_MISSING, CaseState.RESULT_READY)
# How long somebody may choose a courier, and when a paper is there of which no day is known.
CHOOSE_WITHIN = timedelta(days=30)
END_OF_DAY = time(17, 0)
LINES = {
    PaperState.READY: "delivery-ready",
    PaperState.DELIVERING: "delivery-begun",
    PaperState.PROBLEM: "delivery-problem",
    PaperState.RETURNED: "delivery-returned",
    PaperState.CANCELLED: "delivery-cancelled",
}
AT_THE_DOOR = (PaperState.DELIVERED, PaperState.CONFIRMED)


class NotOffered(Exception):
    """No courier is connected, the person did not choose this way, or the file was not sent yet."""


class NoSuchOrder(Exception):
    """We have no order of this number and service."""


def is_offered(case: Case) -> bool:
    """Tell whether the delivery can be ordered now."""
    connected = COURIERS in couriers.keys()  # noqa: SIM118 - a port is no dictionary
    return connected and case.delivery == TO_THE_DOOR and bool(case.applicant.idnp) and case.state in SENT


def order_delivery(*, number: str, at_desk: AtDesk, at: datetime) -> PaperDelivery:
    """Order the delivery of the case's paper. Ordering it again changes nothing. Raises NoSuchCase, NotOffered."""
    with transaction():
        case = load_case(number=number, at_desk=at_desk, at=at).case
        cases.locked(case.pk)
        found = deliveries.of_case(case)
        if found is not None:
            return found
        if not is_offered(case):
            raise NotOffered(number)
        acting = _acting(case, at_desk)
        delivery, is_new = deliveries.order(
            case,
            service=couriers.get(COURIERS).service,
            accepted_until=at + CHOOSE_WITHIN,
            ready_estimate=_ready_estimate(case, at_desk, at),
            acting_text=acting_text(acting),
            acting=acting,
            at=at,
        )
        if is_new:
            tell(case, "delivery-ordered", at=at, by_id=at_desk.operator_id)
        return delivery


def pack_paper(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Note that the paper is packed for the courier. May be repeated. Raises NoSuchCase, NotOffered, StepNotAllowed."""
    with transaction():
        case = load_case(number=number, at_desk=at_desk, at=at).case
        locked = cases.locked(case.pk)
        delivery = _ordered(case)
        if locked.state != CaseState.RESULT_READY:
            raise StepNotAllowed(f"{number}: there is no paper yet")
        if deliveries.pack(delivery, acting=_acting(case, at_desk), at=at):
            tell(case, LINES[PaperState.READY], at=at, by_id=at_desk.operator_id)


def cancel_delivery(*, number: str, at_desk: AtDesk, at: datetime) -> None:
    """Call the delivery off before a courier has the paper. May be repeated.

    Raises NoSuchCase, NotOffered, StepNotAllowed.
    """
    with transaction():
        case = load_case(number=number, at_desk=at_desk, at=at).case
        cases.locked(case.pk)
        delivery = _ordered(case)
        if delivery.state != PaperState.CANCELLED:
            _cancel(delivery, case, acting=_acting(case, at_desk), by_id=at_desk.operator_id, at=at)


def call_off_when_handed(case: Case, *, acting: ActingContext, at: datetime) -> None:
    """Call off a delivery whose paper was handed over at the desk. Raises NoTransaction."""
    require_transaction()
    found = deliveries.of_case(case)
    if found is not None and found.can_move_to(PaperState.CANCELLED):
        _cancel(deliveries.locked(case), case, acting=acting, by_id=acting.operator_id, at=at)


def tell_order(*, number: str, service: str, at: datetime) -> Order:
    """Return what MDelivery may know of the order; that it asked is in the journal. Raises NoSuchOrder."""
    centre = _centre_of(number)
    with scoped_to(Scope(centre_id=centre.pk)), transaction():
        delivery = _found(number, service)
        case = case_numbered(number)
        deliveries.note_told(delivery, acting=acting_from(delivery.acting), at=at)
        return Order(
            number=number,
            state=PaperState(delivery.state),
            receiver=_person(case.applicant, reachable=True),
            holder=_person(case.holder, reachable=False),
            product=case.service_code,
            description=package_of(case).name("ro"),
            price=Decimal(str(case.quote.get("total") or 0)),
            pickup_point=centre.code,
            submitted_at=delivery.ordered_at,
            accepted_until=delivery.accepted_until,
            ready_estimate=delivery.packed_at or delivery.ready_estimate,
        )


def hear(*, number: str, service: str, news: CarrierNews, at: datetime) -> bool:
    """Take in what is said of an order; tell whether it was followed. May be repeated. Raises NoSuchOrder."""
    centre = _centre_of(number)
    with scoped_to(Scope(centre_id=centre.pk)), transaction():
        found = _found(number, service)
        case = cases.locked(found.case_id)
        delivery = deliveries.locked(case)
        acting = acting_from(delivery.acting)
        is_followed = deliveries.follow(delivery, news, acting=acting, at=at)
        if is_followed:
            _follow(case, delivery, acting=acting, at=at)
        elif news.state in MATTERS and delivery.state != news.state:
            cases.ask_to_call(case, CallReason.ALARM, at=at)
        return is_followed


def tell_changes(*, service: str, at: datetime) -> list[tuple[str, PaperState]]:
    """Return order and state of everything that we changed and MDelivery has not shown to know, of all centres.

    Asked again it says the same again: an answer may be lost. Orders whose case has ended are called off first.
    """
    with transaction():
        centres = list(Centre.objects.order_by("id").values_list("id", flat=True))
    told: list[tuple[str, PaperState]] = []
    for centre_id in centres:
        with scoped_to(Scope(centre_id=centre_id)), transaction():
            for case_id in deliveries.without_purpose(service=service):
                _call_off(case_id, at=at)
            waiting = deliveries.to_tell(service=service, at=at)
            told += [(one.case.number, PaperState(one.to_tell)) for one in waiting]
    return told


def _call_off(case_id: int, *, at: datetime) -> None:
    case = cases.locked(case_id)
    delivery = deliveries.locked(case)
    if delivery.can_move_to(PaperState.CANCELLED):
        _cancel(delivery, case, acting=acting_from(delivery.acting), by_id=None, at=at)


def _follow(case: Case, delivery: PaperDelivery, *, acting: ActingContext, at: datetime) -> None:
    """Let the case follow a step of its delivery, which the courier or the platform told."""
    state = PaperState(delivery.state)
    if state in AT_THE_DOOR:
        _arrived(case, delivery, acting=acting, at=at)
    elif state in LINES:
        carried_by = ", ".join(filter(None, (delivery.carrier, delivery.tracking)))
        tell(case, LINES[state], at=at, by_id=None, reason=carried_by)
    if state is PaperState.PAID and deliveries.become_ready(delivery, acting=acting, at=at):
        tell(case, LINES[PaperState.READY], at=at, by_id=None)
    if state is PaperState.RETURNED:
        cases.ask_to_call(case, CallReason.RESULT_READY, at=at)
    if state is PaperState.PROBLEM:
        cases.ask_to_call(case, CallReason.ALARM, at=at)


def _arrived(case: Case, delivery: PaperDelivery, *, acting: ActingContext, at: datetime) -> None:
    """End the case whose paper is in the person's hands; one that stands elsewhere is only told."""
    carried_by = ", ".join(filter(None, (delivery.carrier, delivery.tracking)))
    if case.state != CaseState.RESULT_READY:
        if delivery.state == PaperState.DELIVERED:
            tell(case, "delivered", at=at, by_id=None, reason=carried_by)
        return
    cases.move(
        case,
        CaseState.DONE,
        acting=acting,
        at=at,
        tell_as="delivered",
        outcome=Outcome.RESULT_HANDED_OVER,
        reason=carried_by,
    )
    case.call_tasks.filter(done_at=None).update(done_at=at, done_by_id=acting.operator_id)


def _cancel(delivery: PaperDelivery, case: Case, *, acting: ActingContext, by_id: int | None, at: datetime) -> None:
    deliveries.set_by_us(delivery, PaperState.CANCELLED, acting=acting, at=at)
    tell(case, LINES[PaperState.CANCELLED], at=at, by_id=by_id)


def _ordered(case: Case) -> PaperDelivery:
    try:
        return deliveries.locked(case)
    except PaperDelivery.DoesNotExist as error:
        raise NotOffered(case.number) from error


def _acting(case: Case, at_desk: AtDesk) -> ActingContext:
    return acting_on(case, at_desk=at_desk, package=package_of(case), reason="delivery of the paper to the door")


def _ready_estimate(case: Case, at_desk: AtDesk, at: datetime) -> datetime:
    zone = ZoneInfo(at_desk.time_zone)
    day = case.promised_on or clock.today(at_desk.time_zone, at=at + CHOOSE_WITHIN)
    return max(datetime.combine(day, END_OF_DAY, tzinfo=zone), at)


def _centre_of(number: str) -> Centre:
    """Return the centre that the number belongs to; our numbers begin with its code. Raises NoSuchOrder."""
    try:
        code = numbers.parse(number).centre
    except InvalidNumber as error:
        raise NoSuchOrder(number) from error
    with transaction():
        centre = Centre.objects.filter(code=code).first()
    if centre is None:
        raise NoSuchOrder(number)
    return centre


def _found(number: str, service: str) -> PaperDelivery:
    found = PaperDelivery.objects.filter(case__number=number, service=service, case__destroyed_at=None).first()
    if found is None:
        raise NoSuchOrder(number)
    return found


def _person(one: Applicant, *, reachable: bool) -> Person:
    return Person(
        idnp=one.idnp,
        surname=one.surname,
        given_name=one.given_name,
        email=one.email if reachable else "",
        phone=one.phone if reachable else "",
    )
