"""Telephone numbers, Moldovan as people write them or foreign in international form, kept as + and digits."""

import re
from enum import StrEnum
from typing import NewType

Phone = NewType("Phone", str)

_SEPARATORS = re.compile(r"[\s().\-/\u2010-\u2015]+")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")
_MOLDOVA = re.compile(r"\+373[0-9]{8}")
_MOBILE = re.compile(r"\+373[67][0-9]{7}")
# How people in Moldova write a number in Moldova: 0 and eight digits, a mobile without 0, 373 without +.
_LOCAL = (re.compile(r"0([1-9][0-9]{7})"), re.compile(r"([67][0-9]{7})"), re.compile(r"373([1-9][0-9]{7})"))


class PhoneFault(StrEnum):
    """Why a text is not a telephone number."""

    CHARACTERS = "characters"
    LENGTH = "length"
    COUNTRY_MISSING = "country-missing"


class InvalidPhone(ValueError):
    """The text is not a telephone number; `reason` says why."""

    def __init__(self, reason: PhoneFault) -> None:
        super().__init__(f"not a telephone number: {reason.value}")
        self.reason = reason


def check(text: str) -> Phone:
    """Return the number as `+` and digits. A foreign one must begin with + or 00. Raises InvalidPhone."""
    number = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"\+?[0-9]+", number, flags=re.ASCII):
        raise InvalidPhone(PhoneFault.CHARACTERS if number else PhoneFault.LENGTH)
    if number.startswith("00"):
        number = "+" + number[2:]
    if not number.startswith("+"):
        number = _from_local(number)
    fits = _MOLDOVA if number.startswith("+373") else _INTERNATIONAL
    if not fits.fullmatch(number):
        raise InvalidPhone(PhoneFault.LENGTH)
    return Phone(number)


def is_valid(text: str) -> bool:
    """Tell whether the text is a telephone number."""
    try:
        check(text)
    except InvalidPhone:
        return False
    return True


def is_moldovan_mobile(phone: Phone) -> bool:
    """Tell whether the number is a mobile of Moldova."""
    return bool(_MOBILE.fullmatch(phone))


def in_groups(phone: Phone) -> str:
    """Return the number as it is printed and read aloud: `+373 600 00 012`; a foreign one in threes."""
    if _MOLDOVA.fullmatch(phone):
        return f"{phone[:4]} {phone[4:7]} {phone[7:9]} {phone[9:]}"
    return "+" + " ".join(phone[1:][start : start + 3] for start in range(0, len(phone) - 1, 3))


def _from_local(number: str) -> str:
    for form in _LOCAL:
        if match := form.fullmatch(number):
            return "+373" + match.group(1)
    raise InvalidPhone(PhoneFault.LENGTH if number.startswith("0") else PhoneFault.COUNTRY_MISSING)
