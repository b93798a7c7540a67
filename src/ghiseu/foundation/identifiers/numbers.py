"""Our own numbers: what a citizen reads on a slip and says at the desk, on the phone, or types at a terminal.

A record's number is `LOZ-2026-000123-07`: centre, year, running number, two check digits (ISO 7064 MOD
97-10). They betray a wrong character and two swapped neighbours. The number can be guessed, and opens nothing
by itself. An order key is `7KQM-3XRW-9ABT`: random, without characters that look alike, the last one a check
character.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ghiseu.foundation.identifiers.check_digits import remainder_97

_NUMBER = re.compile(r"([A-Z]{2,8})-?([0-9]{4})-?([0-9]{6,9})-?([0-9]{2})")
_CENTRE = re.compile(r"[A-Z]{2,8}")
_SEQUENCES = range(1, 1_000_000_000)
_YEARS = range(1000, 10_000)
# A prime number of characters: then the weighted sum notices every single error and every swap. No 0 O 1 I L.
ORDER_KEY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_ORDER_KEY_LENGTH = 12


class NumberFault(StrEnum):
    """Why a text is not one of our numbers."""

    SHAPE = "shape"
    LOOK_ALIKE = "look-alike"
    CHECK = "check"


class InvalidNumber(ValueError):
    """The text is not one of our numbers; `reason` says why."""

    def __init__(self, reason: NumberFault) -> None:
        super().__init__(f"not one of our numbers: {reason.value}")
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class PublicNumber:
    """The parts of a record's number; `str()` is the whole with its check digits."""

    centre: str
    year: int
    sequence: int

    def __post_init__(self) -> None:
        if not _CENTRE.fullmatch(self.centre):
            raise ValueError("a centre code is two to eight capital letters")
        if self.sequence not in _SEQUENCES or self.year not in _YEARS:
            raise ValueError("year or running number out of range")

    @property
    def check_digits(self) -> str:
        return f"{98 - remainder_97(f'{self.centre}{self.year:04}{self.sequence:06}00'):02}"

    def __str__(self) -> str:
        return f"{self.centre}-{self.year:04}-{self.sequence:06}-{self.check_digits}"


def make(centre: str, *, year: int, sequence: int) -> str:
    """Return the number of the record that is the sequence-th of its centre and year."""
    return str(PublicNumber(centre=centre, year=year, sequence=sequence))


def parse(text: str) -> PublicNumber:
    """Read a number as typed or scanned: any case, hyphens and spaces as they come. Raises InvalidNumber."""
    match = _NUMBER.fullmatch(re.sub(r"[\s\u2010-\u2015]+", "", text).upper())
    if not match:
        raise InvalidNumber(NumberFault.SHAPE)
    centre, year, sequence, check_digits = match.groups()
    if int(sequence) not in _SEQUENCES or int(year) not in _YEARS:
        raise InvalidNumber(NumberFault.SHAPE)
    number = PublicNumber(centre=centre, year=int(year), sequence=int(sequence))
    if number.check_digits != check_digits:
        raise InvalidNumber(NumberFault.CHECK)
    return number


def is_valid(text: str) -> bool:
    """Tell whether the text is a record's number of ours."""
    try:
        parse(text)
    except InvalidNumber:
        return False
    return True


def new_order_key(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Return a fresh order key: 54 random bits in three groups of four. Tests may pass their own `choose`."""
    body = "".join(choose(ORDER_KEY_ALPHABET) for _ in range(_ORDER_KEY_LENGTH - 1))
    return _in_groups(body + _check_character(body))


def parse_order_key(text: str) -> str:
    """Return the order key as we print it; case, hyphens and spaces are forgiven. Raises InvalidNumber."""
    key = re.sub(r"[\s\-\u2010-\u2015]+", "", text).upper()
    if len(key) != _ORDER_KEY_LENGTH:
        raise InvalidNumber(NumberFault.SHAPE)
    if any(character in "0O1IL" for character in key):
        raise InvalidNumber(NumberFault.LOOK_ALIKE)
    if any(character not in ORDER_KEY_ALPHABET for character in key):
        raise InvalidNumber(NumberFault.SHAPE)
    if _check_character(key[:-1]) != key[-1]:
        raise InvalidNumber(NumberFault.CHECK)
    return _in_groups(key)


def _check_character(body: str) -> str:
    # Each place has its own weight below the prime, and the check character itself weighs 1.
    total = sum(ORDER_KEY_ALPHABET.index(character) * weight for weight, character in enumerate(body, start=2))
    return ORDER_KEY_ALPHABET[-total % len(ORDER_KEY_ALPHABET)]


def _in_groups(key: str) -> str:
    return "-".join(key[start : start + 4] for start in range(0, len(key), 4))
