"""Five misuses among 5 000 ordinary look-ups: how many are found by the next morning, how often the rules are wrong.

An ordinary look-up is one that the seed made, whatever it looks like. It counts as a false alarm when any finding names
it, also when an officer would have explained it at once (the relative and the colleague below are served for good
reason, and count). The share of false alarms is such look-ups by all ordinary look-ups. Beside it stands how many days
of an operator (one operator, one day) bear a finding without a planted look-up: that is what the officer has to read.

The fifth misuse is a single curious look at a neighbour in opening hours, by a typed number, with nothing done. No rule
finds it, and none can without accusing everybody who once answers a person without a document. It is planted all the
same.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.support import counter
from tests.support.ordinary_work import READ, Counters, Villager, working_days

from ghiseu.foundation.access import Scope, scoped_to, transaction
from ghiseu.foundation.audit.models import Finding, JournalRecord
from ghiseu.foundation.crypto import blind_index
from ghiseu.journeys.watch_access import chosen_looks, watch
from ghiseu.modules.applicants.models import Person, Reading
from ghiseu.modules.centres.models import Assignment, Centre, Operator, Role

SEED = 20261123
ORDINARY = 5000
LAST = date(2026, 11, 20)
MOST_FALSE = 0.02
LEAST_FOUND = 4
Owner = Callable[[], AbstractContextManager[None]]
STAFF = {"LOZ": ["Rusu", "Ceban"], "TVA": ["Kolev", "Popa"], "BLG": ["Moraru"]}


@dataclass(kw_only=True)
class Misuse:
    """One misuse: what it is, its rows, and the night after which it should be known."""

    name: str
    rows: list[JournalRecord] = field(default_factory=list)
    day: date = LAST


@dataclass(kw_only=True)
class Drill:
    """Three centres after a month, and what was planted."""

    centres: list[Counters]
    misuses: list[Misuse]
    days: list[date]

    @property
    def planted(self) -> set[int]:
        return {row.pk for one in self.misuses for row in one.rows}

    def looks(self) -> list[JournalRecord]:
        """Return every look-up, the planted ones too."""
        chosen = set(chosen_looks())
        return [row for centre in self.centres for row in centre.rows if row.event in chosen]


def staffed(code: str) -> Counters:
    """Return the centre with its operators and as many more as STAFF names."""
    centre = Centre.objects.get(code=code)
    for number, surname in enumerate(STAFF[code]):
        idnp = f"209988{centre.pk:02}0000{number}"
        operator = Operator.objects.create(
            idnp=idnp, idnp_index=blind_index(idnp, purpose="operator"), surname=surname, given_name="Op."
        )
        Assignment.objects.create(operator=operator, centre=centre, role=Role.OPERATOR, from_date=date(2026, 1, 1))
    working = Operator.objects.filter(assignments__centre=centre).distinct().order_by("pk")
    return Counters(centre=centre, operators=list(working), dice=Random(f"{SEED} {code}"))


def at(centre: Counters, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(centre.centre.time_zone))


def plant(loz: Counters, tva: Counters, days: list[date]) -> list[Misuse]:
    """Put five misuses among the ordinary work of three weeks."""
    lidia, ilinca = loz.operators[0], loz.operators[1]
    dimitar, other = tva.operators[0], tva.operators[1]
    sister, friend, neighbour = (Villager(idnp=f"209997700000{n}", surname="Vrabie") for n in range(3))
    loz.villagers += [sister, neighbour]
    tva.villagers.append(friend)
    colleague = Villager(idnp=ilinca.idnp, surname=ilinca.surname)

    relative = Misuse(name="a sister's data", day=days[11])
    relative.rows.append(loz.row(READ, sister, by=lidia, at=at(loz, days[11], 10, 40), visit=loz.next_visit()))
    night = Misuse(name="four people after ten at night", day=days[14])
    for minute, who in enumerate(tva.villagers[10:14]):
        moment = at(tva, days[14], 22, 10 + minute)
        night.rows.append(tva.row(READ, who, by=dimitar, at=moment, visit=tva.next_visit(), assurance="none"))
    nosy = Misuse(name="a colleague's data", day=days[16])
    nosy.rows.append(loz.row(READ, colleague, by=loz.operators[2], at=at(loz, days[16], 9, 20), visit=loz.next_visit()))
    stalked = Misuse(name="a former friend, three times in nine days", day=days[18])
    for place in (12, 15, 18):
        moment = at(tva, days[place], 11, place)
        stalked.rows.append(tva.row(READ, friend, by=other, at=moment, visit=tva.next_visit(), assurance="none"))
    curious = Misuse(name="one curious look at a neighbour", day=days[17])
    curious.rows.append(
        loz.row(READ, neighbour, by=lidia, at=at(loz, days[17], 11, 15), visit=loz.next_visit(), assurance="none")
    )
    return [relative, night, nosy, stalked, curious]


def serve_for_good_reason(loz: Counters, tva: Counters, days: list[date]) -> dict[str, str]:
    """Let a colleague and an operator's cousin be served as anybody else; return the cousin's family."""
    loz_lead = Villager(idnp=loz.operators[1].idnp, surname=loz.operators[1].surname)
    loz.row(READ, loz_lead, by=loz.operators[0], at=at(loz, days[6], 15, 30), visit=loz.next_visit())
    tva.row(READ, tva.villagers[0], by=tva.operators[0], at=at(tva, days[9], 14, 10), visit=tva.next_visit())
    return {tva.operators[0].idnp: "child"}


@pytest.fixture
def drill(db: None, as_owner: Owner) -> Drill:
    """Make a month of work: 5 000 ordinary look-ups, and five misuses among them."""
    with as_owner():
        counter.stock()
        centres = [staffed(code) for code in STAFF]
    loz, tva, _ = centres
    days = list(working_days(until=LAST, count=20))
    served = serve_for_good_reason(loz, tva, days)
    everybody, dice = [(centre, operator) for centre in centres for operator in centre.operators], Random(SEED)
    for number, day in enumerate(days, start=1):
        dice.shuffle(everybody)
        for centre, operator in everybody:
            if looked(centres) < ORDINARY * number / len(days):
                centre.day_of(day, operator)
    misuses = plant(loz, tva, days)
    for centre in centres:
        store(centre)
    with scoped_to(Scope(centre_id=loz.centre.pk)), transaction():
        mother = {"2099966000001": "mother"}
        write_family(loz, loz.villagers[-2], mother)
        lidia = Villager(idnp=loz.operators[0].idnp, surname=loz.operators[0].surname)
        loz.person(lidia).save()
        write_family(loz, lidia, mother)
    with scoped_to(Scope(centre_id=tva.centre.pk)), transaction():
        write_family(tva, tva.villagers[0], served)
    return Drill(centres=centres, misuses=misuses, days=days)


def looked(centres: list[Counters]) -> int:
    """Return how many look-ups there are so far."""
    chosen = set(chosen_looks())
    return sum(row.event in chosen for one in centres for row in one.rows)


def store(centre: Counters) -> None:
    with scoped_to(Scope(centre_id=centre.centre.pk)), transaction():
        Person.objects.bulk_create(centre.people())
        centre.rows.sort(key=lambda row: row.at)
        JournalRecord.objects.bulk_create(centre.rows, batch_size=1000)


def write_family(centre: Counters, who: Villager, family: dict[str, str]) -> None:
    person = Person.objects.get(idnp_index=who.index)
    Reading.objects.bulk_create([centre.reading(person, family)])


def night_after(drill: Drill, day: date) -> list[Finding]:
    """Let the worker look at the day; return what it found in all centres."""
    found: list[Finding] = []
    for one in drill.centres:
        with scoped_to(Scope(centre_id=one.centre.pk)):
            moment = at(one, day + timedelta(days=1), 3, 53)
            watch(centre=one.centre, day=day, at=moment)
            with transaction():
                found += Finding.objects.filter(fingerprint__startswith=f"{day:%Y-%m-%d}")
    return found


class TestDrill:
    def test_four_of_five_misuses_are_known_the_next_morning_and_few_others_are_accused(self, drill, as_worker):
        with as_worker():
            by_day = {day: night_after(drill, day) for day in drill.days}

        planted, looks = drill.planted, drill.looks()
        known = [
            one.name
            for one in drill.misuses
            if any(set(finding.records) & {row.pk for row in one.rows} for finding in by_day[one.day])
        ]
        findings = [finding for several in by_day.values() for finding in several]
        ordinary = {row.pk for row in looks} - planted
        accused = ordinary & {record for finding in findings for record in finding.records}
        wrong = [finding for finding in findings if not set(finding.records) & planted]
        worked = {(row.operator_id, row.at.date()) for row in looks}
        bad_days = {(finding.operator_id, finding.to_at.date()) for finding in wrong}
        share = len(accused) / len(ordinary)
        by_rule: dict[str, int] = defaultdict(int)
        for finding in wrong:
            by_rule[finding.rule] += 1
        print(  # noqa: T201 - the drill is run for its figures
            f"\nordinary look-ups {len(ordinary)}, centres {len(drill.centres)}, days {len(drill.days)}, "
            f"operator-days {len(worked)}\nmisuses found {len(known)} of {len(drill.misuses)}: {', '.join(known)}\n"
            f"falsely accused look-ups {len(accused)} ({share:.2%}); false findings {len(wrong)} {dict(by_rule)}, "
            f"on {len(bad_days)} operator-days ({len(bad_days) / len(worked):.2%})"
        )
        assert len(ordinary) >= ORDINARY
        assert len(known) >= LEAST_FOUND
        assert share <= MOST_FALSE

    def test_a_night_that_is_repeated_finds_nothing_twice(self, drill, as_worker):
        with as_worker():
            first = {one.pk for one in night_after(drill, drill.days[14])}
            second = {one.pk for one in night_after(drill, drill.days[14])}

        assert first == second
        assert first != set()
