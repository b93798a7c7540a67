"""Which facts the registers have, by path; in step with docs/howto/registers.md."""

from functools import lru_cache
from pathlib import Path

from ghiseu.modules.catalogue.authoring import read_yaml
from ghiseu.modules.catalogue.values import JsonObject, JsonValue, is_object

SIMPLE = {"text": None, "date": None, "idnp": None, "idno": None, "money": None, "flag": False, "whole": 0}


class NoSuchFact(Exception):
    """The register has no operation or fact of this name."""


@lru_cache(maxsize=1)
def _tables() -> tuple[JsonObject, JsonObject]:
    value = read_yaml(Path(__file__).resolve().parent / "register_facts.yaml").value
    shapes, registers = value["shapes"], value["registers"]
    if not is_object(shapes) or not is_object(registers):
        raise NoSuchFact("register_facts.yaml has no shapes or registers")
    return shapes, registers


def facts_of(register: str, operation: str) -> JsonObject:
    """Return the names of an operation's facts with their kinds. Raises NoSuchFact."""
    operations = _tables()[1].get(register)
    found = operations.get(operation) if is_object(operations) else None
    if not is_object(found):
        raise NoSuchFact(f"{register} has no operation {operation!r}")
    return found


def kind_at(register: str, operation: str, path: str) -> JsonValue:
    """Return the kind of the fact at a path; a shape comes as its mapping. Raises NoSuchFact."""
    here: JsonValue = facts_of(register, operation)
    for step in path.split("."):
        if isinstance(here, list) and step.isdigit():
            here = here[0]
        elif is_object(here) and step in here:
            here = here[step]
        else:
            raise NoSuchFact(f"{register}/{operation} has no fact {path!r}")
        here = _unfolded(here)
    return here


def _unfolded(kind: JsonValue) -> JsonValue:
    if isinstance(kind, list):
        return [_unfolded(item) for item in kind]
    shapes = _tables()[0]
    return shapes[kind] if isinstance(kind, str) and kind in shapes else kind


def with_empty_facts(register: str, operation: str, said: JsonObject) -> JsonObject:
    """Return an answer with every fact of the operation: those said, the others empty as the register leaves them.

    Raises NoSuchFact for a name that the register does not have.
    """
    return _filled(facts_of(register, operation), said, where=f"{register}/{operation}")


def _filled(known: JsonObject, said: JsonObject, *, where: str) -> JsonObject:
    for name in said:
        if name not in known:
            raise NoSuchFact(f"{where} has no fact {name!r}")
    return {name: _filled_value(kind, said=said, name=name, where=f"{where} {name}:") for name, kind in known.items()}


def _filled_value(kind: JsonValue, *, said: JsonObject, name: str, where: str) -> JsonValue:
    if name not in said:
        return [] if isinstance(kind, list) else SIMPLE.get(kind) if isinstance(kind, str) else None
    value, unfolded = said[name], _unfolded(kind)
    if isinstance(value, list) and isinstance(unfolded, list) and is_object(unfolded[0]):
        return [_filled(unfolded[0], item, where=where) if is_object(item) else item for item in value]
    if is_object(value) and is_object(unfolded):
        return _filled(unfolded, value, where=where)
    return value
