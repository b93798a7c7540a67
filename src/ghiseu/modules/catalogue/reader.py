"""Typed reading of plain mappings whose shape the format schema has already accepted."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from ghiseu.modules.catalogue.values import JsonObject, JsonValue, is_object

Made = TypeVar("Made")


class NotOfTheFormat(Exception):
    """A stored or written package lacks something or holds the wrong kind of value."""


class Reader:
    """A mapping read key by key with the kind of value said each time. Every method raises NotOfTheFormat."""

    def __init__(self, value: JsonValue) -> None:
        if not is_object(value):
            raise NotOfTheFormat(f"a mapping was expected, not {value!r}")
        self.value: JsonObject = value

    def text(self, key: str, default: str | None = None) -> str:
        value = self.value.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise NotOfTheFormat(f"{key}: a text was expected, not {value!r}")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self.value.get(key, default)
        if not isinstance(value, bool):
            raise NotOfTheFormat(f"{key}: yes or no was expected, not {value!r}")
        return value

    def whole(self, key: str, default: int | None = None) -> int | None:
        value = self.value.get(key, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise NotOfTheFormat(f"{key}: a whole number was expected, not {value!r}")
        return value

    def amount(self, key: str) -> Decimal | None:
        value = self.value.get(key)
        if value is None:
            return None
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise NotOfTheFormat(f"{key}: an amount was expected, not {value!r}") from error

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.value.get(key)
        if value is None:
            return default
        if not isinstance(value, list):
            raise NotOfTheFormat(f"{key}: a list was expected, not {value!r}")
        return tuple(str(item) for item in value)

    def many(self, key: str, make: Callable[["Reader"], Made]) -> tuple[Made, ...]:
        value = self.value.get(key, [])
        if not isinstance(value, list):
            raise NotOfTheFormat(f"{key}: a list was expected, not {value!r}")
        return tuple(make(Reader(item)) for item in value)

    def inner(self, key: str) -> "Reader":
        return Reader(self.value.get(key, {}))

    def rule(self, key: str, *, default: JsonValue) -> JsonValue:
        """Return a condition; `always` and `never` are yes and no."""
        value = self.value.get(key, default)
        if isinstance(value, str) and value in ("always", "never"):
            return value == "always"
        return value

    def has(self, key: str) -> bool:
        return key in self.value
