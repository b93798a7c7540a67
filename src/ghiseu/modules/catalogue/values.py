"""The plain values that packages, facts and rules are made of."""

from collections.abc import Mapping
from typing import TypeGuard

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]


class UnknownType:
    """A fact that nobody could tell: the register is down, or the person was not asked yet."""

    _instance: "UnknownType | None" = None

    def __new__(cls) -> "UnknownType":
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false")


UNKNOWN = UnknownType()
Known = JsonValue | UnknownType


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Tell whether a value read from YAML or JSON is a mapping."""
    return isinstance(value, dict)


def find_path(values: Mapping[str, JsonValue], path: str) -> Known:
    """Return the value at a dotted path, or UNKNOWN when a step of it is absent; an explicit null is null,
    and so is all that would stand below it."""
    here: JsonValue = dict(values)
    for step in path.split("."):
        if here is None:
            return None
        if isinstance(here, list) and step.isdigit():
            if int(step) >= len(here):
                return UNKNOWN
            here = here[int(step)]
        elif isinstance(here, dict) and step in here:
            here = here[step]
        else:
            return UNKNOWN
    return here
