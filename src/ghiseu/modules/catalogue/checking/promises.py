"""Prices, terms, states and the route: is the matrix complete, and is nothing promised that nobody knows?"""

from collections.abc import Iterator
from itertools import product

from ghiseu.modules.catalogue.authoring import Place
from ghiseu.modules.catalogue.checking.places import fields_in, inner, items
from ghiseu.modules.catalogue.checking.report import Findings
from ghiseu.modules.catalogue.loading import Source
from ghiseu.modules.catalogue.package import FeeRow, FieldType, Package, RouteKind, Term
from ghiseu.modules.catalogue.provider_states import TERMINAL
from ghiseu.modules.catalogue.values import JsonObject


def check_promises(source: Source, package: Package) -> Findings:
    """Note gaps in the fee matrix, unknown things that look known, and routes that cannot work."""
    found = Findings(source.service)
    _certainty(found, source.service.value)
    _matrix(found, package)
    _exemptions(found, package)
    _route(found, package)
    _fields(found, source.service.value, package)
    _duplicates(found, package)
    return found


def _certainty(found: Findings, service: JsonObject) -> None:
    """What is null is unknown, and what is unknown is null."""
    for place, key, part in _valued(service):
        unknown, certainty = part.get(key) is None, part.get("certainty", "sure")
        if unknown and certainty != "unknown":
            found.add(place, f"the {key} is not known but called {certainty}; write certainty: unknown")
        if not unknown and certainty == "unknown":
            found.add(place, f"the {key} is called unknown but given; write null, or certainty: inferred")


def _valued(service: JsonObject) -> Iterator[tuple[Place, str, JsonObject]]:
    fees = inner(service, "fees")
    for key in ("rows", "lines"):
        for place, row in items(fees, key, above=("fees",)):
            yield place, "amount", row
    for place, term in items(service, "terms"):
        yield place, "value", term
    for place, benefit in items(service, "benefits"):
        yield place, "amount", benefit
    yield ("appeal",), "days", inner(service, "appeal")
    yield ("retention",), "months", inner(service, "retention")


def _matrix(found: Findings, package: Package) -> None:
    for index, term in enumerate(package.terms):
        for message in _faulty_cells(package, term):
            found.add(("terms", index), message)
    for index, row in enumerate(package.fee_rows):
        own = package.term(row.term)
        extra = set(row.channels) - set(own.channels if own else row.channels)
        if extra:
            message = f"the term {row.term!r} is not offered by {', '.join(sorted(extra))}; drop it"
            found.add(("fees", "rows", index), message)


def _faulty_cells(package: Package, term: Term) -> Iterator[str]:
    own = [row for row in package.fee_rows if row.term == term.id]
    for channel, person in product(term.channels, ("natural", "legal")):
        rows = [row for row in own if channel in row.channels and person in row.persons]
        general = [row for row in rows if not row.countries]
        cell = f"{term.id} by {channel} for a {person} person"
        if not general:
            yield f"no price for {cell}; add a row (amount null if unknown)"
        if len(general) > 1 or _twice(rows):
            yield f"two prices for {cell}; keep one"


def _twice(rows: list[FeeRow]) -> bool:
    countries = [country for row in rows for country in row.countries]
    return len(set(countries)) < len(countries)


def _exemptions(found: Findings, package: Package) -> None:
    if not package.exemptions:
        return
    if not any(field.options_from == "exemptions" and field.id == "exemption" for field in package.fields()):
        found.add(("exemptions",), "add a choice field with the id 'exemption' and options {from: exemptions}")
    for index, exemption in enumerate(package.exemptions):
        if not exemption.has_rule and not exemption.evidence:
            found.add(
                ("exemptions", "groups", index),
                f"{exemption.id!r} can be shown by nothing; add when: or evidence:",
            )
    if package.exemption_effect.term == "longest" and not any(
        term.kind == "standard" and term.value is not None for term in package.terms
    ):
        found.add(("exemptions", "term"), "there is no known standard term that a free request could take")


def _route(found: Findings, package: Package) -> None:
    route, place = package.route, ("route",)
    if route.kind is RouteKind.INSTITUTION_API:
        if not route.provider_service:
            found.add(place, "provider_service is missing: under which code does the institution know the service?")
        if not package.statuses:
            found.add(place, "statuses are missing: map every word of the institution")
    if route.kind is RouteKind.GUIDED and not (route.portal and package.handover):
        found.add(place, "a guided hand-over needs portal and handover (label there, field here)")
    if route.kind is not RouteKind.GUIDED and package.handover:
        found.add(("handover",), "handover is only for the route guided; remove it or change the route")
    if package.statuses and not any(status.ours in TERMINAL for status in package.statuses):
        found.add(("statuses",), "no status ends the matter; map one to a final state")


def _fields(found: Findings, service: JsonObject, package: Package) -> None:
    for place, written in fields_in(service):
        field = package.field(str(written.get("id")))
        if field is None:
            continue
        chooses = field.type is FieldType.CHOICE
        if chooses != bool(field.options or field.options_from):
            found.add(place, "a choice has options, and only a choice; add or remove them")
        if field.fixed is not None and field.prefill:
            found.add(place, "fixed and prefill exclude each other; keep one")
        if field.readonly and not field.prefill and field.fixed is None:
            found.add(place, "readonly without a source stays empty for ever; add prefill or drop readonly")
    by_source = {field.options_from for field in package.fields()}
    for name, many in (("terms", package.terms), ("deliveries", package.deliveries)):
        if len(many) > 1 and name not in by_source:
            found.add((name,), f"several {name}, but no choice field with options {{from: {name}}}; add it")


def _duplicates(found: Findings, package: Package) -> None:
    if (package.duplicates.by == "person_service_child") != bool(package.duplicates.child_field):
        found.add(("duplicates",), "person_service_child goes with child_field, and only it does")
