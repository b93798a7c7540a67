"""Does everything that a package names exist, once?"""

from collections.abc import Iterator
from dataclasses import dataclass

from ghiseu.modules.catalogue.authoring import Place
from ghiseu.modules.catalogue.checking.places import fields_in, inner, items
from ghiseu.modules.catalogue.checking.report import Findings
from ghiseu.modules.catalogue.loading import Source
from ghiseu.modules.catalogue.package import Package
from ghiseu.modules.catalogue.values import JsonObject

LISTS = (
    "legal_basis", "roles", "preconditions", "pages", "attachments", "consents", "terms", "deliveries", "benefits",
    "notes",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class World:
    """What a package may name outside itself: institutions and services by code."""

    institutions: frozenset[str]
    services: frozenset[str]


def check_references(source: Source, package: Package, world: World) -> Findings:
    """Note every name that leads nowhere or stands twice."""
    found = Findings(source.service)
    _folder(found, source, package)
    _duplicate_ids(found, source.service.value)
    for place, kind, name in _named(source.service.value):
        if name not in _known(kind, package, world):
            found.add(place, f"{name!r} is no {kind} of this package; write one that exists, or add it")
    return found


def _folder(found: Findings, source: Source, package: Package) -> None:
    provider, _, rest = package.code.partition(".")
    wanted = (provider, rest, str(package.version))
    if source.folder.parts[-3:] != wanted:
        found.add(("code",), f"code and version belong in the folder {'/'.join(wanted)}; move it or correct them")


def _duplicate_ids(found: Findings, service: JsonObject) -> None:
    groups: list[tuple[str, list[tuple[Place, JsonObject]]]] = [(name, list(items(service, name))) for name in LISTS]
    fees, exemptions = inner(service, "fees"), inner(service, "exemptions")
    groups.append(("fee line", list(items(fees, "lines", above=("fees",)))))
    groups.append(("exemption", list(items(exemptions, "groups", above=("exemptions",)))))
    groups.append(("field", list(fields_in(service))))
    for name, members in groups:
        _once(found, name, [(place, str(member.get("id"))) for place, member in members])
    _once(found, "provider status", [(p, str(s.get("provider"))) for p, s in items(service, "statuses")])
    _once(
        found,
        "register question",
        [(p, f"{r.get('register')} {r.get('as', r.get('operation'))}") for p, r in items(service, "registers")],
    )
    for place, field in fields_in(service):
        options = [(place, str(o.get("value"))) for _, o in items(field, "options")]
        _once(found, f"option of {field.get('id')}", options)


def _once(found: Findings, name: str, ids: list[tuple[Place, str]]) -> None:
    seen: set[str] = set()
    for place, one in ids:
        if one in seen:
            found.add(place, f"{name}: the id {one!r} is used twice; give each its own")
        seen.add(one)


def _known(kind: str, package: Package, world: World) -> frozenset[str]:
    fields = {field.id for field in package.fields()}
    return {
        "legal basis": frozenset(act.id for act in package.legal_basis),
        "term": frozenset(term.id for term in package.terms),
        "attachment": frozenset(paper.id for paper in package.attachments),
        "field": frozenset(fields),
        "institution": world.institutions,
        "service": world.services,
    }[kind]


def _named(service: JsonObject) -> Iterator[tuple[Place, str, str]]:
    """Walk every reference: its place, what kind of thing it names, and the name."""
    yield ("institution",), "institution", str(service.get("institution"))
    route = inner(service, "route")
    if "institution" in route:
        yield ("route", "institution"), "institution", str(route["institution"])
    yield from _legal(service)
    fees = inner(service, "fees")
    for place, row in items(fees, "rows", above=("fees",)):
        yield (*place, "term"), "term", str(row.get("term"))
    for place, role in items(service, "roles"):
        evidence = role.get("evidence")
        for index, paper in enumerate(evidence if isinstance(evidence, list) else []):
            yield (*place, "evidence", index), "attachment", str(paper)
    for place, group in items(inner(service, "exemptions"), "groups", above=("exemptions",)):
        if "evidence" in group:
            yield (*place, "evidence"), "attachment", str(group["evidence"])
    yield from _fields_named(service)
    for place, link in items(service, "links"):
        yield (*place, "service"), "service", str(link.get("service"))


def _fields_named(service: JsonObject) -> Iterator[tuple[Place, str, str]]:
    duplicates = inner(service, "duplicates")
    if "child_field" in duplicates:
        yield ("duplicates", "child_field"), "field", str(duplicates["child_field"])
    for place, step in items(service, "handover"):
        yield (*place, "field"), "field", str(step.get("field"))
    for place, use in items(service, "registers"):
        subject = str(use.get("subject", ""))
        if subject.startswith("form."):
            yield (*place, "subject"), "field", subject.removeprefix("form.")


def _legal(service: JsonObject) -> Iterator[tuple[Place, str, str]]:
    for place, use in items(service, "registers"):
        yield (*place, "legal"), "legal basis", str(use.get("legal"))
    for section in ("fees", "exemptions", "appeal", "retention"):
        part = inner(service, section)
        members: list[tuple[Place, JsonObject]] = [((section,), part)]
        for key in ("rows", "lines", "groups"):
            members.extend(items(part, key, above=(section,)))
        for place, member in members:
            if "legal" in member:
                yield (*place, "legal"), "legal basis", str(member["legal"])
