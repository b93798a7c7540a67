"""Money is a Decimal with a currency, never a float."""

from dataclasses import dataclass
from decimal import Decimal


class CurrencyMismatch(Exception):
    """Two currencies were added."""


@dataclass(frozen=True, kw_only=True, order=False)
class Money:
    """An amount with two decimals and its ISO 4217 currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", self.amount.quantize(Decimal("0.01")))

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} + {other.currency}")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    @property
    def is_zero(self) -> bool:
        return self.amount == 0

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
