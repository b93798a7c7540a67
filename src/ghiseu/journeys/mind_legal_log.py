"""The administrator looks at what the state's log of legal events refused: sends it again, or gives it up and says why.

What the events say is not shown: numbers of the journal, moments, and what the log answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit import legal_debt, ports, shipping
from ghiseu.foundation.audit.legal_debt import Debt
from ghiseu.foundation.audit.shipping_models import Shipment, ShipmentState
from ghiseu.modules.centres.models import Centre

MOST_OF_A_CENTRE = 50


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    """A refused message with its centre."""

    shipment: Shipment
    centre: Centre


def is_connected() -> bool:
    """Tell whether this installation has a log of legal events."""
    return ports.is_connected()


def debt(*, at: datetime) -> Debt:
    """Return what all centres owe, as the worker last found it; nothing while no log is connected."""
    with transaction():
        return legal_debt.of_all(at=at)


def refused() -> list[RefusedLine]:
    """Return the refused messages of all centres, the oldest first; of each centre only so many."""
    with transaction():
        centres = list(Centre.objects.order_by("id"))
    found: list[RefusedLine] = []
    for centre in centres:
        with scoped_to(Scope(centre_id=centre.pk)), transaction():
            rows = Shipment.objects.filter(centre_id=centre.pk, state=ShipmentState.REFUSED).defer("message", "answer")
            found += [RefusedLine(shipment=one, centre=centre) for one in rows.order_by("pk")[:MOST_OF_A_CENTRE]]
    return sorted(found, key=lambda one: (one.shipment.oldest_at, one.shipment.pk))


def send_again(*, centre_code: str, shipment_id: int, by_id: int, at: datetime) -> None:
    """Have the log asked, and what it does not have sent again. Raises Shipment.DoesNotExist, StepNotAllowed."""
    with _in_centre(centre_code, by_id):
        shipping.send_again(shipment_id=shipment_id, by_id=by_id, at=at)


def send_all_again(*, by_id: int, at: datetime) -> None:
    """Do the same with every refused message of all centres: what was wrong was wrong for all. May be repeated."""
    with transaction():
        centres = list(Centre.objects.order_by("id"))
    for centre in centres:
        with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
            rows = Shipment.objects.filter(centre_id=centre.pk, state=ShipmentState.REFUSED).order_by("pk")
            for shipment_id in rows.values_list("pk", flat=True):
                shipping.send_again(shipment_id=shipment_id, by_id=by_id, at=at)


def set_aside(*, centre_code: str, shipment_id: int, reason: str, by_id: int, at: datetime) -> None:
    """Give a message up. Raises as `send_again`, and ReasonMissing."""
    with _in_centre(centre_code, by_id):
        shipping.set_aside(shipment_id=shipment_id, reason=reason, by_id=by_id, at=at)


@contextmanager
def _in_centre(code: str, by_id: int) -> Iterator[None]:
    with transaction():
        centre = Centre.objects.filter(code=code).first()
    if centre is None:
        raise Shipment.DoesNotExist(code)
    with scoped_to(Scope(centre_id=centre.pk, operator_id=by_id)), transaction():
        yield
