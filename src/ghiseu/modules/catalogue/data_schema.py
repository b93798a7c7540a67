"""The JSON Schema (2020-12) of a package's answers, made from its fields."""

from functools import lru_cache

from jsonschema_rs import Draft202012Validator

from ghiseu.modules.catalogue.package import Field, FieldType, Package
from ghiseu.modules.catalogue.values import JsonObject, JsonValue

_SHAPES: dict[FieldType, JsonObject] = {
    FieldType.DATE: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    FieldType.IDNP: {"type": "string", "pattern": "^[0-9]{13}$"},
    FieldType.IDNO: {"type": "string", "pattern": "^[0-9]{13}$"},
    FieldType.MONEY: {"type": "string", "pattern": "^[0-9]+[.][0-9]{2}$"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.ADDRESS: {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": {"type": "string", "maxLength": 300},
            **{key: {"type": ["string", "null"]} for key in ("locality", "cuatm", "region", "post_code", "country")},
        },
        "additionalProperties": False,
    },
    FieldType.PERSON: {
        "type": "object",
        "properties": {
            key: {"type": ["string", "null"]} for key in ("idnp", "surname", "given_name", "full_name", "birth_date")
        },
        "additionalProperties": False,
    },
}


def data_schema(package: Package) -> JsonObject:
    """Return the schema of the answers that go to the institution. A required field that shows always is required."""
    properties: JsonObject = {field.id: _shape(package, field) for field in package.fields()}
    required: list[JsonValue] = [
        field.id for field in package.fields() if field.required is True and field.visible is True
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": package.code,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def offered_values(package: Package, field: Field) -> tuple[str, ...]:
    """Return every value a choice can have; empty when the institution's calendar or list decides at run time."""
    lists: dict[str, tuple[str, ...]] = {
        "roles": tuple(role.id for role in package.roles),
        "terms": tuple(term.id for term in package.terms),
        "exemptions": tuple(exemption.id for exemption in package.exemptions),
        "deliveries": tuple(delivery.id for delivery in package.deliveries),
        "outside": (),
    }
    return lists.get(field.options_from, tuple(option.value for option in field.options))


def _shape(package: Package, field: Field) -> JsonObject:
    shape = dict(_SHAPES.get(field.type, {"type": "string", "maxLength": field.max_length}))
    if field.pattern and field.type is FieldType.TEXT:
        shape["pattern"] = f"^{field.pattern}$"
    offered = offered_values(package, field)
    if field.type is FieldType.CHOICE and offered:
        shape = {"enum": list(offered)}
    if field.repeat is None:
        return shape
    return {
        "type": "array",
        "items": shape,
        "maxItems": field.repeat.most,
        "uniqueItems": field.repeat.unique,
    }


@lru_cache(maxsize=256)
def _validator(package: Package) -> Draft202012Validator:
    schema = data_schema(package)
    schema["required"] = []
    return Draft202012Validator(schema)


def schema_faults(package: Package, data: JsonObject) -> list[str]:
    """Return the ids of fields whose value does not fit the schema; required ones are judged elsewhere."""
    errors = _validator(package).iter_errors(data)
    return sorted({str(error.instance_path[0]) for error in errors if error.instance_path})
