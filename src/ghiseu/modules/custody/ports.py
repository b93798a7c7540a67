"""What custody needs of the outside."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from ghiseu.foundation.ports import Port
from ghiseu.modules.custody.delivery_states import PaperState

COURIERS = "mdelivery"


class Couriers(Protocol):
    """Where a person chooses address and courier. It calls us about the order; we never call it."""

    @property
    def service(self) -> str:
        """The number of our service there."""
        ...

    def page(self, order: str, *, language: str, return_url: str) -> str:
        """Return the address of the page for this order of ours. Nothing is called, and no personal data is in it."""
        ...


couriers: Port[Couriers] = Port("couriers")


@dataclass(frozen=True, kw_only=True)
class CarrierNews:
    """What is said of a delivery. `raw` is the message word for word; the rest is empty when it does not say."""

    state: PaperState
    raw: str
    carrier: str = ""
    tracking: str = ""
    cost: Decimal | None = None
    expected_from: datetime | None = None
    expected_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whoever receives the paper, or whom it is about."""

    idnp: str
    surname: str
    given_name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is told of an order before the couriers are shown. `price` is what the paper cost, in lei."""

    number: str
    state: PaperState
    receiver: Person
    holder: Person
    product: str
    description: str
    price: Decimal
    pickup_point: str
    submitted_at: datetime
    accepted_until: datetime
    ready_estimate: datetime
