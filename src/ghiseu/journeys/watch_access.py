"""Reading a centre's journal by the rules of detection, and keeping what they find."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from ghiseu.foundation.access import Assurance, Channel, transaction
from ghiseu.foundation.audit import declared, findings
from ghiseu.foundation.audit.models import Finding, JournalRecord
from ghiseu.foundation.calendar import moment_of
from ghiseu.foundation.crypto import blind_indexes
from ghiseu.foundation.text import fold
from ghiseu.journeys.watch_rules import REPEATED_SPAN, WINDOW, Found, Look, Surroundings, find
from ghiseu.modules.applicants.models import Person, Reading, ReadingOutcome
from ghiseu.modules.applicants.ports import FactValue
from ghiseu.modules.centres.models import CENTRE_ROLES, Assignment, Centre, OpeningHours, Operator
from ghiseu.modules.centres.queries import working_calendar

# A list shows whoever stands on it, and what a person asked to see of themselves was asked for: nobody chose to look.
NOT_CHOSEN = frozenset(
    {
        "cases.case.listed",
        "cases.call.shown",
        "journeys.data.exported",
        "journeys.looks.shown",
        "journeys.looks.printed",
        "privacy.affected.exported",
    }
)
_COLUMNS = ("sequence", "at", "event", "operator_id", "subject_index", "visit_number", "case_number", "assurance")


def chosen_looks() -> list[str]:
    """Return the events by which somebody looked at a person whom they chose."""
    return [one.name for one in declared() if one.reads and one.has_subject and one.name not in NOT_CHOSEN]


def watch(*, centre: Centre, day: date, at: datetime) -> int:
    """Let the rules look at one day (by its own calendar) of the scope's centre; return how many findings are new.

    May be repeated: the same finding is kept once. A person seen under two keys of the index counts as two until the
    window has passed.
    """
    with transaction():
        end = moment_of(day + timedelta(days=1), clock=time(0), zone=centre.time_zone)
        looks = _looks(since=end - WINDOW, until=end)
        begin = moment_of(day, clock=time(0), zone=centre.time_zone)
        today = [one for one in looks if one.at >= begin]
        if not today:
            return 0
        around = _surroundings(centre, looks=looks, today=today, day=day, end=end)
        found = find(looks, day=day, around=around)
        return findings.keep(_row(one, centre=centre, day=day, at=at) for one in found)


def _looks(*, since: datetime, until: datetime) -> list[Look]:
    rows = JournalRecord.objects.filter(
        at__gte=since, at__lt=until, event__in=chosen_looks(), channel=Channel.DESK, has_subject=True
    ).order_by("at", "sequence")
    return [
        Look(
            record=sequence,
            at=moment,
            event=event,
            operator_id=operator_id or 0,
            subject=bytes(subject or b"").hex(),
            visit=visit,
            case=case,
            is_document_seen=assurance != Assurance.NONE,
        )
        for sequence, moment, event, operator_id, subject, visit, case, assurance in rows.values_list(*_COLUMNS)
    ]


def _surroundings(centre: Centre, *, looks: list[Look], today: list[Look], day: date, end: datetime) -> Surroundings:
    calendar = working_calendar(centre.country, centre.time_zone, centre.pk)
    operators = {one.pk: one for one in Operator.objects.filter(pk__in={one.operator_id for one in looks})}
    at_work = {one.operator_id for one in today}
    return Surroundings(
        zone=ZoneInfo(centre.time_zone),
        hours=_hours(centre),
        is_working=calendar.is_working,
        colleagues=_colleagues(centre, day),
        relatives=_relatives({number: one.idnp for number, one in operators.items() if number in at_work}, today),
        moving=_moving(since=end - REPEATED_SPAN, until=end),
        with_case=_with_case({one.visit for one in looks}),
        surnames=_surnames({one.subject for one in looks}),
        own_surnames={number: surname_key(one.surname) for number, one in operators.items()},
        population=_population(),
    )


def surname_key(surname: str) -> str:
    """Return a surname without diacritics, script and the ending of women's names, to be compared."""
    return fold(surname).removesuffix("a")


def _hours(centre: Centre) -> dict[int, tuple[time, time]]:
    found: dict[int, tuple[time, time]] = {}
    for one in OpeningHours.objects.filter(centre=centre).order_by("weekday", "opens"):
        opens, closes = found.get(one.weekday, (one.opens, one.closes))
        found[one.weekday] = (min(opens, one.opens), max(closes, one.closes))
    return found


def _keys(idnp: str) -> set[str]:
    return {one.hex() for one in blind_indexes(idnp, purpose="person")}


def _colleagues(centre: Centre, day: date) -> frozenset[str]:
    held = Assignment.objects.filter(centre=centre, role__in=CENTRE_ROLES).select_related("operator").order_by("id")
    return frozenset(key for one in held if one.is_in_force(day) for key in _keys(one.operator.idnp))


def _moving(*, since: datetime, until: datetime) -> frozenset[str]:
    """Return the people for whom something was done on a case, not only looked at."""
    only_read = [one.name for one in declared() if one.reads]
    rows = JournalRecord.objects.filter(at__gte=since, at__lt=until, has_subject=True)
    done = rows.exclude(case_number="").exclude(event__in=only_read)
    return frozenset(bytes(one or b"").hex() for one in done.values_list("subject_index", flat=True).distinct())


def _with_case(visits: set[str]) -> frozenset[str]:
    rows = JournalRecord.objects.filter(visit_number__in=visits - {""}).exclude(case_number="")
    return frozenset(rows.values_list("visit_number", flat=True).distinct())


def _surnames(subjects: set[str]) -> dict[str, str]:
    people = Person.objects.filter(idnp_index__in=[bytes.fromhex(one) for one in subjects]).exclude(surname="")
    return {bytes(index or b"").hex(): surname_key(name) for index, name in people.values_list("idnp_index", "surname")}


def _population() -> Counter[str]:
    return Counter(surname_key(name) for name in Person.objects.exclude(surname="").values_list("surname", flat=True))


@dataclass(frozen=True, kw_only=True)
class _Family:
    """Who is family of a person by their newest record in the population register."""

    all: frozenset[str]
    parents: frozenset[str]


_NOBODY = _Family(all=frozenset(), parents=frozenset())


def _relatives(operators: Mapping[int, str], today: list[Look]) -> frozenset[tuple[int, str]]:
    """Return operator and person where one stands in the other's record, or both have a parent in common."""
    families = _families({one.subject for one in today} | {key for idnp in operators.values() for key in _keys(idnp)})
    own = {
        number: next((families[key] for key in _keys(idnp) if key in families), _NOBODY)
        for number, idnp in operators.items()
    }
    found = set()
    for look in (one for one in today if one.operator_id in operators):
        number, idnp = look.operator_id, operators[look.operator_id]
        family = families.get(look.subject, _NOBODY)
        known_here = {key for one in own[number].all for key in _keys(one)}
        if idnp in family.all or look.subject in known_here or family.parents & own[number].parents:
            found.add((number, look.subject))
    return frozenset(found)


def _families(subjects: set[str]) -> dict[str, _Family]:
    people = Person.objects.filter(idnp_index__in=[bytes.fromhex(one) for one in subjects])
    keys = {number: bytes(index or b"").hex() for number, index in people.values_list("pk", "idnp_index")}
    readings = Reading.objects.filter(
        person_id__in=keys, register="RSP", operation="person", outcome=ReadingOutcome.ANSWERED
    )
    newest = readings.order_by("person_id", "-id").distinct("person_id")
    return {keys[one.person_id]: _family_in(one.facts) for one in newest}


def _family_in(facts: str) -> _Family:
    values = cast(dict[str, FactValue], json.loads(facts)) if facts else {}  # what was written as facts
    rows = values.get("family")
    by_relation: dict[str, set[str]] = defaultdict(set)
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("idnp"):
            by_relation[str(row.get("relation"))].add(str(row["idnp"]))
    return _Family(
        all=frozenset(one for several in by_relation.values() for one in several),
        parents=frozenset(by_relation["mother"] | by_relation["father"]),
    )


def _row(found: Found, *, centre: Centre, day: date, at: datetime) -> Finding:
    looks: Iterable[Look] = found.looks
    moments = [one.at for one in looks]
    return Finding(
        centre_id=centre.pk,
        rule=found.rule,
        severity=found.severity,
        operator_id=found.operator_id,
        from_at=min(moments),
        to_at=max(moments),
        count=len(moments),
        records=sorted(one.record for one in looks),
        found_at=at,
        fingerprint=f"{day:%Y-%m-%d} {found.rule} {found.operator_id} {found.about}".strip(),
    )
