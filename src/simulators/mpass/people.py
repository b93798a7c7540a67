"""Who can sign in here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person known to MPass. `work` is a remark for whoever tries the product by hand."""

    idnp: str
    given_name: str
    surname: str
    language: str
    work: str

    @property
    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """Return the attributes that were agreed at registration."""
        return {
            "IsResident": ("true",),
            "FirstName": (self.given_name,),
            "LastName": (self.surname,),
            "Language": (self.language,),
        }


@cache
def everybody() -> dict[str, Person]:
    """Return the people of `people.json` by IDNP, in its order."""
    written = json.loads((Path(__file__).parent / "people.json").read_text(encoding="utf-8"))
    known = (Person(**{key: row[key] for key in Person.__dataclass_fields__}) for row in written["people"])
    return {person.idnp: person for person in known}
