"""SC, the records of civil status: birth, marriage, divorce, death."""

from simulators.mconnect.population import Population
from simulators.mconnect.shapes import Row

_NO_RECORD: Row = {
    "record_exists": False,
    "kind": None,
    "record_number": "",
    "record_date": None,
    "office": "",
    "event_date": None,
    "event_place": "",
    "event_country": None,
    "transcribed": False,
}
_NO_BIRTH = {
    "name_at_birth": "",
    "surname_at_birth": "",
    "given_name_at_birth": "",
    "father": None,
    "mother": None,
}
_NO_SPOUSES = {"spouse_1": None, "spouse_2": None}
_NO_MARRIAGE = {**_NO_SPOUSES, "names_before": "", "ended_on": None, "ended_by": None, "marriages": 0}
_NO_DEATH = {"deceased": None, "by_court": False}


def birth(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return the record of the subject's own birth."""
    if subject["birth"] is None:
        return {**_NO_RECORD, **_NO_BIRTH}
    number, drawn_up = subject["birth"]
    before = subject.get("before", [])
    surname, given = before[0][:2] if before else subject["names"]
    day, place = subject["born"]
    return {
        **_record(population, "birth", place, number=number, drawn_up=drawn_up, event=day),
        "name_at_birth": f"{surname} {given}",
        "surname_at_birth": surname,
        "given_name_at_birth": given,
        "father": _named(population, subject.get("father")),
        "mother": _named(population, subject.get("mother")),
    }


def marriage(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return the record of the latest marriage."""
    found = population.marriages_of(subject["idnp"])
    return _marriage(population, found[0], count=len(found)) if found else {**_NO_RECORD, **_NO_MARRIAGE}


def divorce(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return the record of the latest divorce."""
    found = population.divorces_of(subject["idnp"])
    return _divorce(population, found[0]) if found else {**_NO_RECORD, **_NO_SPOUSES}


def death(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return the record of the subject's death."""
    row = subject.get("death")
    if not row:
        return {**_NO_RECORD, **_NO_DEATH}
    number, drawn_up = row["number"], row["date"]
    return {
        **_record(population, "death", row["place"], number=number, drawn_up=drawn_up, event=row["died"]),
        "deceased": _person(subject["idnp"], subject["names"]),
        "by_court": bool(row.get("by_court", False)),
    }


def status(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return the marital status and the record behind it."""
    found = population.marriages_of(subject["idnp"])
    if not found:
        return {"status": "single", "since": None, "record_number": ""}
    return {
        "status": population.marital_status_of(subject["idnp"]),
        "since": found[0].get("ended_on") or found[0]["date"],
        "record_number": found[0]["number"],
    }


def acts(population: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return all records in which the subject stands as holder, newest first."""
    idnp = subject["idnp"]
    rows = [birth(population, subject, {}), death(population, subject, {})]
    marriages = population.marriages_of(idnp)
    rows += [_marriage(population, row, count=len(marriages)) for row in marriages]
    rows += [_divorce(population, row) for row in population.divorces_of(idnp)]
    wanted = parameters.get("kind")
    kept = [row for row in rows if row["record_exists"] and wanted in (None, row["kind"])]
    kept.sort(key=lambda row: str(row["record_date"]), reverse=True)
    return {"acts": kept, "count": len(kept)}


def _record(population: Population, kind: str, place: str, *, number: str, drawn_up: str, event: str) -> Row:
    return {
        "record_exists": True,
        "kind": kind,
        "record_number": number,
        "record_date": drawn_up,
        "office": population.places[place]["office"],
        "event_date": event,
        "event_place": population.place_text(place),
        "event_country": population.country(place),
        "transcribed": False,
    }


def _marriage(population: Population, row: Row, *, count: int) -> Row:
    wife, surname_before = row["wife"]
    spouses = [_spouse(population, row), _person(wife, _names_at(population, wife, row["date"]))]
    spouses[0] = _same_name(spouses[0])
    spouses[1]["surname_before"], spouses[1]["surname_after"] = surname_before, spouses[1]["surname"]
    before = [f"{one['surname_before']} {one['given_name']}" for one in spouses]
    return {
        **_record(
            population,
            "marriage",
            row["place"],
            number=row["number"],
            drawn_up=row["date"],
            event=row["date"],
        ),
        "spouse_1": spouses[0],
        "spouse_2": spouses[1],
        "names_before": "; ".join(before),
        "ended_on": row.get("ended_on"),
        "ended_by": row.get("ended_by"),
        "marriages": count,
    }


def _divorce(population: Population, row: Row) -> Row:
    return {
        **_record(
            population,
            "divorce",
            row["place"],
            number=row["number"],
            drawn_up=row["date"],
            event=row["event"],
        ),
        "spouse_1": _same_name(_spouse(population, row)),
        "spouse_2": _same_name(_person(row["wife"], population.people[row["wife"]]["names"])),
    }


def _spouse(population: Population, row: Row) -> Row:
    """Return the husband, who may have no number."""
    known = _named(population, row["husband"])
    return known if known else _person(None, row["husband_name"])


def _same_name(person: Row) -> Row:
    """Return the person as one whose surname did not change."""
    return {**person, "surname_before": person["surname"], "surname_after": person["surname"]}


def _names_at(population: Population, idnp: str, day: str) -> list[str]:
    """Return the names that a person bore just after the day."""
    subject = population.people[idnp]
    for surname, given, until, _reason in subject.get("before", []):
        if until > day:
            return [surname, given]
    return list(subject["names"])


def _named(population: Population, idnp: str | None) -> Row | None:
    return _person(idnp, population.people[idnp]["names"]) if idnp else None


def _person(idnp: str | None, names: list[str]) -> Row:
    return {"idnp": idnp, "surname": names[0], "given_name": names[1], "full_name": " ".join(names)}
