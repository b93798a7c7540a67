"""RSP, the population register: a person, their papers, their family, who lives with them."""

from simulators.mconnect.population import Population, birth_date, full_name
from simulators.mconnect.shapes import Row

_DOCUMENT_ORDER = ("identity_card", "passport", "provisional_card", "birth_certificate")


def person(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return everything that the register keeps about the subject."""
    return {
        **_names(subject),
        **_origin(population, subject),
        **_papers(population, subject),
        **_family_facts(population, subject),
    }


def household(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return who has the domicile at the subject's address."""
    lives = subject.get("lives")
    if not lives:
        return {"address": "", "persons": []}
    kin = {row["idnp"]: row for row in family(population, subject)}
    there = [row for row in population.people.values() if row.get("lives") == lives and not row.get("death")]
    persons = [kin.get(row["idnp"], relative("none", row, confirmed=True)) for row in there if row is not subject]
    return {
        "address": address(population, subject)["text"],
        "persons": [relative("self", subject, confirmed=True), *persons],
    }


def address(population: Population, subject: Row) -> Row:
    """Return the domicile of a person who has one."""
    key, street = subject["lives"]
    place = population.places[key]
    country = population.country(key)
    return {
        "text": f"{street}, {place['name']}, {place['region']}, {place['post_code']}"
        + ("" if country == "MD" else f", {country}"),
        "locality": place["name"],
        "cuatm": place["cuatm"],
        "region": place["region"],
        "post_code": place["post_code"],
        "country": country,
    }


def relative(relation: str, other: Row, *, confirmed: bool, act: Row | None = None) -> Row:
    """Return one family row: what `other` is to the subject."""
    return {
        "relation": relation,
        "idnp": other["idnp"],
        "surname": other["names"][0],
        "given_name": other["names"][1],
        "full_name": full_name(other),
        "birth_date": birth_date(other),
        "deceased_on": died_on(other),
        "confirmed": confirmed,
        "act": act,
    }


def family(population: Population, subject: Row) -> list[Row]:
    """Return all family rows, ordered by relation and birth."""
    rows = [*_parents(population, subject), *_partners_and_children(population, subject)]
    for sibling in population.siblings_of(subject):
        word = "sister" if sibling["sex"] == "F" else "brother"
        rows.append(relative(word, sibling, confirmed=True))
    rows.extend(_guardianships(population, subject))
    return sorted(rows, key=lambda row: (row["relation"], row["birth_date"], row["idnp"]))


def died_on(subject: Row) -> str | None:
    """Return the day of death as ISO text, or None."""
    death = subject.get("death")
    return str(death["died"]) if death else None


def _names(subject: Row) -> Row:
    before = subject.get("before", [])
    texts = [f"{surname} {given}" for surname, given, _until, _reason in before]
    return {
        "idnp": subject["idnp"],
        "surname": subject["names"][0],
        "given_name": subject["names"][1],
        "full_name": full_name(subject),
        "names_before": texts,
        "names_before_text": "; ".join(texts),
        "name_changes": [
            {"surname": surname, "given_name": given, "until": until, "reason": reason}
            for surname, given, until, reason in before
        ],
    }


def _origin(population: Population, subject: Row) -> Row:
    place = subject["born"][1]
    citizenships = subject.get("citizenships", ["MD"])
    return {
        "birth_date": birth_date(subject),
        "birth_place": population.place_text(place),
        "birth_country": population.country(place),
        "sex": subject["sex"],
        "citizenships": citizenships,
        "is_citizen": "MD" in citizenships,
    }


def _papers(population: Population, subject: Row) -> Row:
    rows = [
        {
            "kind": kind,
            "series_number": number,
            "issued": issued,
            "expires": expires,
            "state": state,
            "authority": "SSC" if kind == "birth_certificate" else "ASP",
        }
        for kind, number, issued, expires, state in subject.get("documents", [])
    ]
    rows.sort(key=lambda row: (row["state"] != "valid", _DOCUMENT_ORDER.index(row["kind"])))
    lives = subject.get("lives")
    where = address(population, subject) if lives else None
    valid = [row["kind"] for row in rows if row["state"] == "valid"]
    return {
        "address": where,
        "domicile_in_moldova": bool(where and where["country"] == "MD"),
        "identity_document": rows[0] if rows else None,
        "identity_documents": rows,
        "has_valid_identity_card": "identity_card" in valid,
    }


def _family_facts(population: Population, subject: Row) -> Row:
    rows = family(population, subject)
    children = [row for row in rows if row["relation"] == "child"]
    children.sort(key=lambda row: str(row["birth_date"]), reverse=True)
    latest = [row["idnp"] for row in children if row["birth_date"] == children[0]["birth_date"]]
    return {
        "is_alive": died_on(subject) is None,
        "deceased_on": died_on(subject),
        "marital_status": population.marital_status_of(subject["idnp"]),
        "family": rows,
        "mother": _first(rows, "mother"),
        "father": _first(rows, "father"),
        "spouse": _first(rows, "spouse"),
        "children": children,
        "wards": [row for row in rows if row["relation"] == "ward"],
        "guardians": [row for row in rows if row["relation"] == "guardian"],
        "youngest_child": children[0] if children else None,
        "youngest_birth_idnps": latest,
        "twins": len(latest) > 1,
    }


def _first(rows: list[Row], relation: str) -> Row | None:
    return next((row for row in rows if row["relation"] == relation), None)


def _parents(population: Population, subject: Row) -> list[Row]:
    confirmed = subject["birth"] is not None
    return [
        relative(word, population.people[subject[word]], confirmed=confirmed)
        for word in ("mother", "father")
        if subject.get(word)
    ]


def _partners_and_children(population: Population, subject: Row) -> list[Row]:
    rows = [
        relative("child", child, confirmed=child["birth"] is not None)
        for child in population.children_of(subject["idnp"])
    ]
    spouse = population.spouse_of(subject["idnp"])
    if spouse:
        rows.append(relative("spouse", spouse, confirmed=True))
    return rows


def _guardianships(population: Population, subject: Row) -> list[Row]:
    rows = []
    for row in population.guardianships:
        act = {name: row[name] for name in ("number", "date", "authority", "valid_until", "revoked_on", "state")}
        in_force = row["state"] == "in_force"
        if row["guardian"] == subject["idnp"]:
            rows.append(relative("ward", population.people[row["ward"]], confirmed=in_force, act=act))
        if row["ward"] == subject["idnp"]:
            rows.append(relative("guardian", population.people[row["guardian"]], confirmed=in_force, act=act))
    return rows
