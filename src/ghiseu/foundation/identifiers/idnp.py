"""The personal number of Moldova: thirteen digits, kept as text because old ones begin with zero."""

from enum import StrEnum
from typing import NewType

from ghiseu.foundation.identifiers.check_digits import sum_731

Idnp = NewType("Idnp", str)

LENGTH = 13
_ORGANISATION = "1"


class IdnpFault(StrEnum):
    """Why a text is not a personal number."""

    LENGTH = "length"
    LETTERS = "letters"
    ORGANISATION_NUMBER = "organisation-number"
    CHECK_DIGIT = "check-digit"


class InvalidIdnp(ValueError):
    """The text is not a personal number; `reason` says why. The text itself is not kept in the message."""

    def __init__(self, reason: IdnpFault) -> None:
        super().__init__(f"not a personal number: {reason.value}")
        self.reason = reason


def without_spaces(text: str) -> str:
    """Return the text without any white space, as people copy numbers in groups."""
    return "".join(text.split())


def has_check_digit(digits: str) -> bool:
    """Tell whether the last of the digits is the sum of the others weighted 7, 3, 1, modulo 10."""
    return sum_731(int(digit) for digit in digits[:-1]) == int(digits[-1])


def check(text: str) -> Idnp:
    """Return the number as thirteen digits; spaces are forgiven. Raises InvalidIdnp with the reason.

    The first digit is judged only to recognise an organisation's number: the register knows the series.
    """
    number = without_spaces(text)
    if not (number.isascii() and number.isdigit()):
        raise InvalidIdnp(IdnpFault.LETTERS if number else IdnpFault.LENGTH)
    if len(number) != LENGTH:
        raise InvalidIdnp(IdnpFault.LENGTH)
    if not has_check_digit(number):
        raise InvalidIdnp(IdnpFault.CHECK_DIGIT)
    if number.startswith(_ORGANISATION):
        raise InvalidIdnp(IdnpFault.ORGANISATION_NUMBER)
    return Idnp(number)


def is_valid(text: str) -> bool:
    """Tell whether the text is a personal number."""
    try:
        check(text)
    except InvalidIdnp:
        return False
    return True
