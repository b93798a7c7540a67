"""Template filters: days, moments, money, identifiers, numbers, in the active language.

Written by hand because the framework's date filter cost more than a whole page of fifty rows.
"""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext

from ghiseu.foundation.money import Money

NBSP = "\u00a0"
NOTHING = "—"
MASK = "•"
IDNP_LENGTH = 13
MEGABYTE = 1_000_000

MONTHS = {
    "ro": (
        "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie",
        "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie",
    ),
    "ru": (
        "января", "февраля", "марта", "апреля", "мая", "июня",
        "июля", "августа", "сентября", "октября", "ноября", "декабря",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip

WEEKDAYS = {
    "ro": ("luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"),
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def _language() -> str:
    language = (get_language() or "ro")[:2]
    return language if language in MONTHS else "ro"


def _local_day(value: date) -> date:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(timezone.get_current_timezone())
    return value


def short_date(value: date | None) -> str:
    """Return a day as dd.mm.yyyy; a moment is taken in the active time zone; None becomes a dash."""
    if value is None:
        return NOTHING
    day = _local_day(value)
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def long_date(value: date | None) -> str:
    """Return a day in words of the active language: 12 septembrie 2024."""
    if value is None:
        return NOTHING
    day = _local_day(value)
    return f"{day.day}{NBSP}{MONTHS[_language()][day.month - 1]}{NBSP}{day.year}"


def date_and_time(value: datetime | None) -> str:
    """Return a moment as dd.mm.yyyy, hh:mm in the active time zone."""
    if value is None:
        return NOTHING
    local = value.astimezone(timezone.get_current_timezone())
    return f"{local.day:02}.{local.month:02}.{local.year:04}, {local.hour:02}:{local.minute:02}"


def weekday_and_time(value: datetime | None, zone: str = "") -> str:
    """Return a moment as people say it: Tuesday, 24 November 2026, 08:00; in the active time zone or the named one."""
    if value is None:
        return NOTHING
    local = value.astimezone(ZoneInfo(zone) if zone else timezone.get_current_timezone())
    day = f"{local.day}{NBSP}{MONTHS[_language()][local.month - 1]}{NBSP}{local.year}"
    return f"{WEEKDAYS[_language()][local.weekday()]}, {day}, {local.hour:02}:{local.minute:02}"


def weekday_and_day(value: date) -> str:
    """Return a day as people say it: Tuesday, 24 November 2026."""
    return f"{WEEKDAYS[_language()][value.weekday()]}, {long_date(value)}"


def zoned_time(value: datetime, zone: str) -> str:
    """Return a moment as hh:mm in the named time zone."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local.hour:02}:{local.minute:02}"


def clock_time(value: datetime | None) -> str:
    """Return a moment as hh:mm in the active time zone."""
    if value is None:
        return NOTHING
    local = value.astimezone(timezone.get_current_timezone())
    return f"{local.hour:02}:{local.minute:02}"


def machine_time(value: date | datetime | None) -> str:
    """Return the ISO form for the datetime attribute of a <time> element."""
    return value.isoformat() if value is not None else ""


def number(value: Decimal | int | None) -> str:
    """Group thousands by a space that does not break; decimal comma except in English."""
    if value is None:
        return gettext("not known")
    text = f"{value:,}".replace(",", NBSP)
    return text if _language() == "en" else text.replace(".", ",")


def money(value: Money | None) -> str:
    """Return "80 lei", "1 250,50 lei", or "not known" for None: an unknown price is never promised."""
    if value is None:
        return gettext("not known")
    whole = value.amount == value.amount.to_integral_value()
    shown = number(Decimal(int(value.amount)) if whole else value.amount)
    if value.currency != "MDL":
        return f"{shown}{NBSP}{value.currency}"
    unit = ngettext("leu", "lei", int(value.amount)) if whole else pgettext("after a fraction", "lei")
    return f"{shown}{NBSP}{unit}"


def masked_idnp(value: str | None) -> str:
    """Hide an identifier but for its last three digits."""
    if not value:
        return NOTHING
    return MASK * max(len(value) - 3, 0) + value[-3:]


def grouped_idnp(value: str | None) -> str:
    """Split the 13 digits the way people read them aloud: 2099 2401 08887."""
    if not value:
        return NOTHING
    if len(value) != IDNP_LENGTH:
        return value
    return f"{value[:4]}{NBSP}{value[4:8]}{NBSP}{value[8:]}"


def grouped_iban(value: str | None) -> str:
    """Split an IBAN into groups of four."""
    if not value:
        return NOTHING
    return NBSP.join(value[at : at + 4] for at in range(0, len(value), 4))


def file_size(value: int) -> str:
    """Return a size in kB or MB, rounded up so that nothing reads as empty."""
    if value >= MEGABYTE:
        return f"{number(round(Decimal(value) / MEGABYTE, 1))}{NBSP}MB"
    return f"{number(max(1, -(-value // 1000)))}{NBSP}kB"
