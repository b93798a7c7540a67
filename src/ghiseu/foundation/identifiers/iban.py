"""International bank account numbers (ISO 13616)."""

import re
from enum import StrEnum
from typing import NewType

from ghiseu.foundation.identifiers.check_digits import remainder_97

Iban = NewType("Iban", str)

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# Moldova, and where its citizens abroad mostly bank; for other countries only the outer limits are judged.
_LENGTHS = {
    "MD": 24,
    "RO": 24,
    "IT": 27,
    "DE": 22,
    "FR": 27,
    "ES": 24,
    "PT": 25,
    "GB": 22,
    "IE": 22,
    "UA": 29,
    "BG": 22,
}


class IbanFault(StrEnum):
    """Why a text is not an account number."""

    SHAPE = "shape"
    LENGTH = "length"
    CHECK_DIGITS = "check-digits"


class InvalidIban(ValueError):
    """The text is not an account number; `reason` says why."""

    def __init__(self, reason: IbanFault) -> None:
        super().__init__(f"not an account number: {reason.value}")
        self.reason = reason


def check(text: str) -> Iban:
    """Return the number in capitals without spaces. Raises InvalidIban with the reason."""
    number = "".join(text.split()).upper()
    if not _SHAPE.fullmatch(number):
        raise InvalidIban(IbanFault.SHAPE)
    if len(number) != _LENGTHS.get(number[:2], len(number)):
        raise InvalidIban(IbanFault.LENGTH)
    if remainder_97(number[4:] + number[:4]) != 1:
        raise InvalidIban(IbanFault.CHECK_DIGITS)
    return Iban(number)


def is_valid(text: str) -> bool:
    """Tell whether the text is an account number."""
    try:
        check(text)
    except InvalidIban:
        return False
    return True


def in_groups(iban: Iban) -> str:
    """Return the number in groups of four, as it is printed."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
