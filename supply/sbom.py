"""The bill of materials: CycloneDX 1.6 JSON, made from what is installed, the same bytes for the same packages.

Members are named as in the CycloneDX 1.6 reference (bom-1.6.schema.json, ECMA-424).
"""

import json
import re
import uuid
from importlib.metadata import Distribution, version
from typing import TypedDict

from supply.pins import OURSELVES, Pin, plain

NAMESPACE = uuid.UUID("6f1f6a0c-9a53-5b0e-8d3e-2f6f7e1d9c44")
LONGEST_LICENSE = 100
_NEEDED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
Component = dict[str, object]


class Dependency(TypedDict):
    """One package and what it needs, by reference."""

    ref: str
    dependsOn: list[str]


def bill(*, there: dict[str, Distribution], run: dict[str, Pin], pins: dict[str, Pin]) -> str:
    """Return the document as text. What only tests need has the scope `excluded`.

    `there` is what is installed, `run` the pins of running, `pins` all pins of the environment (for the hashes).
    """
    components = [_component(name, one, run=run, pins=pins) for name, one in there.items()]
    product: Component = {
        "type": "application",
        "bom-ref": OURSELVES,
        "name": OURSELVES,
        "version": version(OURSELVES),
        "licenses": [{"license": {"id": "EUPL-1.2"}}],
    }
    body = {
        "metadata": {"component": product},
        "components": components,
        "dependencies": [_ourselves(run, there), *(_needs(name, one, there) for name, one in there.items())],
    }
    number = uuid.uuid5(NAMESPACE, json.dumps(body, sort_keys=True))
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{number}", "version": 1}
    return json.dumps({**head, **body}, indent=2, ensure_ascii=False) + "\n"


def reference(name: str, number: str) -> str:
    """Return the package address of a package of Python (package-url specification, type pypi)."""
    return f"pkg:pypi/{name}@{number}"


def _component(name: str, one: Distribution, *, run: dict[str, Pin], pins: dict[str, Pin]) -> Component:
    found: Component = {
        "type": "library",
        "bom-ref": reference(name, one.version),
        "name": name,
        "version": one.version,
        "scope": "required" if name in run else "excluded",
        "purl": reference(name, one.version),
    }
    if license_name := _license(one):
        found["licenses"] = [{"license": {"name": license_name}}]
    if name in pins:
        found["properties"] = [
            {"name": "ghiseu:pinned-sha256", "value": one_hash} for one_hash in sorted(pins[name].hashes)
        ]
    return found


def _license(one: Distribution) -> str:
    """Return what the package says about its licence; a whole text of one is no name."""
    said = next((str(one.metadata[key]) for key in ("License-Expression", "License") if key in one.metadata), "")
    if said and len(said) <= LONGEST_LICENSE and "\n" not in said:
        return said
    listed = [line for line in one.metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return listed[0].rpartition(" :: ")[2] if listed else ""


def _needs(name: str, one: Distribution, there: dict[str, Distribution]) -> Dependency:
    wanted = set()
    for line in one.requires or []:
        found = _NEEDED.match(line)
        if found and "extra ==" not in line and plain(found[1]) in there:
            wanted.add(plain(found[1]))
    return {"ref": reference(name, one.version), "dependsOn": [reference(w, there[w].version) for w in sorted(wanted)]}


def _ourselves(run: dict[str, Pin], there: dict[str, Distribution]) -> Dependency:
    return {
        "ref": OURSELVES,
        "dependsOn": [reference(name, there[name].version) for name in sorted(run) if name in there],
    }
