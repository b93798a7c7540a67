"""Where things stand in service.yaml."""

from collections.abc import Iterator

from ghiseu.modules.catalogue.authoring import Place
from ghiseu.modules.catalogue.rules import Rule
from ghiseu.modules.catalogue.values import JsonObject, JsonValue, is_object

RULE_KEYS = ("when", "unless", "rule", "required", "visible")


def rules_in(value: JsonValue, place: Place = ()) -> Iterator[tuple[Place, Rule]]:
    """Walk every written condition with its place."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from rules_in(item, (*place, index))
    if not is_object(value):
        return
    for key, item in value.items():
        if key in RULE_KEYS and is_object(item):
            yield (*place, key), item
        elif key not in RULE_KEYS:
            yield from rules_in(item, (*place, key))


def fields_in(service: JsonObject) -> Iterator[tuple[Place, JsonObject]]:
    """Walk the fields with their places, in the order of asking."""
    for page_place, page in items(service, "pages"):
        for group_place, group in items(page, "groups", above=page_place):
            yield from items(group, "fields", above=group_place)


def items(value: JsonObject, key: str, above: Place = ()) -> Iterator[tuple[Place, JsonObject]]:
    """Walk the mappings of a list under a key with their places; a list that is not there is empty."""
    listed = value.get(key)
    if not isinstance(listed, list):
        return
    for index, item in enumerate(listed):
        if is_object(item):
            yield (*above, key, index), item


def inner(value: JsonObject, key: str) -> JsonObject:
    """Return the mapping under a key, or an empty one."""
    found = value.get(key)
    return found if is_object(found) else {}
