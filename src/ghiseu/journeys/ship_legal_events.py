"""Ship a centre's journal to the state's log of legal events, in order, until everything is registered there.

To be taken by the log is not to be registered: each message is asked about until the log shows every event of it.
A message whose fate is not known is searched for before it is sent again. What the log refuses waits for an
administrator, and what comes after it goes on.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ghiseu.foundation.access import transaction
from ghiseu.foundation.audit import shipping
from ghiseu.foundation.audit.ports import LEGAL_LOG, LegalLog, legal_logs
from ghiseu.foundation.audit.shipping import Lease, Linked, Overtaken, Part
from ghiseu.foundation.audit.shipping_models import Shipment, ShipmentState
from ghiseu.foundation.outcomes import OutcomeUnknown, OutsideError, Refused, TryLater, UnusableAnswer
from ghiseu.journeys.write_legal_events import going, written
from ghiseu.modules.centres.models import Centre

# A message that was sent may still be on its way to the log's index; so long it is not sent again.
SETTLES = timedelta(minutes=10)
# Events of longer ago may have been shipped by another life of this database (it was restored): the log is asked first.
ASKED_FIRST_AFTER = timedelta(minutes=15)
REGISTERED_WITHIN = timedelta(hours=2)
LINKS_AT_ONCE = 100
MOST_MESSAGES = 60
MOST_ASKED = 100
# When so many messages of a centre were refused, the fault is not in one event: the rest waits for a person.
MOST_REFUSED = 20
# Until when a message is asked about how often: minutes since it was sent, minutes between.
PAUSES = ((10, 1), (60, 5), (10_000, 15))


class LogIsAway(Exception):
    """The log does not answer; the rest waits for the next round."""


@dataclass(frozen=True, kw_only=True)
class _Work:
    """One round for one centre; `now` is asked after every call."""

    centre: Centre
    lease: Lease
    log: LegalLog
    now: Callable[[], datetime]


def ship(*, centre: Centre, since: datetime, at: datetime, now: Callable[[], datetime]) -> None:
    """Ask about what was taken, then send what waits. `since` is the day of the log's connection.

    Two workers never ship one centre at a time. Call it in the scope of the centre, outside a transaction. May be
    repeated. Raises LogIsAway and PortNotServed.
    """
    with transaction():
        lease = shipping.lease(centre_id=centre.pk, since=since, at=at)
    if lease is None:
        return
    work = _Work(centre=centre, lease=lease, log=legal_logs.get(LEGAL_LOG), now=now)
    try:
        _ask_about_taken(work, at=at)
        for _round in range(MOST_MESSAGES):
            if not _next(work):
                break
    except Overtaken:
        return
    finally:
        with transaction():
            shipping.release(lease)


def _ask_about_taken(work: _Work, *, at: datetime) -> None:
    with transaction():
        taken = Shipment.objects.filter(
            centre_id=work.centre.pk, state=ShipmentState.ACCEPTED, next_try_at__lte=at
        ).order_by("first_number")[:MOST_ASKED]
        due = list(taken)
    for shipment in due:
        registered, fault = _registered(work, shipment.uid)
        with transaction():
            shipping.locked(work.lease)
            _judge_taken(work, shipment, registered=registered, fault=fault)


def _registered(work: _Work, uid: str) -> tuple[frozenset[str], str]:
    """Return what is registered under the number, and what was wrong with the answer. Raises LogIsAway."""
    try:
        return work.log.registered(uid), ""
    except TryLater as error:
        raise LogIsAway(error.reason) from error
    except (Refused, UnusableAnswer) as error:
        return frozenset(), error.reason


def _judge_taken(work: _Work, shipment: Shipment, *, registered: frozenset[str], fault: str) -> None:
    at = work.now()
    if _is_whole(shipment, registered, at=at):
        return
    waited = at - (shipment.sent_at or shipment.made_at)
    if waited < REGISTERED_WITHIN:
        shipment.next_try_at, shipment.fault = at + _pause(waited), fault
        shipment.save(update_fields=["next_try_at", "fault"])
        return
    why = fault or "taken, and not registered in time"
    rest = _divided(work, shipment, registered=registered, at=at)
    for one in rest:
        shipping.step(one, ShipmentState.REFUSED, fault=why)


def _is_whole(shipment: Shipment, registered: frozenset[str], *, at: datetime, **changes: object) -> bool:
    """Let the shipment be registered when every event of it is."""
    if not set(shipping.ids_of(shipment).values()) <= registered:
        return False
    shipping.step(shipment, ShipmentState.REGISTERED, ended_at=at, **changes)
    return True


def _divided(work: _Work, shipment: Shipment, *, registered: frozenset[str], at: datetime) -> list[Shipment]:
    """Divide by what is registered: such parts become rows of their own. Return the rows of the others, unmoved."""
    ids = shipping.ids_of(shipment)
    runs: list[tuple[bool, list[int]]] = []
    for number, identifier in ids.items():
        is_there = identifier in registered
        if not runs or runs[-1][0] != is_there:
            runs.append((is_there, []))
        runs[-1][1].append(number)
    if len(runs) == 1:
        return [shipment]
    was, links = ShipmentState(shipment.state), {one.number: one for one in shipping.links_of(shipment)}
    parts = [(is_there, _part(work, [links[number] for number in numbers])) for is_there, numbers in runs]
    (first_is_there, first), *others = parts
    shipping.shrink(shipment, first)
    if first_is_there:
        shipping.step(shipment, ShipmentState.REGISTERED, ended_at=at)
    rest = [] if first_is_there else [shipment]
    for is_there, part in others:
        state = ShipmentState.REGISTERED if is_there else was
        added = shipping.add(part, centre_id=work.centre.pk, state=state, at=at, of=shipment)
        rest += [] if is_there else [added]
    return rest


def _next(work: _Work) -> bool:
    """Send what waits longest, or find out what became of it. Return whether something may come after it now."""
    with transaction():
        if _is_stuck(work):
            return False
        waiting = Shipment.objects.filter(
            centre_id=work.centre.pk, state__in=(ShipmentState.WAITING, ShipmentState.UNKNOWN)
        ).order_by("first_number")
        shipment = waiting.first() or _packed(work)
    if shipment is None:
        return False
    return _find(work, shipment) if shipment.state == ShipmentState.UNKNOWN else _send(work, shipment)


def _is_stuck(work: _Work) -> bool:
    refused = Shipment.objects.filter(centre_id=work.centre.pk, state=ShipmentState.REFUSED)
    return refused.count() >= MOST_REFUSED


def _packed(work: _Work) -> Shipment | None:
    """Make a message of the next events of the chain; None when nothing more of it goes."""
    position = shipping.locked(work.lease)
    while links := shipping.links_after(position, most=LINKS_AT_ONCE):
        wanted = going(links)
        if not wanted:
            shipping.go_on_to(position, links[-1].number)
            continue
        part = _part(work, wanted)
        is_rest_empty = len(part.numbers) == len(wanted)
        shipping.go_on_to(position, links[-1].number if is_rest_empty else part.last_number)
        at = work.now()
        newest = max(one.record.at for one in wanted[: len(part.numbers)])
        state = ShipmentState.UNKNOWN if at - newest > ASKED_FIRST_AFTER else ShipmentState.WAITING
        return shipping.add(part, centre_id=work.centre.pk, state=state, at=at)
    return None


def _part(work: _Work, links: Sequence[Linked]) -> Part:
    """Return as many of the links as one message takes, from the first."""
    message = work.log.write(written(links, centre=work.centre))
    taken = links[: message.events]
    return Part(
        first_number=taken[0].number,
        last_number=taken[-1].number,
        numbers=tuple(one.number for one in taken),
        oldest_at=min(one.record.at for one in taken),
        text=message.text,
        sha256=hashlib.sha256(message.text.encode()).hexdigest(),
    )


def _send(work: _Work, shipment: Shipment) -> bool:
    at = work.now()
    with transaction():
        shipping.locked(work.lease)
        shipping.step(shipment, ShipmentState.SENDING, tries=shipment.tries + 1, sent_at=at)
    try:
        receipt = work.log.register(shipment.message)
    except TryLater as error:
        _write(work, shipment, ShipmentState.WAITING, fault=error.reason)
        raise LogIsAway(error.reason) from error
    except (OutcomeUnknown, UnusableAnswer) as error:
        _write(work, shipment, ShipmentState.UNKNOWN, fault=error.reason)
        raise LogIsAway(error.reason) from error
    except Refused as error:
        _decline(work, shipment, error)
        return True
    ask_at = work.now() + _pause(timedelta())
    _write(work, shipment, ShipmentState.ACCEPTED, uid=receipt.uid, answer=receipt.raw, next_try_at=ask_at, fault="")
    return True


def _decline(work: _Work, shipment: Shipment, error: Refused) -> None:
    """Find the event that the log does not want: halves are sent one by one; a single one waits for a person."""
    if shipment.events == 1:
        _write(work, shipment, ShipmentState.REFUSED, fault=error.reason)
        return
    with transaction():
        shipping.locked(work.lease)
        shipping.step(shipment, ShipmentState.WAITING, fault=error.reason)
        links = shipping.links_of(shipment)
        first, *others = _halves(work, links)
        shipping.shrink(shipment, first)
        for part in others:
            shipping.add(part, centre_id=work.centre.pk, state=ShipmentState.WAITING, at=work.now(), of=shipment)


def _halves(work: _Work, links: Sequence[Linked]) -> Iterator[Part]:
    middle = len(links) // 2
    yield _part(work, links[:middle])
    yield _part(work, links[middle:])


def _find(work: _Work, shipment: Shipment) -> bool:
    """Search for the first event of the message, and take over what is found; else it may be sent."""
    with transaction():
        first = shipping.links_of(shipment)[0]
    try:
        uid = work.log.find(first.id, at=first.record.at)
        registered = work.log.registered(uid) if uid else frozenset()
    except OutsideError as error:
        _note(work, shipment, error.reason)
        raise LogIsAway(error.reason) from error
    at = work.now()
    with transaction():
        shipping.locked(work.lease)
        if not uid:
            return _seen_by_nobody(shipment, at=at)
        if first.id not in registered:
            return False
        shipment.uid = uid
        shipment.save(update_fields=["uid"])
        if not _is_whole(shipment, registered, at=at):
            _divided(work, shipment, registered=registered, at=at)
    return True


def _seen_by_nobody(shipment: Shipment, *, at: datetime) -> bool:
    """Let it be sent once the log has had its time; until then the ones after it wait too."""
    if shipment.sent_at is not None and at - shipment.sent_at < SETTLES:
        return False
    shipping.step(shipment, ShipmentState.WAITING, uid="")
    return True


def _write(work: _Work, shipment: Shipment, to: ShipmentState, **changes: object) -> None:
    with transaction():
        shipping.locked(work.lease)
        shipping.step(shipment, to, **changes)


def _note(work: _Work, shipment: Shipment, fault: str) -> None:
    with transaction():
        shipping.locked(work.lease)
        shipment.fault = fault
        shipment.save(update_fields=["fault"])


def _pause(waited: timedelta) -> timedelta:
    return next(timedelta(minutes=pause) for until, pause in PAUSES if waited < timedelta(minutes=until))
