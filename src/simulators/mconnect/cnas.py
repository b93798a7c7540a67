"""CNAS, social insurance: account, pensions, benefits, filed requests, employment."""

from simulators.mconnect.population import Population
from simulators.mconnect.shapes import ACCOUNT, BENEFIT, JOB, LEAVE, PENSION, PERIOD, REQUEST, Row, filled

_MONTHS = 12
_BENEFIT_KINDS = (
    "birth_allowance",
    "childcare_2y",
    "child_raising_3y",
    "twins_support",
    "paternity",
    "death_aid",
    "social_allowance",
)
_NEWEST_BENEFIT = (
    "kind",
    "state",
    "granted_on",
    "amount",
    "pay_place",
    "option",
    "collected",
    "beneficiary_idnp",
    "child_idnp",
)
_NEWEST_REQUEST = ("status", "filed_on", "number", "channel", "office", "applicant_idnp")
_OPEN = ("received", "under_examination")


def account(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return the personal account with its periods."""
    given = _kept(subject).get("account")
    if not given:
        return dict(ACCOUNT)
    facts = filled(ACCOUNT, {**given, "has_account": True})
    periods = [filled(PERIOD, row) for row in facts["periods"]]
    for row in periods:
        row["employer"] = population.organisation_name(row["employer_idno"])
    periods.sort(key=lambda row: str(row["from"]))
    ends = [row["to"] for row in periods]
    return {
        **facts,
        "periods": periods,
        "contribution_years": facts["contribution_months"] // _MONTHS,
        "first_from": periods[0]["from"] if periods else None,
        "last_to": None if None in ends else max(ends, default=None),
        "fee_exemption": next(iter(facts["fee_exemptions"]), "none"),
    }


def pension(_: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return the pensions, the old-age one first."""
    rows = [_pension(row) for row in _kept(subject).get("pensions", [])]
    wanted = parameters.get("kind", "old_age")
    rows.sort(key=lambda row: row["kind"] != wanted)
    by_kind = {row["kind"]: row for row in rows}
    return {
        "is_pensioner": bool(rows),
        **(rows[0] if rows else _pension({})),
        "old_age": by_kind.get("old_age"),
        "disability": by_kind.get("disability"),
        "pensions": rows,
    }


def benefits(population: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return what was granted to the subject, or to anybody for the subject."""
    rows = [row for row in _all_benefits(population) if _concerns(row, subject["idnp"])]
    for name in ("kind", "child_idnp"):
        if name in parameters:
            rows = [row for row in rows if row[name] == parameters[name]]
    rows.sort(key=lambda row: str(row["granted_on"] or "9999"), reverse=True)
    newest = rows[0] if rows else dict.fromkeys(BENEFIT)
    by_kind = {row["kind"]: row for row in reversed(rows)}
    return {
        "benefits": rows,
        "count": len(rows),
        "granted": any(row["state"] in ("granted", "suspended", "ended") for row in rows),
        **{name: newest[name] for name in _NEWEST_BENEFIT},
        **{kind: by_kind.get(kind) for kind in _BENEFIT_KINDS},
    }


def requests(population: Population, subject: Row, parameters: dict[str, str]) -> Row:
    """Return what was filed by the subject or about the subject."""
    idnp = subject["idnp"]
    rows = [
        filled(REQUEST, {"applicant_idnp": person["idnp"], **row})
        for person in population.people.values()
        for row in _kept(person).get("requests", [])
        if idnp in (person["idnp"], row.get("about_idnp")) and parameters.get("kind", row["kind"]) == row["kind"]
    ]
    rows.sort(key=lambda row: str(row["filed_on"]), reverse=True)
    waiting = [row for row in rows if row["status"] in _OPEN]
    newest = next(iter([*waiting, *rows]), dict(REQUEST))
    return {
        "requests": rows,
        "open": bool(waiting),
        **{name: newest[name] for name in _NEWEST_REQUEST},
        "last_decided_on": max((row["decided_on"] for row in rows if row["decided_on"]), default=None),
    }


def employment(population: Population, subject: Row, _: dict[str, str]) -> Row:
    """Return present jobs and leave."""
    jobs = [filled(JOB, row) for row in _kept(subject).get("jobs", [])]
    leaves = [filled(LEAVE, row) for row in _kept(subject).get("leaves", [])]
    for row in [*jobs, *leaves]:
        row["employer"] = population.organisation_name(row["employer_idno"])
    leaves.sort(key=lambda row: str(row["from"]))
    paternity = [row for row in leaves if row["kind"] == "paternity"]
    on_childcare = {row["employer_idno"] for row in leaves if row["kind"] == "childcare"}
    return {
        "employed": bool(jobs),
        "jobs": jobs,
        "employers_text": "; ".join(row["employer"] for row in jobs),
        "leaves": [{name: value for name, value in row.items() if name != "employer_idno"} for row in leaves],
        "childcare_leave_granted": bool(jobs) and {row["employer_idno"] for row in jobs} <= on_childcare,
        "paternity_parts": len(paternity),
        "paternity_days": sum(row["days"] for row in paternity),
        "paternity_text": "; ".join(f"{row['from']}–{row['to']} ({row['days']})" for row in paternity),
    }


def _kept(subject: Row) -> Row:
    kept: Row = subject.get("cnas", {})
    return kept


def _pension(given: Row) -> Row:
    row = filled(PENSION, given)
    row["contribution_after_years"] = row["contribution_after_months"] // _MONTHS
    return row


def _all_benefits(population: Population) -> list[Row]:
    return [
        filled(BENEFIT, {"beneficiary_idnp": person["idnp"], **row})
        for person in population.people.values()
        for row in _kept(person).get("benefits", [])
    ]


def _concerns(row: Row, idnp: str) -> bool:
    return idnp in (row["beneficiary_idnp"], row["child_idnp"], row["deceased_idnp"])
