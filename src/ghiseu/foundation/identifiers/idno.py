"""The number of an organisation in Moldova: thirteen digits, the first 1, checked as a personal number is."""

from enum import StrEnum
from typing import NewType

from ghiseu.foundation.identifiers.idnp import LENGTH, has_check_digit, without_spaces

Idno = NewType("Idno", str)


class IdnoFault(StrEnum):
    """Why a text is not an organisation's number."""

    LENGTH = "length"
    LETTERS = "letters"
    PERSONAL_NUMBER = "personal-number"
    CHECK_DIGIT = "check-digit"


class InvalidIdno(ValueError):
    """The text is not an organisation's number; `reason` says why."""

    def __init__(self, reason: IdnoFault) -> None:
        super().__init__(f"not an organisation number: {reason.value}")
        self.reason = reason


def check(text: str) -> Idno:
    """Return the number as thirteen digits; spaces are forgiven. Raises InvalidIdno with the reason."""
    number = without_spaces(text)
    if not (number.isascii() and number.isdigit()):
        raise InvalidIdno(IdnoFault.LETTERS if number else IdnoFault.LENGTH)
    if len(number) != LENGTH:
        raise InvalidIdno(IdnoFault.LENGTH)
    if not has_check_digit(number):
        raise InvalidIdno(IdnoFault.CHECK_DIGIT)
    if not number.startswith("1"):
        raise InvalidIdno(IdnoFault.PERSONAL_NUMBER)
    return Idno(number)


def is_valid(text: str) -> bool:
    """Tell whether the text is an organisation's number."""
    try:
        check(text)
    except InvalidIdno:
        return False
    return True
