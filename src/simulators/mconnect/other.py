"""Three small registers: CNDDCM (disability), CNAM (health insurance), RSUD (legal units)."""

from simulators.mconnect.population import Population, full_name
from simulators.mconnect.refusals import NoSuchRecord, NotUnderstood
from simulators.mconnect.shapes import DISABILITY, INSURANCE, Row, filled


def disability(_: Population, subject: Row, __: dict[str, str]) -> Row:
    """Return the decision in force on the degree of disability."""
    given = subject.get("disability")
    return filled(DISABILITY, {**given, "has_degree": True}) if given else dict(DISABILITY)


def insurance(_: Population, subject: Row, __: dict[str, str]) -> Row:
    """Return the status in the mandatory health insurance."""
    return filled(INSURANCE, subject.get("insurance", {}))


def organisation(population: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return a legal unit by its number. Raises NoSuchRecord, NotUnderstood."""
    idno = parameters.get("idno", "").strip()
    if not idno:
        raise NotUnderstood("idno is missing")
    found = population.organisations.get(idno)
    if found is None:
        raise NoSuchRecord
    administrators = [
        {"idnp": idnp, "full_name": full_name(population.people[idnp])} for idnp in found["administrators"]
    ]
    return {
        **found,
        "administrators": administrators,
        "subject_is_administrator": subject["idnp"] in found["administrators"],
    }
