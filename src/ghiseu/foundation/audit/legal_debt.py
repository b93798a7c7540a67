"""What this installation owes the legal log: events that are not registered there, and since when.

To be taken by the log is not to be registered. Who owes too long is warned; after a day no register is read any more,
because a reading that nobody else can prove is one that the law does not allow. Everything else goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q, Sum

from ghiseu.foundation.access import require_transaction
from ghiseu.foundation.audit import ports
from ghiseu.foundation.audit.models import ChainHead, ChainLink, JournalRecord
from ghiseu.foundation.audit.shipping_models import (
    OWED,
    Shipment,
    ShipmentState,
    ShippingPosition,
    ShippingStanding,
)

# When the worker has not looked for so long, nothing is known of what came since.
MEASURED_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Debt:
    """Events that are not registered: the moment of the oldest (None: nothing is owed), how many, how many refused."""

    oldest_at: datetime | None = None
    waiting: int = 0
    refused: int = 0

    def age(self, *, at: datetime) -> timedelta:
        """Return how long the oldest has been owed."""
        return max(timedelta(), at - self.oldest_at) if self.oldest_at else timedelta()

    def is_late(self, *, at: datetime) -> bool:
        """Tell whether somebody has to be warned."""
        return self.age(at=at) >= timedelta(hours=settings.MLOG_WARN_HOURS)

    def stops_reading(self, *, at: datetime) -> bool:
        """Tell whether registers are not to be read any more."""
        return self.age(at=at) >= timedelta(hours=settings.MLOG_STOP_HOURS)


def of_centre(centre_id: int) -> Debt:
    """Return what one centre owes now, by its chain itself. Call it inside a transaction of that centre."""
    require_transaction()
    position = ShippingPosition.objects.filter(pk=centre_id).first()
    if position is None:  # the log was never connected while somebody shipped
        return Debt()
    owed = Shipment.objects.filter(centre_id=centre_id, state__in=OWED).aggregate(
        oldest=Min("oldest_at"), waiting=Sum("events"), refused=Count("pk", filter=Q(state=ShipmentState.REFUSED))
    )
    oldest, waiting = owed["oldest"], owed["waiting"] or 0
    head = ChainHead.objects.filter(pk=centre_id).first()
    if head is not None and head.number > position.number:
        waiting += head.number - position.number
        moment = _moment_of(centre_id, position.number + 1)
        oldest = min(oldest, moment) if oldest else moment
    return Debt(oldest_at=oldest, waiting=waiting, refused=owed["refused"])


def _moment_of(centre_id: int, number: int) -> datetime:
    link = ChainLink.objects.get(centre_id=centre_id, number=number)
    return JournalRecord.objects.values_list("at", flat=True).get(pk=link.record_sequence)


def stops_reading(*, centre_id: int, at: datetime) -> bool:
    """Tell whether the centre owes for so long that no register is to be read. Never while no log is connected."""
    return ports.is_connected() and of_centre(centre_id).stops_reading(at=at)


def keep(debts: Iterable[Debt], *, at: datetime) -> Debt:
    """Keep what all centres owe together, for those who may not look into any centre. Raises NoTransaction."""
    require_transaction()
    each = list(debts)
    whole = Debt(
        oldest_at=min((one.oldest_at for one in each if one.oldest_at), default=None),
        waiting=sum(one.waiting for one in each),
        refused=sum(one.refused for one in each),
    )
    ShippingStanding.objects.update(
        oldest_at=whole.oldest_at, waiting=whole.waiting, refused=whole.refused, measured_at=at
    )
    return whole


def of_all(*, at: datetime) -> Debt:
    """Return what all centres owed when the worker last looked; when it has not looked for long, since then at least.

    Nothing is owed while no log is connected. Call it inside a transaction.
    """
    require_transaction()
    standing = ShippingStanding.objects.order_by("pk").first() if ports.is_connected() else None
    if standing is None:
        return Debt()
    oldest = standing.oldest_at
    if oldest is None and at - standing.measured_at > MEASURED_WITHIN:
        oldest = standing.measured_at
    return Debt(oldest_at=oldest, waiting=standing.waiting, refused=standing.refused)
