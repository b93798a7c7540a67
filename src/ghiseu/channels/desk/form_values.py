"""Values of a form between what is typed and what is stored: text in boxes on one side, JSON on the other."""

from datetime import date

from django.utils.translation import gettext as _

from ghiseu.channels.desk.words import read_date
from ghiseu.foundation.ui.parts import FieldError
from ghiseu.modules.catalogue.package import Field, FieldType
from ghiseu.modules.catalogue.values import JsonValue

_NO_SPACES = {FieldType.IDNP, FieldType.IDNO, FieldType.IBAN}


class NotReadable(Exception):
    """What was typed or scanned names nobody; the field and the way out are told."""

    def __init__(self, field: str, error: FieldError) -> None:
        super().__init__(field)
        self.field = field
        self.error = error


def read(field: Field, typed: str) -> JsonValue:
    """Turn what was typed into the value to keep; a repeated field has one entry per line. Never raises:
    a value that cannot be right is kept as typed and the judgement says so."""
    text = typed.strip()
    if not text:
        return None
    if field.repeat:
        return [_one(field, line.strip()) for line in text.splitlines() if line.strip()]
    return _one(field, text)


def _one(field: Field, text: str) -> JsonValue:
    if field.type is FieldType.BOOLEAN:
        return text == "yes"
    if field.type is FieldType.DATE:
        day = read_date(text)
        return day.isoformat() if day else text
    if field.type in _NO_SPACES:
        return text.replace(" ", "")
    if field.type is FieldType.MONEY:
        return text.replace(" ", "").replace(",", ".")
    if field.type is FieldType.ADDRESS:
        return {"text": text}
    if field.type is FieldType.PERSON:
        return {"full_name": text}
    return text


def show(value: JsonValue) -> str:
    """Return a stored value as it stands in a box: a date as dd.mm.yyyy, yes or empty for a box to tick."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(show(item) for item in value)
    if isinstance(value, dict):
        return str(value.get("text") or value.get("full_name") or " ".join(str(one) for one in value.values() if one))
    return _day(str(value))


def say(value: JsonValue) -> str:
    """Return a stored value as it is read aloud: yes and no in the language of the page, all else as in its box."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return show(value)


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d.%m.%Y}" if len(text) == len("2026-11-23") else text
    except ValueError:
        return text
