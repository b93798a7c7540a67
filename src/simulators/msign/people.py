"""Who can sign here: the people of the registers and those who work at the counter, as the data files name them."""

import json
from functools import cache
from pathlib import Path

import yaml

from simulators.msign.authority import Named

SIMULATORS = Path(__file__).resolve().parents[1]


@cache
def everybody() -> dict[str, Named]:
    """Return everybody by IDNP: first who works at a counter, then the people of the registers."""
    workers = json.loads((SIMULATORS / "mpass" / "people.json").read_text(encoding="utf-8"))["people"]
    known = [Named(idnp=one["idnp"], given_name=one["given_name"], surname=one["surname"]) for one in workers]
    written = (SIMULATORS / "mconnect" / "people.yaml").read_text(encoding="utf-8")
    for one in yaml.load(written, Loader=yaml.CSafeLoader)["people"]:
        surname, given_name = one["names"][0], " ".join(one["names"][1:])
        known.append(Named(idnp=one["idnp"], given_name=given_name, surname=surname))
    return {one.idnp: one for one in known}
