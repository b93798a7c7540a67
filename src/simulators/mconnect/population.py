"""Everybody and everything that the registers know, read from people.yaml, and who is what to whom."""

import os
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import cast

import yaml

from simulators.mconnect.shapes import Row

FILE = Path(os.environ.get("SIMULATED_PEOPLE") or Path(__file__).parent / "people.yaml")


class Population:
    """The data file with look-ups. It never changes while the simulator runs."""

    def __init__(self, given: Row) -> None:
        self.people: dict[str, Row] = {row["idnp"]: row for row in given["people"]}
        self.places: dict[str, Row] = given["places"]
        self.organisations: dict[str, Row] = {row["idno"]: row for row in given["organisations"]}
        self.marriages: list[Row] = given["marriages"]
        self.divorces: list[Row] = given["divorces"]
        self.guardianships: list[Row] = given["guardianships"]
        self.properties: list[Row] = given["properties"]

    @cached_property
    def _children(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self.people.values():
            for parent in (row.get("mother"), row.get("father")):
                if parent:
                    found.setdefault(parent, []).append(row)
        return found

    def children_of(self, idnp: str) -> list[Row]:
        """Return the children, youngest first; twins in the order of their numbers."""
        by_number = sorted(self._children.get(idnp, []), key=lambda row: str(row["idnp"]))
        return sorted(by_number, key=birth_date, reverse=True)

    def siblings_of(self, person: Row) -> list[Row]:
        """Return whoever shares a parent with the person."""
        parents = [person[name] for name in ("mother", "father") if person.get(name)]
        found = {row["idnp"]: row for parent in parents for row in self.children_of(parent)}
        found.pop(person["idnp"], None)
        return list(found.values())

    def marriages_of(self, idnp: str) -> list[Row]:
        """Return the marriages, newest first."""
        mine = [row for row in self.marriages if idnp in (row["wife"][0], row["husband"])]
        return sorted(mine, key=lambda row: str(row["date"]), reverse=True)

    def divorces_of(self, idnp: str) -> list[Row]:
        """Return the divorces, newest first."""
        mine = [row for row in self.divorces if idnp in (row["wife"], row["husband"])]
        return sorted(mine, key=lambda row: str(row["date"]), reverse=True)

    def marital_status_of(self, idnp: str) -> str:
        """Return single, married, divorced or widowed."""
        marriages = self.marriages_of(idnp)
        if not marriages:
            return "single"
        ends = {"death": "widowed", "divorce": "divorced"}
        return ends.get(marriages[0].get("ended_by") or "", "married")

    def spouse_of(self, idnp: str) -> Row | None:
        """Return the present spouse, or the dead one of a widowed person."""
        for marriage in self.marriages_of(idnp)[:1]:
            if marriage.get("ended_by") == "divorce":
                return None
            wife, husband = marriage["wife"][0], marriage["husband"]
            return self.people.get(husband if wife == idnp else wife)
        return None

    def place_text(self, key: str) -> str:
        """Return a place with its region."""
        place = self.places[key]
        return f"{place['name']}, {place['region']}"

    def country(self, key: str) -> str:
        """Return the two letters of the country of a place."""
        return str(self.places[key].get("country", "MD"))

    def organisation_name(self, idno: str | None) -> str:
        """Return the name of a legal unit, empty for none."""
        return str(self.organisations[idno]["name"]) if idno else ""


def birth_date(person: Row) -> str:
    """Return the day of birth as ISO text."""
    return str(person["born"][0])


def full_name(person: Row) -> str:
    """Return surname and given name."""
    return " ".join(person["names"])


def load(path: Path = FILE) -> Population:
    """Read the data file. Dates become ISO text."""
    given = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return Population(cast("Row", _plain(given)))  # cast: the file's top is a mapping


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
