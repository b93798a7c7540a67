"""Names behind numbers: the people and organisations of the simulated registers' own data file."""

import os
from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(os.environ.get("SIMULATED_PEOPLE") or Path(__file__).parents[1] / "mconnect" / "people.yaml")


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return the name of each person (given name first) and organisation, by number."""
    given = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    people = {one["idnp"]: " ".join(reversed(one["names"])) for one in given["people"]}
    return people | {one["idno"]: one["name"] for one in given["organisations"]}


def name_of(number: str) -> str:
    """Return the name, empty for a number that nobody has."""
    return names().get(number, "")
