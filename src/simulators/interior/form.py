"""The portal's form for a criminal record, field by field.

The present field list of the real form is not public; this one follows the service's known facts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One control. `when` names another field and the value that makes this one needed."""

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    options: Options = ()
    hint: str = ""
    when: tuple[str, str] | None = None


FIELDS = (
    Field(
        name="record_kind",
        label="Felul cazierului",
        kind="choice",
        options=(("plain", "judiciar"), ("detailed", "detaliat"), ("contravention", "contravențional")),
    ),
    Field(
        name="person_kind",
        label="Solicitantul este",
        kind="choice",
        options=(("natural", "persoană fizică"), ("legal", "persoană juridică")),
    ),
    Field(
        name="applicant_idnp",
        label="IDNP",
        required=False,
        hint="13 cifre. Cine nu are IDNP lasă gol și completează actul de identitate.",
    ),
    Field(name="idno", label="IDNO", required=False, when=("person_kind", "legal")),
    Field(name="applicant_surname", label="Numele"),
    Field(name="applicant_given_name", label="Prenumele"),
    Field(name="previous_names", label="Nume purtate anterior", required=False),
    Field(name="applicant_birth_date", label="Data nașterii", kind="date", hint="ZZ.LL.AAAA"),
    Field(name="birth_place", label="Locul nașterii"),
    Field(name="citizenship", label="Cetățenia"),
    Field(name="applicant_id_document", label="Actul de identitate (felul, seria și numărul)"),
    Field(name="applicant_phone", label="Telefon de contact", required=False),
    Field(name="applicant_email", label="E-mail", required=False),
    Field(name="purpose", label="Scopul", required=False),
    Field(
        name="language",
        label="Limba",
        kind="choice",
        options=(("ro", "română"), ("ru", "rusă"), ("en", "engleză, la consulat")),
    ),
    Field(name="apostille", label="Cu apostilă", kind="choice", options=(("no", "nu"), ("yes", "da"))),
    Field(
        name="delivery",
        label="Cum primiți documentul",
        kind="choice",
        options=(
            ("mcabinet", "MCabinet"),
            ("sti", "la STI"),
            ("police", "la inspectoratul de poliție"),
            ("mdelivery", "acasă"),
        ),
    ),
    Field(
        name="delivery_address",
        label="Adresa de livrare",
        required=False,
        when=("delivery", "mdelivery"),
        hint="Poate fi și în străinătate.",
    ),
)

FORMS = {
    "applicant_idnp": (re.compile(r"\d{13}"), "IDNP-ul are 13 cifre."),
    "idno": (re.compile(r"\d{13}"), "IDNO-ul are 13 cifre."),
    "applicant_birth_date": (re.compile(r"\d{2}\.\d{2}\.\d{4}|\d{4}-\d{2}-\d{2}"), "Scrieți data ca 31.05.1990."),
}


def faults(given: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong, by field name, in the order of the form."""
    found = {field.name: _fault(field, given) for field in FIELDS}
    return {name: fault for name, fault in found.items() if fault}


def _fault(field: Field, given: Mapping[str, str]) -> str:
    value = given.get(field.name, "").strip()
    if not value:
        needed = field.required or (field.when is not None and given.get(field.when[0]) == field.when[1])
        return f"Completați: {field.label}." if needed else ""
    if field.options and value not in dict(field.options):
        return f"Alegeți din listă: {field.label}."
    pattern, fault = FORMS.get(field.name, (None, ""))
    return fault if pattern is not None and not pattern.fullmatch(value) else ""
