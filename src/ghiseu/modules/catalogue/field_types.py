"""What each type of field accepts. A refusal is a code; `complaints` says it in words."""

import re
from collections.abc import Callable
from datetime import date

from ghiseu.foundation.identifiers import iban, idno, idnp, phone
from ghiseu.modules.catalogue.package import Field, FieldType
from ghiseu.modules.catalogue.values import JsonValue

EMAIL = re.compile(r"^[^@\s,;<>]{1,64}@[^@\s,;<>.]+(\.[^@\s,;<>.]+)+$")
MONEY = re.compile(r"^[0-9]{1,12}\.[0-9]{2}$")
CADASTRAL = re.compile(r"^[0-9]{3,10}(\.[0-9]{1,4}){0,4}$")
PERSON_KEYS = {"idnp", "surname", "given_name", "birth_date", "full_name"}


def check_value(field: Field, value: JsonValue) -> str:
    """Return the code of what is wrong with one value of this field, or an empty text."""
    if field.type in (FieldType.TEXT, FieldType.ADDRESS) and len(_text_of(value)) > field.max_length:
        return "text.too_long"
    if field.pattern and not re.fullmatch(field.pattern, str(value)):
        return "text.pattern"
    return CHECKS[field.type](value)


def _text_of(value: JsonValue) -> str:
    return str(value.get("text") or "") if isinstance(value, dict) else str(value)


def _text(value: JsonValue) -> str:
    return "" if isinstance(value, str) and value.strip() else "text.empty"


def _date(value: JsonValue) -> str:
    try:
        return "" if isinstance(value, str) and date.fromisoformat(value) else "date.not_a_day"
    except ValueError:
        return "date.not_a_day"


def _idnp(value: JsonValue) -> str:
    try:
        return "" if idnp.check(str(value)) == value else "idnp.letters"
    except idnp.InvalidIdnp as error:
        return f"idnp.{error.reason.value}"


def _idno(value: JsonValue) -> str:
    try:
        return "" if idno.check(str(value)) == value else "idno.letters"
    except idno.InvalidIdno as error:
        return f"idno.{error.reason.value}"


def _iban(value: JsonValue) -> str:
    try:
        return "" if iban.check(str(value)) == value else "iban.shape"
    except iban.InvalidIban as error:
        return f"iban.{error.reason.value}"


def _phone(value: JsonValue) -> str:
    return "" if isinstance(value, str) and phone.is_valid(value) else "phone.form"


def _matches(pattern: re.Pattern[str], code: str) -> Callable[[JsonValue], str]:
    def check(value: JsonValue) -> str:
        return "" if isinstance(value, str) and pattern.match(value) else code

    return check


def _boolean(value: JsonValue) -> str:
    return "" if isinstance(value, bool) else "boolean.not_answered"


def _address(value: JsonValue) -> str:
    if not isinstance(value, dict) or not str(value.get("text") or "").strip():
        return "address.empty"
    return ""


def _person(value: JsonValue) -> str:
    if not isinstance(value, dict) or set(value) - PERSON_KEYS:
        return "person.incomplete"
    named = str(value.get("full_name") or "").strip() or (
        str(value.get("surname") or "").strip() and str(value.get("given_name") or "").strip()
    )
    if not named:
        return "person.incomplete"
    return _idnp(value["idnp"]) if value.get("idnp") else ""


CHECKS: dict[FieldType, Callable[[JsonValue], str]] = {
    FieldType.TEXT: _text,
    FieldType.DATE: _date,
    FieldType.IDNP: _idnp,
    FieldType.IDNO: _idno,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _matches(EMAIL, "email.form"),
    FieldType.IBAN: _iban,
    FieldType.CHOICE: _text,
    FieldType.BOOLEAN: _boolean,
    FieldType.MONEY: _matches(MONEY, "money.form"),
    FieldType.ADDRESS: _address,
    FieldType.CADASTRAL_NUMBER: _matches(CADASTRAL, "cadastral_number.form"),
    FieldType.PERSON: _person,
}
