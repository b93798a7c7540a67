"""The two check computations that several identifiers share."""

from collections.abc import Iterable
from itertools import cycle

_WEIGHTS = (7, 3, 1)
DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def sum_731(values: Iterable[int]) -> int:
    """Return the sum of the values weighted 7, 3, 1, 7, 3, 1 ... modulo 10."""
    return sum(value * weight for value, weight in zip(values, cycle(_WEIGHTS), strict=False)) % 10


def remainder_97(text: str) -> int:
    """Return the remainder by 97 of digits and capital letters, where A is read as 10 and Z as 35 (ISO 7064).

    Raises ValueError for any other character.
    """
    return int("".join(str(DIGITS_AND_LETTERS.index(character)) for character in text)) % 97
