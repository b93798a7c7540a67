"""Numbers as people say them, in Romanian, Russian and English: amounts for the cashier, numbers over the telephone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_decimal

from ghiseu.foundation.money import Money

LARGEST = 999_999_999
THOUSAND, MILLION = 1000, 1_000_000
LONGEST_UNGROUPED = 6


@dataclass(frozen=True)
class Unit:
    """What is counted. Forms for one, for two to four (Russian), for many."""

    one: str
    few: str
    many: str


@dataclass(frozen=True)
class Currency:
    main: Unit
    part: Unit


CURRENCIES: Mapping[str, Mapping[str, Currency]] = {
    "ro": {
        "MDL": Currency(Unit("leu", "lei", "lei"), Unit("ban", "bani", "bani")),
        "EUR": Currency(Unit("euro", "euro", "euro"), Unit("cent", "cenți", "cenți")),
    },
    "ru": {
        "MDL": Currency(Unit("лей", "лея", "леев"), Unit("бан", "бана", "банов")),
        "EUR": Currency(Unit("евро", "евро", "евро"), Unit("цент", "цента", "центов")),
    },
    "en": {
        "MDL": Currency(Unit("leu", "lei", "lei"), Unit("ban", "bani", "bani")),
        "EUR": Currency(Unit("euro", "euros", "euros"), Unit("cent", "cents", "cents")),
    },
}

_DIGITS = {
    "ro": [
        "zero",
        "unu",
        "doi",
        "trei",
        "patru",
        "cinci",
        "șase",
        "șapte",
        "opt",
        "nouă",
    ],
    "ru": [
        "ноль",
        "один",
        "два",
        "три",
        "четыре",
        "пять",
        "шесть",
        "семь",
        "восемь",
        "девять",
    ],
    "en": [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
    ],
}
_TEENS = {
    "ro": [
        "zece",
        "unsprezece",
        "doisprezece",
        "treisprezece",
        "paisprezece",
        "cincisprezece",
        "șaisprezece",
        "șaptesprezece",
        "optsprezece",
        "nouăsprezece",
    ],
    "ru": [
        "десять",
        "одиннадцать",
        "двенадцать",
        "тринадцать",
        "четырнадцать",
        "пятнадцать",
        "шестнадцать",
        "семнадцать",
        "восемнадцать",
        "девятнадцать",
    ],
    "en": [
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ],
}
_TENS = {
    "ro": [
        "douăzeci",
        "treizeci",
        "patruzeci",
        "cincizeci",
        "șaizeci",
        "șaptezeci",
        "optzeci",
        "nouăzeci",
    ],
    "ru": [
        "двадцать",
        "тридцать",
        "сорок",
        "пятьдесят",
        "шестьдесят",
        "семьдесят",
        "восемьдесят",
        "девяносто",
    ],
    "en": [
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
    ],
}
_RUSSIAN_HUNDREDS = ["сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]


class NumberTooLarge(ValueError):
    """No paper of ours names such a number."""


def amount_in_figures(amount: Money, language: str) -> str:
    """Return "120,00 lei" with the language's comma; a currency without a name here keeps its code."""
    figures = format_decimal(amount.amount, format="#,##0.00", locale=language)
    currency = CURRENCIES[language].get(amount.currency)
    if currency is None:
        return f"{figures} {amount.currency}"
    whole, rest = divmod(amount.amount, 1)
    return f"{figures} {currency.main.few if rest else _form(int(whole), currency.main, language)}"


def amount_in_words(amount: Money, language: str) -> str:
    """Return "o sută douăzeci de lei și cincizeci de bani". Raises NumberTooLarge."""
    whole, rest = divmod(amount.amount, 1)
    cents = int(rest * 100)
    currency = CURRENCIES[language].get(amount.currency)
    if currency is None:
        return f"{in_words(int(whole), language)} {amount.currency}" + (f" {cents:02}/100" if cents else "")
    words = counted(int(whole), currency.main, language)
    if not cents:
        return words
    joined = {"ro": " și ", "ru": " ", "en": " and "}[language]
    return words + joined + counted(cents, currency.part, language)


def counted(number: int, unit: Unit, language: str) -> str:
    """Return the number in words with what is counted, in the right form; the unit is masculine."""
    words = in_words(number, language)
    if language == "ro":
        words = re.sub(r"\bunu$", "un", words) if number == 1 else words
        return f"{words} {_of(number)}{_form(number, unit, language)}"
    return f"{words} {_form(number, unit, language)}"


def in_words(number: int, language: str) -> str:
    """Return the number in words, masculine. Raises NumberTooLarge outside 0 to 999 999 999."""
    if not 0 <= number <= LARGEST:
        raise NumberTooLarge(number)
    if number == 0:
        return _DIGITS[language][0]
    millions, rest = divmod(number, MILLION)
    thousands, ones = divmod(rest, THOUSAND)
    parts = []
    if millions:
        parts.append(_MILLIONS[language](millions))
    if thousands:
        parts.append(_THOUSANDS[language](thousands))
    if ones:
        parts.append(_below_thousand(ones, language))
    return " ".join(parts)


def spoken(number: str, language: str) -> str:
    """Return a reference number sign by sign, group by group, as one says it over the telephone."""
    groups = re.findall(r"[0-9]+|[^\W\d_]+", number)
    said = [
        " ".join(_DIGITS[language][int(digit)] for digit in group) if group.isdigit() else " ".join(group.upper())
        for group in groups
    ]
    return ", ".join(said)


def grouped(number: str) -> str:
    """Return a long reference number in groups of four signs, so that the eye does not lose its place."""
    return re.sub(
        rf"[0-9A-Za-z]{{{LONGEST_UNGROUPED + 1},}}",
        lambda run: " ".join(re.findall(r".{1,4}", run.group())),
        number,
    )


def _below_thousand(number: int, language: str) -> str:
    hundreds, rest = divmod(number, 100)
    parts = [_hundreds(hundreds, language)] if hundreds else []
    if rest:
        parts.append(_below_hundred(rest, language))
    return (" and " if language == "en" else " ").join(parts)


def _hundreds(hundreds: int, language: str) -> str:
    if language == "ru":
        return _RUSSIAN_HUNDREDS[hundreds - 1]
    if language == "en":
        return f"{_DIGITS['en'][hundreds]} hundred"
    if hundreds == 1:
        return "o sută"
    return f"{_feminine(_DIGITS['ro'][hundreds])} sute"


def _below_hundred(number: int, language: str) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[language][ones]
    if tens == 1:
        return _TEENS[language][ones]
    word = _TENS[language][tens - 2]
    if ones == 0:
        return word
    return word + {"ro": " și ", "ru": " ", "en": "-"}[language] + _DIGITS[language][ones]


def _feminine(words: str) -> str:
    """Thousands are feminine in Romanian and Russian, and so are Romanian hundreds and (in the plural) millions."""
    for masculine, feminine in _FEMININE:
        words = re.sub(rf"\b{masculine}$", feminine, words)
    return words


_FEMININE = (
    ("unu", "una"),
    ("doi", "două"),
    ("doisprezece", "douăsprezece"),
    ("один", "одна"),
    ("два", "две"),
)


def _romanian(number: int, one: str, many: str) -> str:
    if number == 1:
        return one
    return f"{_feminine(_below_thousand(number, 'ro'))} {_of(number)}{many}"


def _russian_thousands(number: int) -> str:
    return f"{_feminine(_below_thousand(number, 'ru'))} {_form(number, Unit('тысяча', 'тысячи', 'тысяч'), 'ru')}"


def _russian_millions(number: int) -> str:
    return f"{_below_thousand(number, 'ru')} {_form(number, Unit('миллион', 'миллиона', 'миллионов'), 'ru')}"


def _romanian_thousands(number: int) -> str:
    return _romanian(number, "o mie", "mii")


def _romanian_millions(number: int) -> str:
    return _romanian(number, "un milion", "milioane")


def _english_thousands(number: int) -> str:
    return f"{_below_thousand(number, 'en')} thousand"


def _english_millions(number: int) -> str:
    return f"{_below_thousand(number, 'en')} million"


_THOUSANDS = {"ro": _romanian_thousands, "ru": _russian_thousands, "en": _english_thousands}
_MILLIONS = {"ro": _romanian_millions, "ru": _russian_millions, "en": _english_millions}


def _of(number: int) -> str:
    """Romanian puts "de" between twenty or more and what is counted: 19 lei, 20 de lei, 101 lei, 120 de lei."""
    last_two = number % 100
    return "de " if number and (last_two == 0 or last_two >= 20) else ""  # noqa: PLR2004 - twenty, as said above


def _form(number: int, unit: Unit, language: str) -> str:
    if language != "ru":
        return unit.one if number == 1 else unit.many
    last_two, last = number % 100, number % 10
    if last == 1 and last_two != 11:  # noqa: PLR2004 - eleven
        return unit.one
    if last in {2, 3, 4} and last_two not in {12, 13, 14}:
        return unit.few
    return unit.many
