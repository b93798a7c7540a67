"""A foreign key written as text escapes the import linter, so relations are compared with its layers here."""

import configparser
from pathlib import Path

from django.apps import apps
from django.db import models

PROJECT = Path(__file__).resolve().parents[2]


def levels() -> dict[str, tuple[int, int]]:
    """Return the level of every layer and module, from the import contracts: a higher number may point to a lower."""
    contracts = configparser.ConfigParser()
    contracts.read(PROJECT / ".importlinter")
    found = {}
    for big, contract in enumerate(("direction", "modules")):
        lines = contracts[f"importlinter:contract:{contract}"]["layers"].strip().splitlines()
        for small, line in enumerate(reversed(lines)):
            for name in line.split("|"):
                found[name.strip()] = (big, small)
    return found


def part_of(model: type[models.Model]) -> tuple[str, str]:
    """Return the layer and the module below it that a model belongs to, empty when it is not ours."""
    names = model.__module__.split(".")
    return (names[1], names[2]) if names[0] == "ghiseu" else ("", "")


def may_point(source: type[models.Model], target: type[models.Model]) -> bool:
    """Tell whether the layers allow a relation from one model to the other."""
    (layer, module), (other_layer, other_module) = part_of(source), part_of(target)
    if not other_layer or (layer, module) == (other_layer, other_module):
        return True
    known = levels()
    if layer == other_layer == "modules":
        return known[module] > known[other_module]
    return layer == other_layer == "foundation" or known[layer] > known[other_layer]


def relations() -> list[tuple[type[models.Model], str, type[models.Model]]]:
    """Return every relation of our models: from, field, to."""
    return [
        (model, field.name, field.related_model)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if part_of(model)[0] and field.is_relation and field.concrete and isinstance(field.related_model, type)
    ]


def test_relations_between_models_go_down_only():
    upward = [
        f"{model.__name__}.{name} -> {target.__name__}"
        for model, name, target in relations()
        if not may_point(model, target)
    ]

    assert upward == []
    assert relations() != []


def test_the_levels_are_those_of_the_import_contracts():
    known = levels()

    assert known["payments"] > known["cases"] > known["visits"] > known["centres"]
    assert known["channels"] > known["modules"] > known["foundation"]
