"""Can every condition be judged, from facts that the package asks for?"""

from dataclasses import dataclass

from ghiseu.modules.catalogue import register_facts
from ghiseu.modules.catalogue.authoring import Place
from ghiseu.modules.catalogue.checking.places import fields_in, items, rules_in
from ghiseu.modules.catalogue.checking.report import Findings
from ghiseu.modules.catalogue.loading import Source
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.catalogue.rules import mistakes, variables
from ghiseu.modules.catalogue.values import JsonObject

# What a visit knows of a person beside the population register.
CONTACT = frozenset({"phone", "email", "language"})
APPLICANT = CONTACT | {"role", "person_type", "is_holder"}
MANDATE = frozenset({"kind", "as", "evidence_number", "issued_by", "issued_on", "valid_until", "confirmed_by"})
CENTRE = frozenset({"code", "kind", "country"})


@dataclass(frozen=True)
class _Names:
    fields: tuple[str, ...]
    preconditions: frozenset[str]
    registers: dict[tuple[str, str], str]


def check_conditions(source: Source, package: Package) -> Findings:
    """Note rules outside the language, facts that nobody provides, and registers asked for nothing."""
    found = Findings(source.service)
    names = _Names(
        fields=tuple(field.id for field in package.fields()),
        preconditions=frozenset(p.id for p in package.preconditions if p.asked),
        registers={(use.register, use.name): use.operation for use in package.registers},
    )
    used: set[tuple[str, str]] = set()
    for place, rule in rules_in(source.service.value):
        for message in mistakes(rule):
            found.add(place, message)
        for path in sorted(variables(rule)):
            used.update(_register_of(path))
            _check_path(found, place=place, path=path, names=names)
    for place, path in _paths(source.service.value):
        used.update(_register_of(path))
        _check_path(found, place=place, path=path, names=names)
    for place, use in items(source.service.value, "registers"):
        key = (str(use.get("register")), str(use.get("as", use.get("operation"))))
        _check_use(found, place, use)
        if key not in used:
            found.add(place, f"{key[0]} {key[1]} is asked, but no field and no condition uses it; remove it")
    _check_order(found, source.service.value, names.fields)
    return found


def _paths(service: JsonObject) -> list[tuple[Place, str]]:
    """Return the paths outside conditions: prefill sources and register parameters."""
    paths: list[tuple[Place, str]] = []
    for place, field in fields_in(service):
        prefill = field.get("prefill")
        for source in prefill if isinstance(prefill, list) else [prefill]:
            if isinstance(source, dict):
                head = (
                    f"registers.{source['register']}.{source['operation']}"
                    if "register" in source
                    else str(source["from"])
                )
                paths.append(((*place, "prefill"), f"{head}.{source['path']}" if "path" in source else head))
    for place, use in items(service, "registers"):
        parameters = use.get("parameters")
        if isinstance(parameters, dict):
            # A parameter may be a fixed word; only a path is looked up.
            paths.extend(((*place, "parameters"), str(p)) for p in parameters.values() if "." in str(p))
    return paths


def _register_of(path: str) -> list[tuple[str, str]]:
    steps = path.split(".")
    return [(steps[1], steps[2])] if steps[0] == "registers" and len(steps) > 2 else []  # noqa: PLR2004 - R.op.fact


def _check_path(found: Findings, *, place: Place, path: str, names: _Names) -> None:
    root, _, rest = path.partition(".")
    first = rest.split(".")[0]
    known = {
        "form": set(names.fields),
        "answers": set(names.preconditions),
        "mandate": set(MANDATE),
        "centre": set(CENTRE),
    }
    if root in known and first not in known[root]:
        found.add(
            place,
            f"{path!r}: there is no {first!r}; known here: {', '.join(sorted(known[root])) or 'nothing'}",
        )
    if root == "registers":
        _check_register_path(found, place=place, path=path, names=names)
    if (root == "person" and first not in CONTACT) or (root == "applicant" and first not in APPLICANT):
        _check_fact(found, place, ("RSP", "person", rest))


def _check_register_path(found: Findings, *, place: Place, path: str, names: _Names) -> None:
    steps = path.split(".", 3)
    if len(steps) < 3:  # noqa: PLR2004 - registers, register, question
        found.add(place, f"{path!r} names no fact; write registers.<register>.<operation>.<fact>")
        return
    operation = names.registers.get((steps[1], steps[2]))
    if operation is None:
        found.add(
            place,
            f"{path!r}: {steps[1]} {steps[2]} is not listed under registers; add it with its legal basis",
        )
        return
    _check_fact(found, place, (steps[1], operation, ".".join(steps[3:])))


def _check_fact(found: Findings, place: Place, fact: tuple[str, str, str]) -> None:
    try:
        if fact[2]:
            register_facts.kind_at(*fact)
    except register_facts.NoSuchFact as error:
        found.add(place, f"{error}; see docs/howto/registers.md for the names")


def _check_use(found: Findings, place: Place, use: JsonObject) -> None:
    try:
        register_facts.facts_of(str(use.get("register")), str(use.get("operation")))
    except register_facts.NoSuchFact as error:
        found.add((*place, "operation"), f"{error}; see docs/howto/registers.md for the names")


def _check_order(found: Findings, service: JsonObject, fields: tuple[str, ...]) -> None:
    """A field's own rules may look only at fields before it, or the page could not be shown from top to bottom."""
    for place, field in fields_in(service):
        own = str(field.get("id"))
        later = set(fields[fields.index(own) :]) if own in fields else set()
        asked = [(key, path) for key in ("visible", "required") for path in sorted(variables(field.get(key)))]
        for key, path in asked:
            if path.startswith("form.") and path.split(".")[1] in later:
                found.add((*place, key), f"{path!r} is asked later than {own!r}; move that field before this one")
