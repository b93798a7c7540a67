"""CBI, the register of real property."""

import re
import unicodedata

from simulators.mconnect.population import Population, full_name
from simulators.mconnect.refusals import NoSuchRecord, NotUnderstood
from simulators.mconnect.shapes import Row

# Whoever is neither owner nor one of these learns no personal data of owners (Law 180/2016, article 6).
_ENTITLED = ("right_holder", "representative", "heir", "notary_lawyer_bank")


def owned(population: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return what belongs to the subject by number, or by one of the names given."""
    before = [name.strip() for name in parameters.get("names_before", "").split(";") if name.strip()]
    names = [full_name(subject), *before]
    folded = {fold(name) for name in before}
    found = [
        _owned_row(population, thing, owner)
        for thing in population.properties
        for owner in thing["owners"]
        if owner[0] == subject["idnp"] or (owner[0] is None and fold(owner[1]) in folded)
    ]
    return {"count": len(found), "searched_names": names, "properties": found}


def property_(population: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return one object; owners only to those who may know them. Raises NoSuchRecord, NotUnderstood."""
    wanted = _normal(parameters.get("cadastral_number", ""))
    if not wanted:
        raise NotUnderstood("cadastral_number is missing")
    thing = next((row for row in population.properties if _normal(row["cadastral_number"]) == wanted), None)
    if thing is None:
        raise NoSuchRecord
    is_owner = any(owner[0] == subject["idnp"] for owner in thing["owners"])
    shown = is_owner or parameters.get("quality") in _ENTITLED
    owners = [
        {"name": name if shown else "", "share": share, "since": since, "idnp": idnp if shown else None}
        for idnp, name, share, since in thing["owners"]
    ]
    kept = ("cadastral_number", "kind", "area_m2", "use", "assessed", "assessed_value", "restrictions")
    return {
        **{name: thing[name] for name in kept},
        "address": _address(population, thing),
        "locality": population.places[thing["place"]]["name"],
        "subject_is_owner": is_owner,
        "owners_shown": shown,
        "owners": owners,
    }


def fold(name: str) -> str:
    """Return a name as it is compared: one case, no diacritics, so that ș, ş and s are the same."""
    plain = unicodedata.normalize("NFD", name)
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.casefold().split())


def _owned_row(population: Population, thing: Row, owner: list[str]) -> Row:
    idnp, name, share, since = owner
    return {
        "cadastral_number": thing["cadastral_number"],
        "address": _address(population, thing),
        "kind": thing["kind"],
        "area_m2": thing["area_m2"],
        "share": share,
        "right": "ownership",
        "since": since,
        "registered_name": name,
        "found_by": "idnp" if idnp else "name",
    }


def _address(population: Population, thing: Row) -> str:
    return f"{thing['address']}, {population.place_text(thing['place'])}"


def _normal(number: str) -> str:
    return re.sub(r"[.\s]", "", number)
